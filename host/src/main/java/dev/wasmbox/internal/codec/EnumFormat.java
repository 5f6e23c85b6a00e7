package dev.wasmbox.internal.codec;

/** The index of a constant: enums of Java as enums of Rust without fields. */
final class EnumFormat extends Format {

    private final Object[] constants;

    EnumFormat(Object[] constants) {
        this.constants = constants;
    }

    @Override
    Object read(ByteReader in) {
        return constants[VariantFormat.readIndex(in, constants.length)];
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the order of the constants is what bincode is about
    void write(ByteWriter out, Object value) {
        out.writeInt(((Enum<?>) value).ordinal());
    }

    @Override
    long computeLeastBytes() {
        return Integer.BYTES;
    }
}
