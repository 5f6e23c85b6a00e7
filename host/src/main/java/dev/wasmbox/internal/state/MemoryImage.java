package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a memory held at one moment. Immutable. Only the chunks that are not all zero are kept.
 *
 * <p>Chunks are of {@value #CHUNK_BYTES} bytes, the size of an operating system's page: of the 272 that a small Rust
 * guest has, six are in use.
 */
public final class MemoryImage {

    /** The size of a chunk, in bytes. */
    public static final int CHUNK_BYTES = 4096;

    private static final byte[] ZEROS = new byte[CHUNK_BYTES];

    private final int pages;
    private final byte[] @Nullable [] chunks;

    /** Takes ownership of the chunks: null stands for zeros, and no chunk may be changed from now on. */
    MemoryImage(int pages, byte[] @Nullable [] chunks) {
        this.pages = pages;
        this.chunks = chunks;
    }

    /**
     * Copies a memory's contents.
     *
     * @param bytes an array that begins with the memory
     * @param sizeBytes how many bytes of it are the memory, a multiple of {@link Limits#PAGE_BYTES}
     * @return the image
     */
    public static MemoryImage capture(byte[] bytes, int sizeBytes) {
        byte[] @Nullable [] chunks = new byte[sizeBytes / CHUNK_BYTES][];
        for (int i = 0, from = 0; i < chunks.length; i++, from += CHUNK_BYTES) {
            if (!Arrays.equals(bytes, from, from + CHUNK_BYTES, ZEROS, 0, CHUNK_BYTES)) {
                chunks[i] = Arrays.copyOfRange(bytes, from, from + CHUNK_BYTES);
            }
        }
        return new MemoryImage(sizeBytes / Limits.PAGE_BYTES, chunks);
    }

    /** {@return a new array with the whole contents, which belongs to the caller} */
    public byte[] toBytes() {
        byte[] bytes = new byte[pages * Limits.PAGE_BYTES];
        for (int i = 0; i < chunks.length; i++) {
            byte[] chunk = chunks[i];
            if (chunk != null) {
                System.arraycopy(chunk, 0, bytes, i * CHUNK_BYTES, CHUNK_BYTES);
            }
        }
        return bytes;
    }

    /** {@return the size of the memory, in WebAssembly pages} */
    public int pages() {
        return pages;
    }

    /** {@return how many chunks the memory has, zero or not} */
    int chunkCount() {
        return chunks.length;
    }

    /** {@return the chunk at the index, not to be changed, or null where all of it is zero} */
    byte @Nullable [] chunk(int index) {
        return chunks[Objects.checkIndex(index, chunks.length)];
    }

    /** {@return how many chunks are not all zero} */
    int chunksInUse() {
        int count = 0;
        for (byte[] chunk : chunks) {
            if (chunk != null) {
                count++;
            }
        }
        return count;
    }
}
