package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;

/**
 * How the values of one type are read and written: a node of the tree that {@link FormatCompiler} makes of a Java type,
 * after which no message needs reflection any more. Primitive values are boxed on the way.
 */
public abstract class Format {

    /** How deep types may contain themselves; the stack of a thread has to hold it. */
    static final int DEEPEST = 512;

    /** Elements such as those of a {@code Vec<()>} cost a message nothing, and the reader memory. */
    static final int MOST_ELEMENTS_WITHOUT_BYTES = 65_536;

    /** The size of a value that contains another of its kind, without end. */
    public static final long ENDLESS = Long.MAX_VALUE;

    private long leastBytes = ENDLESS;

    /** Reads one value. */
    abstract Object read(ByteReader in);

    /** Writes one value, which is of the right class unless somebody cheated the compiler. */
    abstract void write(ByteWriter out, Object value);

    /** The type as a guest would state it. */
    abstract SchemaType describe(Description description);

    /**
     * This format for the values of a guest: the same, or one that copes with a guest of another age.
     *
     * @param guest what the guest states, nothing that has to be looked up
     * @throws Difference if the guest's values are others
     */
    abstract Format adapt(SchemaType guest, Adaptation adaptation);

    /** The type as messages call it, in Java's words. */
    abstract String javaName();

    /** How many bytes the smallest value takes, by what is known of the parts so far. */
    abstract long computeLeastBytes();

    /** How many bytes the smallest value takes; {@link #ENDLESS} if there is no value. */
    final long leastBytes() {
        return leastBytes;
    }

    /** Looks at the parts again, and says whether it learnt something. */
    final boolean updateLeastBytes() {
        long before = leastBytes;
        leastBytes = Math.min(before, computeLeastBytes());
        return leastBytes != before;
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
