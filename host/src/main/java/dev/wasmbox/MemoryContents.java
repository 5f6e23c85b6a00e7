package dev.wasmbox;

import dev.wasmbox.internal.state.Page;
import dev.wasmbox.internal.state.PagedBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What one of a guest's memories held at one moment. Immutable; any number of threads may use one.
 *
 * <p>It is seen in pages of {@value #PAGE_BYTES} bytes, as an operating system's are. (WebAssembly's own pages, the unit in
 * which memories grow, are sixteen times as large.)
 */
public final class MemoryContents {

    /** The size of a page, in bytes. */
    public static final int PAGE_BYTES = Page.BYTES;

    private final PagedBytes contents;

    MemoryContents(PagedBytes contents) {
        this.contents = contents;
    }

    /** {@return the size of the memory, in bytes} */
    public int sizeBytes() {
        return contents.sizeBytes();
    }

    /** {@return how many pages it has} */
    public int pageCount() {
        return contents.pageCount();
    }

    /**
     * Whether a page is all zero.
     *
     * @param page its index
     * @return whether it is
     * @throws IndexOutOfBoundsException if there is no such page
     */
    public boolean isZero(int page) {
        return contents.page(page) == null;
    }

    /** {@return the indexes of the pages that are not all zero, ascending} */
    public IntStream pagesInUse() {
        return changedPages(new MemoryContents(PagedBytes.zeros(0)));
    }

    /**
     * The pages that are not as they are in another memory. Pages that the two share, as two snapshots of one box do, are
     * not looked at.
     *
     * @param other the other memory, of any size; beyond its end it counts as zero
     * @return the indexes of this memory's pages that differ, ascending
     */
    public IntStream changedPages(MemoryContents other) {
        IntStream.Builder pages = IntStream.builder();
        contents.forEachChange(other.contents, pages::add);
        return pages.build();
    }

    /**
     * Copies a part of the memory.
     *
     * @param address where it begins
     * @param length its length, in bytes
     * @return a new array
     * @throws IndexOutOfBoundsException if the part does not lie within the memory
     */
    public byte[] read(int address, int length) {
        Objects.checkFromIndexSize(address, length, sizeBytes());
        byte[] bytes = new byte[length];
        contents.read(address, bytes, 0, length);
        return bytes;
    }

    /**
     * Writes the whole memory to a stream, which is not closed.
     *
     * @param stream the stream
     * @throws IOException if the stream throws it
     */
    public void writeTo(OutputStream stream) throws IOException {
        for (int address = 0; address < sizeBytes(); address += Limits.PAGE_BYTES) {
            stream.write(read(address, Math.min(Limits.PAGE_BYTES, sizeBytes() - address)));
        }
    }
}
