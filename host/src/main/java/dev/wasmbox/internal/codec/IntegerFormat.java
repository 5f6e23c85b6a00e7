package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An integer of Rust in an integer of Java, where neither need hold all of the other's values. Up to 128 bits are read
 * as two {@code long}, a high and a low one; a {@code BigInteger} is made only of what needs it.
 */
final class IntegerFormat extends Format {

    private static final Map<String, Integer> BITS =
            Map.of("8", 8, "16", 16, "32", 32, "64", 64, "128", 128, "size", 64);

    private static final Map<Class<?>, JavaInteger> JAVA = Map.of(
            Byte.class, new JavaInteger(Byte.SIZE, value -> (byte) value),
            Short.class, new JavaInteger(Short.SIZE, value -> (short) value),
            Integer.class, new JavaInteger(Integer.SIZE, value -> (int) value),
            Long.class, new JavaInteger(Long.SIZE, value -> value),
            BigInteger.class, new JavaInteger(Long.SIZE, BigInteger::valueOf));

    /**
     * A class of integers.
     *
     * @param bits how many of a {@code long} it can hold
     * @param of makes one of a {@code long} that it can hold
     */
    private record JavaInteger(int bits, LongFunction<Object> of) {

        boolean holds(long value) {
            long spare = value >> (bits - 1);
            return spare == 0 || spare == -1;
        }
    }

    private final String rust;
    private final Class<?> java;
    private final JavaInteger target;
    private final int bytes;
    private final boolean signed;
    private final BigInteger least;
    private final BigInteger most;

    private IntegerFormat(String rust, int bits, Class<?> java, JavaInteger target) {
        this.rust = rust;
        this.java = java;
        this.target = target;
        this.bytes = bits / Byte.SIZE;
        this.signed = rust.startsWith("i");
        this.least = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
        this.most = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
    }

    /** The format, or null if Rust has no such integer or Java's class is none. */
    static @Nullable IntegerFormat of(String rust, Class<?> boxed) {
        JavaInteger target = JAVA.get(boxed);
        boolean integer = rust.startsWith("i") || rust.startsWith("u");
        Integer bits = integer ? BITS.get(rust.substring(1)) : null;
        return target == null || bits == null ? null : new IntegerFormat(rust, bits, boxed, target);
    }

    @Override
    Object read(ByteReader in) {
        long low =
                switch (bytes) {
                    case 1 -> signed ? in.readByte() : Byte.toUnsignedLong(in.readByte());
                    case 2 -> signed ? in.readShort() : Short.toUnsignedLong(in.readShort());
                    case 4 -> signed ? in.readInt() : Integer.toUnsignedLong(in.readInt());
                    default -> in.readLong();
                };
        long high = bytes > Long.BYTES ? in.readLong() : signed ? low >> (Long.SIZE - 1) : 0;
        boolean fitsLong = high == low >> (Long.SIZE - 1) && (signed || high == 0);
        if (fitsLong && target.holds(low)) {
            return target.of.apply(low);
        }
        BigInteger value = unsigned(low).or((signed ? BigInteger.valueOf(high) : unsigned(high)).shiftLeft(Long.SIZE));
        if (java == BigInteger.class) {
            return value;
        }
        throw new Mismatch("expected %s that fits %s, found %s".formatted(rust, java.getSimpleName(), value));
    }

    private static BigInteger unsigned(long bits) {
        BigInteger value = BigInteger.valueOf(bits);
        return bits >= 0 ? value : value.add(BigInteger.ONE.shiftLeft(Long.SIZE));
    }

    @Override
    void write(ByteWriter out, Object value) {
        BigInteger integer =
                value instanceof BigInteger large ? large : BigInteger.valueOf(((Number) value).longValue());
        if (integer.compareTo(least) < 0 || integer.compareTo(most) > 0) {
            throw new Mismatch("expected a value of %s, found %s".formatted(rust, integer));
        }
        long low = integer.longValue();
        switch (bytes) {
            case 1 -> out.writeByte((int) low);
            case 2 -> out.writeShort((int) low);
            case 4 -> out.writeInt((int) low);
            default -> out.writeLong(low);
        }
        if (bytes > Long.BYTES) {
            out.writeLong(integer.shiftRight(Long.SIZE).longValue());
        }
    }

    @Override
    SchemaType.Scalar describe(Description description) {
        return SchemaType.Scalar.valueOf(rust.replace("size", "64").toUpperCase(Locale.ROOT));
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType found = adaptation.unwrapped(guest);
        if (found != SchemaType.Scalar.valueOf(rust.replace("size", "64").toUpperCase(Locale.ROOT))) {
            throw Adaptation.difference(found, this);
        }
        return this;
    }

    @Override
    String javaName() {
        return "@Rust(\"%s\") %s".formatted(rust, ScalarFormat.sourceName(java));
    }

    @Override
    public long computeLeastBytes() {
        return bytes;
    }
}
