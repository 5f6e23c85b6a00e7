package dev.wasmbox.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a memory or a table that is not all zero: {@value #BYTES} bytes, the size of an operating system's page.
 * Immutable. One object may be part of any number of states.
 */
public final class Page {

    /** The size of a page, in bytes. */
    public static final int BYTES = 4096;

    private static final byte[] ZEROS = new byte[BYTES];

    private final byte[] bytes;

    /** Computed when it is first asked for; two threads that do so at once compute the same. */
    private volatile byte @Nullable [] digest;

    /** Takes ownership of the bytes, which are not all zero and must not be changed from now on. */
    Page(byte[] bytes) {
        this.bytes = bytes;
    }

    /** {@return whether the bytes of a page are all zero, in which case it is none} */
    static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, ZEROS);
    }

    /** {@return its contents, not to be changed} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return the SHA-256 of its contents, not to be changed} */
    byte[] digest() {
        byte[] known = digest;
        if (known == null) {
            known = Sha256.of(bytes);
            digest = known;
        }
        return known;
    }
}
