package dev.wasmbox.internal.codec;

import java.util.List;

/**
 * Something that reads and writes values, and knows how many bytes the smallest one takes. Types may contain themselves, so that
 * is the least fixed point of what each says of its parts.
 */
public abstract class Sized {

    /** The size of a value that contains another of its kind, without end. */
    public static final long ENDLESS = Long.MAX_VALUE;

    private long leastBytes = ENDLESS;

    /** How many bytes the smallest value takes, by what is known of the parts so far. */
    public abstract long computeLeastBytes();

    /** How many bytes the smallest value takes; {@link #ENDLESS} if there is no value. */
    public final long leastBytes() {
        return leastBytes;
    }

    /** Finds the sizes of all of these, which are the parts of each other. */
    public static void settle(List<? extends Sized> all) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Sized each : all) {
                long before = each.leastBytes;
                each.leastBytes = Math.min(before, each.computeLeastBytes());
                changed |= each.leastBytes != before;
            }
        }
    }

    /** The size of so many of a size, where endless stays endless. */
    public static long product(long one, int count) {
        if (count == 0) {
            return 0;
        }
        return one == ENDLESS ? ENDLESS : one > ENDLESS / 4 / count ? ENDLESS / 4 : one * count;
    }

    /** A sum of sizes, where endless stays endless. */
    public static long sum(long one, long other) {
        return one == ENDLESS || other == ENDLESS ? ENDLESS : Math.min(one + other, ENDLESS / 4);
    }
}
