package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType.Scalar;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** The values of a scalar as one class of Java that holds all of them, for formats elsewhere. */
public final class RustScalar {

    private final Class<?> java;
    private final Format format;

    private RustScalar(Class<?> java, Format format) {
        this.java = java;
        this.format = format;
    }

    /** {@return a scalar: integers as {@code BigInteger}, characters as code points in {@code Integer}} */
    public static RustScalar of(Scalar scalar) {
        return switch (scalar) {
            case BOOL -> of(Boolean.class);
            case CHAR -> new RustScalar(Integer.class, ScalarFormat.CODE_POINT);
            case STRING -> of(String.class);
            case F32 -> of(Float.class);
            case F64 -> of(Double.class);
            case DURATION -> of(Duration.class);
            case SYSTEM_TIME -> of(Instant.class);
            case U8, U16, U32, U64, U128, I8, I16, I32, I64, I128 ->
                new RustScalar(
                        BigInteger.class,
                        Objects.requireNonNull(IntegerFormat.of(scalar.toString(), BigInteger.class)));
        };
    }

    private static RustScalar of(Class<?> java) {
        return new RustScalar(java, Objects.requireNonNull(ScalarFormat.of(java)));
    }

    /** {@return the class of the values} */
    public Class<?> java() {
        return java;
    }

    /** {@return how many bytes the smallest value takes} */
    public long leastBytes() {
        return format.computeLeastBytes();
    }

    /** Reads a value. */
    public Object read(ByteReader in) {
        return format.read(in);
    }

    /** Writes a value of that class, if the scalar has it. */
    public void write(ByteWriter out, Object value) {
        format.write(out, value);
    }
}
