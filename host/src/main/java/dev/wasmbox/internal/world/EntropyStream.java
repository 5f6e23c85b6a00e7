package dev.wasmbox.internal.world;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A ChaCha20 key stream (RFC 8439, section 2.4) that can be read from any position, so that a position is all of its
 * state. Not thread-safe.
 *
 * <p>The nonce is zero. The block counter has 64 bits, the upper 32 of them in the nonce's first word, as in the
 * cipher's original form: the stream repeats after 2^70 bytes.
 */
public final class EntropyStream {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK_BYTES = 64;
    private static final int ROUNDS = 20;

    private final byte[] seed;
    private final int[] state = new int[16];
    private final byte[] block = new byte[BLOCK_BYTES];
    private long position;

    /**
     * A stream at a position.
     *
     * @param seed the key, 32 bytes, not to be changed any more
     * @param position how many bytes have been read already, not negative
     */
    public EntropyStream(byte[] seed, long position) {
        if (seed.length != 32 || position < 0) {
            throw new IllegalArgumentException("seed of " + seed.length + " bytes, position " + position);
        }
        this.seed = seed;
        this.position = position;
        state[0] = 0x61707865; // "expand 32-byte k"
        state[1] = 0x3320646e;
        state[2] = 0x79622d32;
        state[3] = 0x6b206574;
        for (int i = 0; i < 8; i++) {
            state[4 + i] = (int) WORD.get(seed, 4 * i);
        }
        if (position % BLOCK_BYTES != 0) {
            computeBlock(position / BLOCK_BYTES);
        }
    }

    /** {@return the key, not to be changed} */
    public byte[] seed() {
        return seed;
    }

    /** {@return how many bytes have been read} */
    public long position() {
        return position;
    }

    /**
     * Fills an array with the next bytes of the stream.
     *
     * @param target the array to fill
     */
    public void read(byte[] target) {
        int done = 0;
        while (done < target.length) {
            int offset = (int) (position % BLOCK_BYTES);
            if (offset == 0) {
                computeBlock(position / BLOCK_BYTES);
            }
            int length = Math.min(BLOCK_BYTES - offset, target.length - done);
            System.arraycopy(block, offset, target, done, length);
            done += length;
            position += length;
        }
    }

    private void computeBlock(long counter) {
        state[12] = (int) counter;
        state[13] = (int) (counter >>> 32);
        int[] x = state.clone();
        for (int round = 0; round < ROUNDS; round += 2) {
            quarterRound(x, 0, 4, 8, 12);
            quarterRound(x, 1, 5, 9, 13);
            quarterRound(x, 2, 6, 10, 14);
            quarterRound(x, 3, 7, 11, 15);
            quarterRound(x, 0, 5, 10, 15);
            quarterRound(x, 1, 6, 11, 12);
            quarterRound(x, 2, 7, 8, 13);
            quarterRound(x, 3, 4, 9, 14);
        }
        for (int i = 0; i < 16; i++) {
            WORD.set(block, 4 * i, x[i] + state[i]);
        }
    }

    private static void quarterRound(int[] x, int a, int b, int c, int d) {
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
    }
}
