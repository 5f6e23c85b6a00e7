package dev.wasmbox.internal.state;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compression with Zstandard (RFC 8878), for which docs/RATIONALE.md gives the reasons. The only class that knows the
 * library.
 *
 * <p>The library reaches into arrays with {@code sun.misc.Unsafe}. Where a JVM denies that, nothing is compressed, and what
 * is compressed cannot be read.
 */
final class Zstandard {

    private Zstandard() {}

    /** {@return the compressed form of all of the bytes, or null if it would not be shorter} */
    static byte @Nullable [] compress(byte[] bytes) {
        try {
            ZstdJavaCompressor compressor = new ZstdJavaCompressor();
            byte[] compressed = new byte[compressor.maxCompressedLength(bytes.length)];
            int length = compressor.compress(bytes, 0, bytes.length, compressed, 0, compressed.length);
            return length < bytes.length ? Arrays.copyOf(compressed, length) : null;
        } catch (UnsupportedOperationException | LinkageError e) {
            return null;
        }
    }

    /**
     * Decompresses a range of bytes.
     *
     * @param length how long the result has to be
     * @return a new array
     * @throws DamagedException if the range is not the compressed form of just so many bytes
     */
    static byte[] decompress(byte[] bytes, int offset, int compressedLength, int length) {
        byte[] decompressed = new byte[length];
        int actual;
        try {
            actual = new ZstdJavaDecompressor()
                    .decompress(bytes, offset, compressedLength, decompressed, 0, decompressed.length);
        } catch (UnsupportedOperationException | LinkageError e) {
            throw new DamagedException(
                    "it is compressed, and this JVM denies sun.misc.Unsafe, which decompressing needs;"
                            + " run Java with --sun-misc-unsafe-memory-access=allow",
                    e);
        } catch (RuntimeException e) { // whatever the library throws: damaged data make it throw several things
            throw new DamagedException("what is compressed in it cannot be decompressed", e);
        }
        if (actual != length) {
            throw new DamagedException("what is compressed in it has " + actual + " bytes instead of " + length, null);
        }
        return decompressed;
    }
}
