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
}
