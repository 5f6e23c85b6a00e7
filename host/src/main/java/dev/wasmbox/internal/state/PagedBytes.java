package dev.wasmbox.internal.state;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a memory or a table held at one moment. Immutable. Only the pages that are not all zero are kept, and those that
 * did not change from one moment to the next are shared between the two.
 *
 * <p>Pages come in groups of {@value #GROUP_PAGES}, which is a memory's page in WebAssembly's own measure (64 KiB). A
 * group without a change is shared whole: so a thousand states of a large memory cost little more than what changed.
 */
public final class PagedBytes {

    /** How many pages a group has. */
    static final int GROUP_PAGES = 16;

    private static final int GROUP_BYTES = GROUP_PAGES * Page.BYTES;
    private static final byte[] ZEROS = new byte[Page.BYTES];

    private final int sizeBytes;
    private final @Nullable Group[] groups;

    /** Some pages in a row, of which at least one is not all zero. */
    private static final class Group {

        private final @Nullable Page[] pages;
        private volatile byte @Nullable [] digest;

        Group(@Nullable Page[] pages) {
            this.pages = pages;
        }

        byte[] digest() {
            byte[] known = digest;
            if (known == null) {
                byte[] digests = new byte[GROUP_PAGES * Sha256.BYTES];
                for (int i = 0; i < GROUP_PAGES; i++) {
                    Page page = pages[i];
                    if (page != null) {
                        System.arraycopy(page.digest(), 0, digests, i * Sha256.BYTES, Sha256.BYTES);
                    }
                }
                known = Sha256.of(digests);
                digest = known;
            }
            return known;
        }
    }

    private PagedBytes(int sizeBytes, @Nullable Group[] groups) {
        this.sizeBytes = sizeBytes;
        this.groups = groups;
    }

    /** {@return contents that are all zero} */
    public static PagedBytes zeros(int sizeBytes) {
        return new PagedBytes(sizeBytes, new Group[groupsIn(sizeBytes)]);
    }

    private static int groupsIn(int sizeBytes) {
        return (int) (((long) sizeBytes + GROUP_BYTES - 1) / GROUP_BYTES);
    }

    /**
     * Takes the contents of an array. What is as it was before is shared with what was before.
     *
     * @param bytes an array that begins with the contents
     * @param sizeBytes how many bytes of it are the contents
     * @param before the contents at an earlier moment, of any size
     * @return the contents; {@code before} itself if nothing changed
     */
    public static PagedBytes capture(byte[] bytes, int sizeBytes, PagedBytes before) {
        boolean same = sizeBytes == before.sizeBytes;
        @Nullable Group[] groups = new Group[groupsIn(sizeBytes)];
        for (int i = 0; i < groups.length; i++) {
            Group earlier = i < before.groups.length ? before.groups[i] : null;
            groups[i] = captureGroup(bytes, sizeBytes, i * GROUP_BYTES, earlier);
            same &= groups[i] == earlier;
        }
        return same ? before : new PagedBytes(sizeBytes, groups);
    }

    /**
     * Takes the contents of an array of which is known what was stored to since an earlier moment. The rest is shared with
     * what was before, and not looked at.
     *
     * @param bytes an array that begins with the contents
     * @param sizeBytes how many bytes of it are the contents, a multiple of 64 KiB
     * @param before the contents at the earlier moment, not larger than these
     * @param marks what was stored to; what has grown since then counts as zero where it was not
     * @return the contents; {@code before} itself if nothing changed
     */
    public static PagedBytes capture(byte[] bytes, int sizeBytes, PagedBytes before, byte[] marks) {
        @Nullable Group[] groups = null;
        for (int i = 0; i < sizeBytes / GROUP_BYTES; i++) {
            if (!PageMarks.isGroupSuspect(marks, i * GROUP_PAGES)) {
                continue;
            }
            Group earlier = i < before.groups.length ? before.groups[i] : null;
            Group group = captureGroup(bytes, i, earlier, marks);
            if (group != earlier) {
                groups = groups == null ? Arrays.copyOf(before.groups, sizeBytes / GROUP_BYTES) : groups;
                groups[i] = group;
            }
        }
        if (groups == null && sizeBytes == before.sizeBytes) {
            return before;
        }
        return new PagedBytes(
                sizeBytes, groups == null ? Arrays.copyOf(before.groups, sizeBytes / GROUP_BYTES) : groups);
    }

    private static @Nullable Group captureGroup(byte[] bytes, int index, @Nullable Group before, byte[] marks) {
        @Nullable Page[] pages = null;
        for (int i = 0; i < GROUP_PAGES; i++) {
            int page = index * GROUP_PAGES + i;
            if (!PageMarks.isSuspect(marks, page)) {
                continue;
            }
            Page earlier = before == null ? null : before.pages[i];
            Page now = capturePage(bytes, Integer.MAX_VALUE, page * Page.BYTES, earlier);
            if (now != earlier) {
                pages = pages != null ? pages : before == null ? new Page[GROUP_PAGES] : before.pages.clone();
                pages[i] = now;
            }
        }
        return pages == null ? before : groupOf(pages);
    }

    /**
     * Puts these contents into an array that holds others, and touches only what differs. Beyond the end of these
     * contents, the array becomes zero as far as it held the others.
     *
     * @param bytes an array, no shorter than either contents; beyond what it holds it is zero
     * @param held what the array held at an earlier moment; sizes are multiples of 64 KiB
     * @param heldBytes how much it holds now
     * @param marks what was stored to since then
     */
    public void writeOver(byte[] bytes, PagedBytes held, int heldBytes, byte[] marks) {
        int count = Math.max(heldBytes, sizeBytes) / GROUP_BYTES;
        for (int i = 0; i < count; i++) {
            Group mine = i < groups.length ? groups[i] : null;
            Group theirs = i < held.groups.length ? held.groups[i] : null;
            boolean within = i * GROUP_PAGES < heldBytes / Page.BYTES;
            boolean suspect = within && PageMarks.isGroupSuspect(marks, i * GROUP_PAGES);
            if (mine == theirs && !suspect) {
                continue;
            }
            for (int j = 0; j < GROUP_PAGES; j++) {
                int page = i * GROUP_PAGES + j;
                Page wanted = mine == null ? null : mine.pages[j];
                Page present = theirs == null ? null : theirs.pages[j];
                if (wanted != present || (suspect && PageMarks.isSuspect(marks, page))) {
                    byte[] source = wanted == null ? ZEROS : wanted.bytes();
                    System.arraycopy(source, 0, bytes, page * Page.BYTES, Page.BYTES);
                }
            }
        }
    }

    private static @Nullable Group captureGroup(byte[] bytes, int sizeBytes, int start, @Nullable Group before) {
        @Nullable Page[] pages = null;
        int pageCount = Math.min(GROUP_PAGES, (sizeBytes - start + Page.BYTES - 1) / Page.BYTES);
        for (int i = 0; i < GROUP_PAGES; i++) {
            Page earlier = before == null ? null : before.pages[i];
            Page page = i < pageCount ? capturePage(bytes, sizeBytes, start + i * Page.BYTES, earlier) : null;
            if (page != earlier && pages == null) {
                pages = before == null ? new Page[GROUP_PAGES] : before.pages.clone();
            }
            if (pages != null) {
                pages[i] = page;
            }
        }
        return pages == null ? before : groupOf(pages);
    }

    private static @Nullable Page capturePage(byte[] bytes, int sizeBytes, int start, @Nullable Page before) {
        int length = Math.min(Page.BYTES, sizeBytes - start);
        byte[] expected = before == null ? ZEROS : before.bytes();
        boolean same = Arrays.equals(bytes, start, start + length, expected, 0, length)
                && (length == Page.BYTES || isZero(expected, length));
        if (same) {
            return before;
        }
        return Arrays.equals(bytes, start, start + length, ZEROS, 0, length)
                ? null
                : new Page(copy(bytes, start, length));
    }

    /** A page's bytes, zero beyond the length. */
    private static byte[] copy(byte[] bytes, int start, int length) {
        byte[] page = new byte[Page.BYTES];
        System.arraycopy(bytes, start, page, 0, length);
        return page;
    }

    private static boolean isZero(byte[] bytes, int from) {
        return Arrays.equals(bytes, from, bytes.length, ZEROS, 0, bytes.length - from);
    }

    private static @Nullable Group groupOf(@Nullable Page[] pages) {
        for (Page page : pages) {
            if (page != null) {
                return new Group(pages);
            }
        }
        return null;
    }

    /**
     * A copy with another size and with other contents in some pages.
     *
     * @param newSizeBytes its size; pages beyond it are dropped
     * @param indexes the pages that are other ones, ascending
     * @param newPages what they are, null for zeros
     * @return the copy, which shares all other pages
     */
    PagedBytes with(int newSizeBytes, int[] indexes, @Nullable Page[] newPages) {
        @Nullable Group[] newGroups = Arrays.copyOf(groups, groupsIn(newSizeBytes));
        if (newSizeBytes < sizeBytes && newGroups.length > 0) {
            Group last = newGroups[newGroups.length - 1];
            int kept = pagesIn(newSizeBytes) - (newGroups.length - 1) * GROUP_PAGES;
            if (last != null && kept < GROUP_PAGES) {
                newGroups[newGroups.length - 1] = groupOf(Arrays.copyOf(Arrays.copyOf(last.pages, kept), GROUP_PAGES));
            }
        }
        for (int i = 0; i < indexes.length; ) {
            int index = indexes[i] / GROUP_PAGES;
            Group group = newGroups[index];
            @Nullable Page[] pages = group == null ? new Page[GROUP_PAGES] : group.pages.clone();
            for (; i < indexes.length && indexes[i] / GROUP_PAGES == index; i++) {
                pages[indexes[i] % GROUP_PAGES] = newPages[i];
            }
            newGroups[index] = groupOf(pages);
        }
        return new PagedBytes(newSizeBytes, newGroups);
    }

    /** {@return the size of the contents, in bytes} */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** {@return how many pages there are, zero or not; the last may lie within the contents only in part} */
    public int pageCount() {
        return pagesIn(sizeBytes);
    }

    static int pagesIn(int sizeBytes) {
        return (int) (((long) sizeBytes + Page.BYTES - 1) / Page.BYTES);
    }

    /** {@return the page at the index, or null where all of it is zero} */
    public @Nullable Page page(int index) {
        Group group = groups[Objects.checkIndex(index, pageCount()) / GROUP_PAGES];
        return group == null ? null : group.pages[index % GROUP_PAGES];
    }

    /** {@return the page at the index, or null where all of it is zero or beyond the end} */
    @Nullable
    Page pageOrZero(int index) {
        return index < pageCount() ? page(index) : null;
    }

    /** {@return these contents, of which nothing is beyond their end} */
    PagedBytes requireZeroTail() {
        int within = sizeBytes % Page.BYTES;
        Page last = within == 0 ? null : page(pageCount() - 1);
        if (last != null && !isZero(last.bytes(), within)) {
            throw new DamagedException("its last page goes beyond the end");
        }
        return this;
    }

    /** {@return how many pages are not all zero} */
    public int pagesInUse() {
        int[] count = {0};
        forEachChange(zeros(0), _ -> count[0]++);
        return count[0];
    }

    /**
     * Finds the pages that are not as they were in other contents. What both share is not looked at.
     *
     * @param other the other contents, of any size; beyond its end it counts as zero
     * @param consumer gets the index of each page of these contents that differs, ascending
     */
    public void forEachChange(PagedBytes other, IntConsumer consumer) {
        for (int i = 0; i < groups.length; i++) {
            Group mine = groups[i];
            Group theirs = i < other.groups.length ? other.groups[i] : null;
            if (mine == theirs) {
                continue;
            }
            for (int j = 0; j < GROUP_PAGES; j++) {
                if (!same(mine == null ? null : mine.pages[j], theirs == null ? null : theirs.pages[j])
                        && i * GROUP_PAGES + j < pageCount()) {
                    consumer.accept(i * GROUP_PAGES + j);
                }
            }
        }
    }

    private static boolean same(@Nullable Page a, @Nullable Page b) {
        return a == b || (a != null && b != null && Arrays.equals(a.bytes(), b.bytes()));
    }

    /** {@return a new array with the whole contents, which belongs to the caller} */
    public byte[] toBytes() {
        byte[] bytes = new byte[sizeBytes];
        read(0, bytes, 0, sizeBytes);
        return bytes;
    }

    /**
     * Copies a part of the contents.
     *
     * @param from where it begins
     * @param target an array where the part is zero
     * @param at where in the array it is to be
     * @param length its length; all of it lies within the contents
     */
    public void read(int from, byte[] target, int at, int length) {
        Objects.checkFromIndexSize(from, length, sizeBytes);
        for (int done = 0; done < length; ) {
            int address = from + done;
            Group group = groups[address / GROUP_BYTES];
            int within = address % GROUP_BYTES;
            if (group == null) {
                done += Math.min(length - done, GROUP_BYTES - within);
                continue;
            }
            int count = Math.min(length - done, Page.BYTES - within % Page.BYTES);
            Page page = group.pages[within / Page.BYTES];
            if (page != null) {
                System.arraycopy(page.bytes(), within % Page.BYTES, target, at + done, count);
            }
            done += count;
        }
    }

    /** Tells a digest what the contents are: the size, then the index and the digest of each group that is not zero. */
    void describe(StateDigest digest) {
        digest.u64(sizeBytes);
        int count = 0;
        for (Group group : groups) {
            count += group == null ? 0 : 1;
        }
        digest.u32(count);
        for (int i = 0; i < groups.length; i++) {
            Group group = groups[i];
            if (group != null) {
                digest.u32(i);
                digest.bytes(group.digest());
            }
        }
    }
}
