package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;

/**
 * How the values of one type are read and written: a node of the tree that {@link FormatCompiler} makes of a Java type,
 * after which no message needs reflection any more. Primitive values are boxed on the way.
 */
abstract class Format extends Sized {

    /** How deep types may contain themselves; the stack of a thread has to hold it. */
    static final int DEEPEST = 512;

    /** Elements such as those of a {@code Vec<()>} cost a message nothing, and the reader memory. */
    static final int MOST_ELEMENTS_WITHOUT_BYTES = 65_536;

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
}
