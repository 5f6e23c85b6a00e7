package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A byte that says whether there is a value, and the value. */
final class OptionFormat extends Format {

    private final Class<?> type;
    private final Format content;

    OptionFormat(Class<?> type, Format content) {
        this.type = type;
        this.content = content;
    }

    @Override
    Object read(ByteReader in) {
        return in.readPresence() ? some(content.read(in)) : none();
    }

    Object none() {
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        } else if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == OptionalDouble.class ? OptionalDouble.empty() : Optional.empty();
    }

    private Object some(Object value) {
        if (type == OptionalInt.class) {
            return OptionalInt.of((int) value);
        } else if (type == OptionalLong.class) {
            return OptionalLong.of((long) value);
        }
        return type == OptionalDouble.class ? OptionalDouble.of((double) value) : Optional.of(value);
    }

    @Override
    void write(ByteWriter out, Object value) {
        switch (value) {
            case OptionalInt option when option.isPresent() -> writeSome(out, option.getAsInt());
            case OptionalLong option when option.isPresent() -> writeSome(out, option.getAsLong());
            case OptionalDouble option when option.isPresent() -> writeSome(out, option.getAsDouble());
            case Optional<?> option when option.isPresent() -> writeSome(out, option.get());
            default -> out.writeByte(0);
        }
    }

    private void writeSome(ByteWriter out, Object value) {
        out.writeByte(1);
        content.write(out, value);
    }

    @Override
    SchemaType describe(Description description) {
        return new SchemaType.Option(content.describe(description));
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        if (adaptation.unwrapped(guest) instanceof SchemaType.Option(SchemaType inner)) {
            return new OptionFormat(type, adaptation.adapt(content, inner));
        }
        throw Adaptation.difference(adaptation.unwrapped(guest), this);
    }

    @Override
    String javaName() {
        return type == Optional.class ? "Optional<" + content.javaName() + ">" : type.getSimpleName();
    }

    @Override
    public long computeLeastBytes() {
        return 1;
    }
}
