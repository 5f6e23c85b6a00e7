package dev.wasmbox;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which of Rust's types a Java number is in bincode, where that is another than Java's own: {@code u32} for an age
 * kept in a {@code long}, {@code char} for a code point kept in an {@code int}.
 *
 * {@snippet :
 * record Player(@Rust("u32") long score, @Rust("char") int initial, List<@Rust("u8") Integer> cards) {}
 * }
 *
 * <p>Without it {@code byte}, {@code short}, {@code int} and {@code long} are {@code i8}, {@code i16}, {@code i32} and
 * {@code i64}. With it any of them, their boxes and {@code BigInteger} can be any of {@code u8 u16 u32 u64 u128 usize
 * i8 i16 i32 i64 i128 isize}; {@code int} and {@code Integer} also {@code char}. {@code BigInteger} always needs it.
 *
 * <p>It is the value that is carried, never the bits: what does not fit the other side, such as -1 in a {@code u32} or
 * 2<sup>63</sup> from a {@code u64} in a {@code long}, is a {@link CodecException}. Take the next larger Java type to
 * hold every value: {@code u8} and {@code u16} in an {@code int}, {@code u32} in a {@code long}, {@code u64} in a
 * {@code BigInteger}.
 *
 * <p>{@code [N]}, as in {@code @Rust("[3]") List<Card>} and {@code byte @Rust("[32]") []}, is an array whose length is part
 * of its type, as {@code [Card; 3]} and {@code [u8; 32]}.
 *
 * <p>The names of numbers stand on a number, on an element of an array ({@code @Rust("u16") int[]}), on a type argument, or on an
 * {@code OptionalInt} or {@code OptionalLong}, whose number it means. Anywhere else, and with a type that Rust does not
 * have, it is refused when the codec is made.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface Rust {

    /**
     * The type's name in Rust, such as {@code "u32"}.
     *
     * @return the name
     */
    String value();
}
