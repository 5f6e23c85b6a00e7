package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import dev.wasmbox.schema.SchemaType.Scalar;
import java.lang.invoke.MethodType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What holds no other values: numbers, booleans, strings, arrays of bytes. */
final class ScalarFormat extends Format {

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** {@code char}: one Unicode scalar value, in UTF-8 and without a length. */
    static final ScalarFormat CODE_POINT = new ScalarFormat(
            Scalar.CHAR, "@Rust(\"char\") int", 1, ByteReader::readScalar, ScalarFormat::writeCodePoint);

    private static final Map<Class<?>, ScalarFormat> BY_CLASS = Map.ofEntries(
            entry(Boolean.class, Scalar.BOOL, 1, ByteReader::readBoolean, ScalarFormat::writeBoolean),
            entry(Byte.class, Scalar.I8, 1, ByteReader::readByte, (out, value) -> out.writeByte((byte) value)),
            entry(Short.class, Scalar.I16, 2, ByteReader::readShort, (out, value) -> out.writeShort((short) value)),
            entry(Integer.class, Scalar.I32, 4, ByteReader::readInt, (out, value) -> out.writeInt((int) value)),
            entry(Long.class, Scalar.I64, 8, ByteReader::readLong, (out, value) -> out.writeLong((long) value)),
            entry(
                    Float.class,
                    Scalar.F32,
                    4,
                    in -> Float.intBitsToFloat(in.readInt()),
                    (out, value) -> out.writeInt(Float.floatToRawIntBits((float) value))),
            entry(
                    Double.class,
                    Scalar.F64,
                    8,
                    in -> Double.longBitsToDouble(in.readLong()),
                    (out, value) -> out.writeLong(Double.doubleToRawLongBits((double) value))),
            entry(
                    String.class,
                    Scalar.STRING,
                    8,
                    ByteReader::readString,
                    (out, value) -> out.writeString((String) value)),
            entry(Duration.class, Scalar.DURATION, 12, ScalarFormat::readDuration, ScalarFormat::writeDuration),
            entry(Instant.class, Scalar.SYSTEM_TIME, 12, ScalarFormat::readInstant, ScalarFormat::writeInstant),
            entry(
                    byte[].class,
                    new SchemaType.Sequence(Scalar.U8),
                    8,
                    ScalarFormat::readByteArray,
                    ScalarFormat::writeByteArray));

    private final SchemaType type;
    private final String javaName;
    private final int bytes;
    private final Function<ByteReader, Object> reader;
    private final BiConsumer<ByteWriter, Object> writer;

    private ScalarFormat(
            SchemaType type,
            String javaName,
            int bytes,
            Function<ByteReader, Object> reader,
            BiConsumer<ByteWriter, Object> writer) {
        this.type = type;
        this.javaName = javaName;
        this.bytes = bytes;
        this.reader = reader;
        this.writer = writer;
    }

    private static Map.Entry<Class<?>, ScalarFormat> entry(
            Class<?> java,
            SchemaType type,
            int bytes,
            Function<ByteReader, Object> reader,
            BiConsumer<ByteWriter, Object> writer) {
        return Map.entry(java, new ScalarFormat(type, sourceName(java), bytes, reader, writer));
    }

    /** A class as one would write it: primitive where that is possible. */
    static String sourceName(Class<?> boxed) {
        return MethodType.methodType(boxed).unwrap().returnType().getSimpleName();
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
    SchemaType describe(Description description) {
        return type;
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType found = adaptation.unwrapped(guest);
        if (type instanceof SchemaType.Sequence) {
            SchemaType element = adaptation.unwrapped(SequenceFormat.elementIn(found, this));
            // To Java, bytes have no sign that anyone means.
            if (element == Scalar.U8 || element == Scalar.I8) {
                return this;
            }
        } else if (found == type) {
            return this;
        }
        throw Adaptation.difference(found, this);
    }

    @Override
    String javaName() {
        return javaName;
    }

    @Override
    public long computeLeastBytes() {
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

    private static Duration readDuration(ByteReader in) {
        long seconds = in.readLong();
        int nanos = in.readInt();
        if (seconds < 0 || Integer.compareUnsigned(nanos, NANOS_PER_SECOND) >= 0) {
            throw new Mismatch("expected seconds that fit Duration and less than %,d nanoseconds, found %s and %s"
                    .formatted(NANOS_PER_SECOND, Long.toUnsignedString(seconds), Integer.toUnsignedString(nanos)));
        }
        return Duration.ofSeconds(seconds, nanos);
    }

    private static void writeDuration(ByteWriter out, Object value) {
        Duration duration = (Duration) value;
        if (duration.isNegative()) {
            throw new Mismatch("expected a Duration that is not negative, found " + duration);
        }
        out.writeLong(duration.getSeconds());
        out.writeInt(duration.getNano());
    }

    private static Instant readInstant(ByteReader in) {
        Duration since = readDuration(in);
        try {
            return Instant.ofEpochSecond(since.getSeconds(), since.getNano());
        } catch (DateTimeException e) {
            throw new Mismatch(
                    "expected a time that fits Instant, found %d seconds since 1970".formatted(since.getSeconds()), e);
        }
    }

    private static void writeInstant(ByteWriter out, Object value) {
        Instant instant = (Instant) value;
        if (instant.isBefore(Instant.EPOCH)) {
            throw new Mismatch("expected an Instant from 1970 on, found " + instant);
        }
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }
}
