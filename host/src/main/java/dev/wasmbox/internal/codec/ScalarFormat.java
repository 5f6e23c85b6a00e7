package dev.wasmbox.internal.codec;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What holds no other values: numbers, booleans, strings, arrays of bytes. */
final class ScalarFormat extends Format {

    /** {@code char}: one Unicode scalar value, in UTF-8 and without a length. */
    static final ScalarFormat CODE_POINT = new ScalarFormat(1, ByteReader::readScalar, ScalarFormat::writeCodePoint);

    private static final Map<Class<?>, ScalarFormat> BY_CLASS = Map.ofEntries(
            Map.entry(Boolean.class, new ScalarFormat(1, ByteReader::readBoolean, ScalarFormat::writeBoolean)),
            Map.entry(
                    Byte.class, new ScalarFormat(1, ByteReader::readByte, (out, value) -> out.writeByte((byte) value))),
            Map.entry(
                    Short.class,
                    new ScalarFormat(2, ByteReader::readShort, (out, value) -> out.writeShort((short) value))),
            Map.entry(
                    Integer.class, new ScalarFormat(4, ByteReader::readInt, (out, value) -> out.writeInt((int) value))),
            Map.entry(
                    Long.class, new ScalarFormat(8, ByteReader::readLong, (out, value) -> out.writeLong((long) value))),
            Map.entry(
                    Float.class,
                    new ScalarFormat(
                            4,
                            in -> Float.intBitsToFloat(in.readInt()),
                            (out, value) -> out.writeInt(Float.floatToRawIntBits((float) value)))),
            Map.entry(
                    Double.class,
                    new ScalarFormat(
                            8,
                            in -> Double.longBitsToDouble(in.readLong()),
                            (out, value) -> out.writeLong(Double.doubleToRawLongBits((double) value)))),
            Map.entry(
                    String.class,
                    new ScalarFormat(8, ByteReader::readString, (out, value) -> out.writeString((String) value))),
            Map.entry(byte[].class, new ScalarFormat(8, ScalarFormat::readByteArray, ScalarFormat::writeByteArray)));

    private final int bytes;
    private final Function<ByteReader, Object> reader;
    private final BiConsumer<ByteWriter, Object> writer;

    private ScalarFormat(int bytes, Function<ByteReader, Object> reader, BiConsumer<ByteWriter, Object> writer) {
        this.bytes = bytes;
        this.reader = reader;
        this.writer = writer;
    }

    /** The format of a class that needs no more than its name, or null. */
    static @Nullable ScalarFormat of(Class<?> boxed) {
        return BY_CLASS.get(boxed);
    }

    @Override
    Object read(ByteReader in) {
        return reader.apply(in);
    }

    @Override
    void write(ByteWriter out, Object value) {
        writer.accept(out, value);
    }

    @Override
    long computeLeastBytes() {
        return bytes;
    }

    private static void writeBoolean(ByteWriter out, Object value) {
        out.writeByte((boolean) value ? 1 : 0);
    }

    private static void writeCodePoint(ByteWriter out, Object value) {
        int scalar = (int) value;
        if (!Character.isValidCodePoint(scalar) || (scalar >= 0xD800 && scalar <= 0xDFFF)) {
            throw new Mismatch("expected a char of Rust, found the number %#x".formatted(scalar));
        }
        out.writeScalar(scalar);
    }

    private static Object readByteArray(ByteReader in) {
        return in.readBytes(in.readCount(1));
    }

    private static void writeByteArray(ByteWriter out, Object value) {
        byte[] array = (byte[]) value;
        out.writeLong(array.length);
        out.writeBytes(array);
    }
}
