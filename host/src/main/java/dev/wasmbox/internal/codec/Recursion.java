package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import org.jspecify.annotations.Nullable;

/** A type within itself: stands for its format while that is being made, and counts the levels ever after. */
final class Recursion extends Format {

    private @Nullable Format target;

    void pointTo(Format format) {
        target = format;
    }

    /** {@return the format itself, or what stands for it} */
    static Format resolved(Format format) {
        return format instanceof Recursion recursion ? recursion.target() : format;
    }

    private Format target() {
        if (target == null) {
            throw new IllegalStateException("used before the format was made");
        }
        return target;
    }

    @Override
    Object read(ByteReader in) {
        in.enter();
        Object value = target().read(in);
        in.leave();
        return value;
    }

    @Override
    void write(ByteWriter out, Object value) {
        out.enter();
        target().write(out, value);
        out.leave();
    }

    @Override
    SchemaType describe(Description description) {
        return target().describe(description);
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        return target().adapt(guest, adaptation);
    }

    @Override
    String javaName() {
        return target().javaName();
    }

    @Override
    public long computeLeastBytes() {
        return target().leastBytes();
    }
}
