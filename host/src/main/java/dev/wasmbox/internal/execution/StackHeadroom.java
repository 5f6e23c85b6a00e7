package dev.wasmbox.internal.execution;

/**
 * Makes sure that there is stack left before code is called that is not the guest's. A guest can call its host with next
 * to none; an overflow in the middle of a class's initialisation would spoil that class for the whole Java virtual
 * machine. So the overflow is made to happen here, where it spoils nothing.
 */
public final class StackHeadroom {

    /** Some 20 KiB of compiled frames, more of interpreted ones. It takes a microsecond. */
    private static final int FRAMES = 256;

    private StackHeadroom() {}

    /**
     * Does nothing, in many frames.
     *
     * @throws StackOverflowError if there is too little stack left
     */
    public static void require() {
        descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private static long descend(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        if (frames == 0) {
            return a + b + c + d + e + f + g + h;
        }
        // Every value is used after the call, so that every frame holds them all.
        long below = descend(frames - 1, b, c, d, e, f, g, h, a);
        return below ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
    }
}
