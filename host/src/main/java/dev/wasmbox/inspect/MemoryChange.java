package dev.wasmbox.inspect;

import dev.wasmbox.MemoryContents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A memory that is not as it was. Immutable; any number of threads may use one.
 *
 * <p>It is found page by page; pages that both snapshots share are not looked at. What was beyond the memory's end
 * counts as zero, for WebAssembly's memories grow by zeros. Whoever gives the memory as it was the size that it has now,
 * and puts the {@linkplain #after(ByteRange) bytes} of all {@link #ranges()} into it, has the memory as it is.
 */
public final class MemoryChange {

    private final int memory;
    private final @Nullable MemoryContents before;
    private final @Nullable MemoryContents after;
    private final int[] pages;
    private final int[] changedBytes;

    MemoryChange(int memory, @Nullable MemoryContents before, @Nullable MemoryContents after) {
        this.memory = memory;
        this.before = before;
        this.after = after;
        this.pages = after == null
                ? new int[0]
                : (before == null ? after.pagesInUse() : after.changedPages(before)).toArray();
        this.changedBytes = IntStream.of(pages)
                .map(page -> differences(before(wholePage(page)), after(wholePage(page))))
                .toArray();
    }

    boolean isEmpty() {
        return bytesBefore() == bytesAfter() && pages.length == 0 && (before == null) == (after == null);
    }

    /** {@return the memory's index} */
    public int memory() {
        return memory;
    }

    /** {@return the size that it had, 0 if it was not there} */
    public int bytesBefore() {
        return before == null ? 0 : before.sizeBytes();
    }

    /** {@return the size that it has, 0 if it is not there any more} */
    public int bytesAfter() {
        return after == null ? 0 : after.sizeBytes();
    }

    /** {@return the indexes of the memory's pages, of {@value MemoryContents#PAGE_BYTES} bytes, that are not as they were} */
    public IntStream pages() {
        return Arrays.stream(pages);
    }

    /** {@return how many bytes are not as they were} */
    public long changedBytes() {
        return Arrays.stream(changedBytes).asLongStream().sum();
    }

    /**
     * How many bytes of a page are not as they were.
     *
     * @param page its index
     * @return how many
     */
    public int changedBytes(int page) {
        int at = Arrays.binarySearch(pages, page);
        return at < 0 ? 0 : changedBytes[at];
    }

    /**
     * The bytes of a page that are not as they were.
     *
     * @param page its index
     * @return ranges that neither overlap nor touch, ascending
     */
    public List<ByteRange> ranges(int page) {
        int start = page * MemoryContents.PAGE_BYTES;
        byte[] old = before(wholePage(page));
        byte[] now = after(wholePage(page));
        List<ByteRange> ranges = new ArrayList<>();
        for (int i = 0; i < now.length; i++) {
            if (old[i] == now[i]) {
                continue;
            }
            int first = i;
            while (i < now.length && old[i] != now[i]) {
                i++;
            }
            ranges.add(new ByteRange(start + first, i - first));
        }
        return ranges;
    }

    private ByteRange wholePage(int page) {
        int start = page * MemoryContents.PAGE_BYTES;
        return new ByteRange(start, Math.min(MemoryContents.PAGE_BYTES, bytesAfter() - start));
    }

    private static int differences(byte[] old, byte[] now) {
        int count = 0;
        for (int i = 0; i < now.length; i++) {
            count += old[i] == now[i] ? 0 : 1;
        }
        return count;
    }

    /** {@return all bytes that are not as they were: ranges that lie in one page each, ascending} */
    public Stream<ByteRange> ranges() {
        return pages().boxed().flatMap(page -> ranges(page).stream());
    }

    /**
     * What a part of the memory was.
     *
     * @param range the part
     * @return its bytes in a new array; those beyond what was the memory's end are zero
     */
    public byte[] before(ByteRange range) {
        return read(before, range);
    }

    /**
     * What a part of the memory is.
     *
     * @param range the part
     * @return its bytes in a new array; those beyond the memory's end are zero
     */
    public byte[] after(ByteRange range) {
        return read(after, range);
    }

    private static byte[] read(@Nullable MemoryContents contents, ByteRange range) {
        int length =
                contents == null ? 0 : Math.clamp((long) contents.sizeBytes() - range.address(), 0, range.length());
        return contents == null || length == 0
                ? new byte[range.length()]
                : Arrays.copyOf(contents.read(range.address(), length), range.length());
    }

    /**
     * What changed in each region.
     *
     * @param regions the memory's regions, as {@link ModuleLayout#regions} has them
     * @return one for each region in which something changed, in their order
     */
    public List<RegionChange> byRegion(List<Region> regions) {
        List<RegionChange> changes = new ArrayList<>();
        for (Region region : regions) {
            int count = 0;
            long bytes = 0;
            for (int i = 0; i < pages.length; i++) {
                int start = pages[i] * MemoryContents.PAGE_BYTES;
                if (start >= region.end() || (long) start + MemoryContents.PAGE_BYTES <= region.start()) {
                    continue;
                }
                int within = region.contains(start) && region.end() - start >= MemoryContents.PAGE_BYTES
                        ? changedBytes[i]
                        : ranges(pages[i]).stream()
                                .mapToInt(range -> overlap(range, region))
                                .sum();
                count += within > 0 ? 1 : 0;
                bytes += within;
            }
            if (count > 0) {
                changes.add(new RegionChange(region, count, bytes));
            }
        }
        return changes;
    }

    private static int overlap(ByteRange range, Region region) {
        return Math.max(0, Math.min(range.end(), region.end()) - Math.max(range.address(), region.start()));
    }
}
