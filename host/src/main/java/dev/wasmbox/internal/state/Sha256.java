package dev.wasmbox.internal.state;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The digest that names modules, states and files. */
public final class Sha256 {

    /** The length of a digest, in bytes. */
    public static final int BYTES = 32;

    /** What it takes at a time, which is what a keyed digest pads its key to. */
    public static final int BLOCK_BYTES = 64;

    private Sha256() {}

    /** {@return the digest of all of the bytes} */
    public static byte[] of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** {@return the digest of a range of the bytes} */
    public static byte[] of(byte[] bytes, int offset, int length) {
        MessageDigest digest = start();
        digest.update(bytes, offset, length);
        return digest.digest();
    }

    /** {@return a computation that has just begun} */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** {@return whether the digest at a place is that of the range before it, as a checksum is} */
    public static boolean matches(byte[] bytes, int length) {
        return MessageDigest.isEqual(of(bytes, 0, length), Arrays.copyOfRange(bytes, length, length + BYTES));
    }
}
