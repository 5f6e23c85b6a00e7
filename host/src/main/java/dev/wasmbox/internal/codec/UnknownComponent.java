package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;

/** A component of a record of which the guest does not know, since it is older. So there is never a value. */
final class UnknownComponent extends Format {

    private final OptionFormat option;

    UnknownComponent(OptionFormat option) {
        this.option = option;
    }

    @Override
    Object read(ByteReader in) {
        return option.none();
    }

    @Override
    void write(ByteWriter out, Object value) {
        if (!value.equals(option.none())) {
            throw new Mismatch("expected nothing, as the guest is too old to have this field, found " + value);
        }
    }

    @Override
    SchemaType describe(Description description) {
        return option.describe(description);
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        return option.adapt(guest, adaptation);
    }

    @Override
    String javaName() {
        return option.javaName();
    }

    @Override
    public long computeLeastBytes() {
        return 0;
    }
}
