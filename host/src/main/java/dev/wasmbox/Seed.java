package dev.wasmbox;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What all of a guest's entropy is made from: the key of a ChaCha20 stream (RFC 8439, nonce zero, block counter from
 * zero; the counter's overflow past 32 bits goes on into the first word of the nonce). Two boxes with the same seed
 * see the same random bytes. Immutable.
 */
public final class Seed {

    /** The length of a seed, in bytes. */
    public static final int BYTES = 32;

    private static final Seed STANDARD = of(0);

    private final byte[] bytes;

    private Seed(byte[] bytes) {
        this.bytes = bytes;
    }

    /** {@return the seed of a box that asks for no other: {@code of(0)}} */
    public static Seed standard() {
        return STANDARD;
    }

    /**
     * A seed from a number.
     *
     * @param number its eight bytes, little endian, are the first of the seed's; the others are zero
     * @return the seed
     */
    public static Seed of(long number) {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
        }
        return new Seed(bytes);
    }

    /**
     * A seed from its bytes.
     *
     * @param bytes 32 bytes; they are copied
     * @return the seed
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static Seed of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a seed has " + BYTES + " bytes, but these are " + bytes.length);
        }
        return new Seed(bytes.clone());
    }

    /** {@return a seed from the operating system's entropy, for guests that make keys} */
    public static Seed random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Seed(bytes);
    }

    /** {@return a copy of the 32 bytes} */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Seed seed && Arrays.equals(bytes, seed.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return words that do not give the seed away, since a guest's keys may be made from it} */
    @Override
    public String toString() {
        return "Seed[32 bytes]";
    }
}
