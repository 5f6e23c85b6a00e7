package dev.wasmbox.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contents in shared pages, against plain arrays that are slow and cannot be wrong. */
class PagedBytesPropertyTest {

    private static final int PAGE = Limits.PAGE_BYTES;

    private static PagedBytes alone(byte[] bytes) {
        return PagedBytes.capture(bytes, bytes.length, PagedBytes.zeros(0));
    }

    private static int size(RandomStates states, Random random) {
        return random.nextBoolean() ? states.memoryBytes() : states.tableElements() * TableImage.ELEMENT_BYTES;
    }

    /** The page of an array, filled up with zeros, or null if it is all zero or beyond the end. */
    private static byte @Nullable [] page(byte[] bytes, int index) {
        if (index * Page.BYTES >= bytes.length) {
            return null;
        }
        int end = Math.min(bytes.length, (index + 1) * Page.BYTES);
        byte[] page = Arrays.copyOf(Arrays.copyOfRange(bytes, index * Page.BYTES, end), Page.BYTES);
        return Arrays.equals(page, new byte[Page.BYTES]) ? null : page;
    }

    private static void assertSame(PagedBytes paged, byte[] bytes) {
        assertThat(paged.sizeBytes()).isEqualTo(bytes.length);
        assertThat(paged.pageCount()).isEqualTo((bytes.length + Page.BYTES - 1) / Page.BYTES);
        assertThat(Arrays.equals(paged.toBytes(), bytes)).isTrue();
        int inUse = 0;
        for (int i = 0; i < paged.pageCount(); i++) {
            byte[] expected = page(bytes, i);
            Page actual = paged.page(i);
            assertThat(actual == null ? null : actual.bytes()).isEqualTo(expected);
            inUse += expected == null ? 0 : 1;
        }
        assertThat(paged.pagesInUse()).isEqualTo(inUse);
        assertThat(digest(paged)).isEqualTo(digest(alone(bytes)));
    }

    private static byte[] digest(PagedBytes contents) {
        HostState host = new HostState(0, 0, new byte[HostState.SEED_BYTES], 0, 0, 0, false);
        return StateDigest.of(new BoxImage(
                new byte[Sha256.BYTES],
                new GuestState(List.of(contents), List.of(), List.of(), new java.util.BitSet(), new java.util.BitSet()),
                host));
    }

    @Property(tries = 200)
    void whatIsCapturedDoesNotDependOnWhatWasBefore(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        byte[] bytes = states.contents(size(states, random));
        PagedBytes unrelated = alone(states.contents(size(states, random)));
        byte[] earlierBytes = Arrays.copyOf(bytes, random.nextBoolean() ? bytes.length : size(states, random));
        states.change(earlierBytes);
        PagedBytes earlier = PagedBytes.capture(earlierBytes, earlierBytes.length, unrelated);
        assertSame(earlier, earlierBytes);

        for (PagedBytes before : List.of(PagedBytes.zeros(0), PagedBytes.zeros(bytes.length), unrelated, earlier)) {
            PagedBytes captured = PagedBytes.capture(bytes, bytes.length, before);
            assertSame(captured, bytes);
            for (int i = 0; i < Math.min(captured.pageCount(), before.pageCount()); i++) {
                Page page = captured.page(i);
                Page other = before.page(i);
                if (page != null && other != null && Arrays.equals(page.bytes(), other.bytes())) {
                    assertThat(page).as("an equal page is shared").isSameAs(other);
                }
            }
            assertThat(PagedBytes.capture(bytes, bytes.length, captured)).isSameAs(captured);
        }
        // A longer array is the same: only its beginning are the contents.
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 5000);
        Arrays.fill(longer, bytes.length, longer.length, (byte) 9);
        assertSame(PagedBytes.capture(longer, bytes.length, earlier), bytes);
    }

    @Property(tries = 200)
    void theDigestDoesNotDependOnHowTheContentsCameAbout(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        byte[] bytes = states.contents(size(states, random));
        PagedBytes contents = alone(bytes);
        for (int step = 0; step < 6; step++) {
            if (random.nextBoolean()) {
                digest(contents); // computed and kept, or not
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(3) == 0 ? size(states, random) : bytes.length);
            states.change(bytes);
            contents = PagedBytes.capture(bytes, bytes.length, contents);
            assertThat(digest(contents)).isEqualTo(digest(alone(bytes)));
        }
        assertSame(contents, bytes);
    }

    @Property(tries = 200)
    void changesAreFoundAndApplied(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        byte[] thenBytes = states.contents(size(states, random));
        byte[] nowBytes = Arrays.copyOf(thenBytes, random.nextBoolean() ? thenBytes.length : size(states, random));
        states.change(nowBytes);
        PagedBytes then = alone(thenBytes);
        PagedBytes now = random.nextBoolean() ? alone(nowBytes) : PagedBytes.capture(nowBytes, nowBytes.length, then);

        List<Integer> changed = new ArrayList<>();
        now.forEachChange(then, changed::add);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < now.pageCount(); i++) {
            if (!Arrays.equals(page(nowBytes, i), page(thenBytes, i))) {
                expected.add(i);
            }
        }
        assertThat(changed).isEqualTo(expected);

        int[] indexes = changed.stream().mapToInt(index -> index).toArray();
        @Nullable Page[] pages = new Page[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            pages[i] = now.page(indexes[i]);
        }
        assertSame(then.with(now.sizeBytes(), indexes, pages).requireZeroTail(), nowBytes);
        assertSame(then, thenBytes);
    }

    @Property(tries = 200)
    void anyPagesCanBeReplaced(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        byte[] bytes = states.contents(states.memoryBytes());
        PagedBytes contents = alone(bytes);
        byte[] expected = Arrays.copyOf(bytes, random.nextBoolean() ? bytes.length : states.memoryBytes());
        TreeMap<Integer, byte[]> replaced = new TreeMap<>();
        for (int count = expected.length == 0 ? 0 : random.nextInt(40); count > 0; count--) {
            byte[] page = new byte[Page.BYTES];
            if (random.nextBoolean()) {
                random.nextBytes(page);
            }
            replaced.put(random.nextInt(expected.length / Page.BYTES), page);
        }
        int[] indexes = replaced.keySet().stream().mapToInt(index -> index).toArray();
        @Nullable Page[] pages = new Page[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            byte[] page = replaced.getOrDefault(indexes[i], new byte[0]);
            System.arraycopy(page, 0, expected, indexes[i] * Page.BYTES, Page.BYTES);
            pages[i] = Page.isZero(page) ? null : new Page(page);
        }
        assertSame(contents.with(expected.length, indexes, pages), expected);
        assertSame(contents, bytes);
    }

    @Property(tries = 200)
    void anyPartCanBeRead(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        byte[] bytes = states.contents(size(states, random));
        PagedBytes contents = alone(bytes);
        for (int i = 0; i < 20; i++) {
            int from = random.nextInt(bytes.length + 1);
            int length = random.nextInt(bytes.length - from + 1);
            byte[] part = new byte[length + 3];
            contents.read(from, part, 2, length);
            assertThat(Arrays.equals(part, 2, 2 + length, bytes, from, from + length))
                    .isTrue();
            assertThat(part[0] | part[1] | part[length + 2]).isZero();
        }
    }

    @Test
    void theLargestMemoryOfZerosIsNearlyNothing() {
        PagedBytes largest = PagedBytes.zeros((int) Limits.MAXIMUM_MEMORY_BYTES);
        assertThat(largest.pageCount()).isEqualTo(32_767 * 16);
        assertThat(largest.pagesInUse()).isZero();
        Page page = new Page(Arrays.copyOf(new byte[] {1}, Page.BYTES));
        PagedBytes changed = largest.with(largest.sizeBytes(), new int[] {largest.pageCount() - 1}, new Page[] {page});
        assertThat(changed.page(largest.pageCount() - 1)).isSameAs(page);
        List<Integer> changes = new ArrayList<>();
        changed.forEachChange(largest, changes::add);
        assertThat(changes).containsExactly(largest.pageCount() - 1);
        assertThat(digest(changed)).isNotEqualTo(digest(largest));
    }

    @Test
    void anEmptyTableHasNoPages() {
        TableImage empty = TableImage.capture(new int[0], TableImage.empty());
        assertThat(empty.size()).isZero();
        assertThat(empty.references()).isEmpty();
        assertThat(TableImage.capture(new int[] {-1, -1}, empty).contents().pagesInUse())
                .isZero();
        assertThat(TableImage.capture(new int[] {-1, 0, 7}, empty).references()).containsExactly(-1, 0, 7);
    }

    // Marks.

    /** An array that was stored to, with the marks of what was. */
    private static final class Marked {
        private byte[] bytes;
        private byte[] marks;

        private Marked(byte[] bytes) {
            this.bytes = bytes;
            this.marks = PageMarks.forSize(bytes.length);
        }

        /** Stores as a guest does: up to eight bytes, of which the first page is marked; many bytes; or after growing. */
        private void store(Random random, RandomStates states) {
            if (random.nextInt(8) == 0) {
                int grown = Math.max(bytes.length, states.memoryBytes());
                bytes = Arrays.copyOf(bytes, grown);
                marks = Arrays.copyOf(marks, grown >>> PageMarks.SHIFT);
            }
            if (bytes.length == 0) {
                return;
            }
            int length = random.nextInt(3) == 0 ? 1 + random.nextInt(3 * Page.BYTES) : 1 + random.nextInt(8);
            int address = random.nextInt(bytes.length - Math.min(length, bytes.length) + 1);
            if (random.nextBoolean()) {
                address =
                        Math.min(bytes.length - 1, Math.max(0, address / Page.BYTES * Page.BYTES - random.nextInt(8)));
            }
            int end = Math.min(bytes.length, address + length);
            byte[] stored = new byte[end - address];
            if (random.nextInt(3) > 0) {
                random.nextBytes(stored);
            }
            System.arraycopy(stored, 0, bytes, address, stored.length);
            if (length <= 8) {
                marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
            } else {
                PageMarks.mark(marks, address, stored.length);
            }
        }
    }

    @Property(tries = 300)
    void marksTellAllThatAComparisonWouldFind(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        Marked marked = new Marked(states.contents(states.memoryBytes()));
        PagedBytes contents = alone(marked.bytes);
        for (int round = 0; round < 5; round++) {
            for (int stores = random.nextInt(6); stores > 0; stores--) {
                marked.store(random, states);
            }
            byte[] marks = marked.marks.clone();
            PagedBytes found = PagedBytes.capture(marked.bytes, marked.bytes.length, contents);
            PagedBytes told = PagedBytes.capture(marked.bytes, marked.bytes.length, contents, marked.marks);
            assertSame(told, marked.bytes);
            assertThat(told == contents).isEqualTo(found == contents);
            for (int i = 0; i < told.pageCount(); i++) {
                Page before = i < contents.pageCount() ? contents.page(i) : null;
                assertThat(told.page(i) == before).isEqualTo(found.page(i) == before);
            }
            assertThat(marked.marks).isEqualTo(marks);
            contents = told;
            Arrays.fill(marked.marks, (byte) 0);
        }
    }

    @Property(tries = 300)
    void writingOverLeavesNothingOfWhatWasThere(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        Random random = new Random(seed);
        Marked marked = new Marked(states.contents(states.memoryBytes()));
        PagedBytes held = alone(marked.bytes);
        byte[] wantedBytes = random.nextBoolean()
                ? Arrays.copyOf(marked.bytes, states.memoryBytes())
                : states.contents(states.memoryBytes());
        states.change(wantedBytes);
        PagedBytes wanted =
                random.nextBoolean() ? alone(wantedBytes) : PagedBytes.capture(wantedBytes, wantedBytes.length, held);
        for (int stores = random.nextInt(8); stores > 0; stores--) {
            marked.store(random, states);
        }
        byte[] array = Arrays.copyOf(marked.bytes, Math.max(marked.bytes.length, wantedBytes.length) + PAGE);
        wanted.writeOver(array, held, marked.bytes.length, marked.marks);
        assertThat(Arrays.equals(array, Arrays.copyOf(wantedBytes, array.length)))
                .as("the contents, and zeros after them")
                .isTrue();
        assertSame(wanted, wantedBytes);
    }

    @Test
    void aStoreOverTheEndOfAPageIsSeenInTheNextOne() {
        byte[] marks = PageMarks.forSize(2 * PAGE);
        marks[15] = PageMarks.TOUCHED;
        assertThat(PageMarks.isSuspect(marks, 14)).isFalse();
        assertThat(PageMarks.isSuspect(marks, 15)).isTrue();
        assertThat(PageMarks.isSuspect(marks, 16)).isTrue();
        assertThat(PageMarks.isSuspect(marks, 17)).isFalse();
        assertThat(PageMarks.isGroupSuspect(marks, 0)).isTrue();
        assertThat(PageMarks.isGroupSuspect(marks, 16)).isTrue();
        assertThat(PageMarks.isGroupSuspect(PageMarks.forSize(PAGE), 0)).isFalse();
    }
}
