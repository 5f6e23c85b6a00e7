package dev.wasmbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the bincode codec writes, reads and refuses. */
class BincodeCodecTest {

    private static final BigInteger MOST_U64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final BigInteger MOST_U128 = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    private record Unit() {}

    private record Point(int x, int y) {}

    private record Pair<A, B>(A first, B second) {}

    private record Four(@Rust("u8") int first, long second, boolean third, String fourth) {}

    private enum Color {
        RED,
        GREEN,
        BLUE {
            @Override
            public String toString() {
                return "a constant with a class of its own";
            }
        }
    }

    private sealed interface Command permits Stop, Move, Say, Batch, Paint {}

    private record Paint(Color color) implements Command {}

    private record Batch(List<Command> commands) implements Command {}

    private record Say(String text) implements Command {}

    private record Move(int dx, short dy) implements Command {}

    private record Stop() implements Command {}

    private sealed interface Outer {}

    private sealed interface Inner extends Outer {}

    private record Left(int value) implements Inner {}

    private record Right() implements Inner {}

    private enum Nothing implements Outer {
        NOTHING
    }

    private sealed interface Result<T, E> {}

    private record Ok<T, E>(T value) implements Result<T, E> {}

    private record Err<T, E>(E error) implements Result<T, E> {}

    private record Unsigned(
            @Rust("u8") short a,
            @Rust("u16") int b,
            @Rust("u32") long c,
            @Rust("u64") BigInteger d,
            @Rust("usize") long e,
            @Rust("u128") BigInteger f,
            @Rust("i128") BigInteger g,
            @Rust("char") int h) {}

    private record Tree(byte value, Optional<Tree> left, Optional<Tree> right) {}

    @SuppressWarnings("UnusedMethod") // the codec calls the constructor
    private record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    @Nested
    class KnownAnswers {

        /**
         * The Rust expression, the codec of its type, the value in Java, and the bytes: printed by a program that
         * called {@code bincode::serialize} of the crate bincode 1.3.3 on each. Its types:
         *
         * <pre>{@code
         * struct Unit;
         * struct Point { x: i32, y: i32 }
         * struct Pair<A, B> { first: A, second: B }
         * enum Color { Red, Green, Blue }
         * enum Command { Stop, Move { dx: i32, dy: i16 }, Say(String), Batch(Vec<Command>), Paint(Color) }
         * struct Unsigned { a: u8, b: u16, c: u32, d: u64, e: usize, f: u128, g: i128, h: char }
         * struct Tree { value: i8, left: Option<Box<Tree>>, right: Option<Box<Tree>> }
         * }</pre>
         */
        static Stream<Arguments> vectors() {
            Map<String, Integer> map = new LinkedHashMap<>();
            map.put("a", 1);
            map.put("b", 2);
            Codec<Command> command = Codecs.bincode(Command.class);
            return Stream.of(
                    arguments("-2i8", Codecs.bincode(byte.class), (byte) -2, "fe"),
                    arguments("-2i16", Codecs.bincode(short.class), (short) -2, "feff"),
                    arguments("-2i32", Codecs.bincode(int.class), -2, "feffffff"),
                    arguments("-2i64", Codecs.bincode(Long.class), -2L, "feffffffffffffff"),
                    arguments("i8::MIN", Codecs.bincode(Byte.class), Byte.MIN_VALUE, "80"),
                    arguments("i16::MIN", Codecs.bincode(Short.class), Short.MIN_VALUE, "0080"),
                    arguments("i32::MIN", Codecs.bincode(Integer.class), Integer.MIN_VALUE, "00000080"),
                    arguments("i64::MIN", Codecs.bincode(long.class), Long.MIN_VALUE, "0000000000000080"),
                    arguments("200u8", Codecs.bincode(new TypeOf<@Rust("u8") Integer>() {}), 200, "c8"),
                    arguments("60000u16", Codecs.bincode(new TypeOf<@Rust("u16") Integer>() {}), 60000, "60ea"),
                    arguments(
                            "4_000_000_000u32",
                            Codecs.bincode(new TypeOf<@Rust("u32") Long>() {}),
                            4_000_000_000L,
                            "00286bee"),
                    arguments(
                            "u64::MAX",
                            Codecs.bincode(new TypeOf<@Rust("u64") BigInteger>() {}),
                            MOST_U64,
                            "ffffffffffffffff"),
                    arguments("7usize", Codecs.bincode(new TypeOf<@Rust("usize") Long>() {}), 7L, "0700000000000000"),
                    arguments(
                            "-7isize", Codecs.bincode(new TypeOf<@Rust("isize") Integer>() {}), -7, "f9ffffffffffffff"),
                    arguments(
                            "u128::MAX",
                            Codecs.bincode(new TypeOf<@Rust("u128") BigInteger>() {}),
                            MOST_U128,
                            "ffffffffffffffffffffffffffffffff"),
                    arguments(
                            "i128::MIN",
                            Codecs.bincode(new TypeOf<@Rust("i128") BigInteger>() {}),
                            BigInteger.TWO.pow(127).negate(),
                            "00000000000000000000000000000080"),
                    arguments(
                            "-2i128",
                            Codecs.bincode(new TypeOf<@Rust("i128") Long>() {}),
                            -2L,
                            "feffffffffffffffffffffffffffffff"),
                    arguments(
                            "1u128 << 64",
                            Codecs.bincode(new TypeOf<@Rust("u128") BigInteger>() {}),
                            BigInteger.TWO.pow(64),
                            "00000000000000000100000000000000"),
                    arguments("1.5f32", Codecs.bincode(float.class), 1.5f, "0000c03f"),
                    arguments("-0.0f32", Codecs.bincode(Float.class), -0.0f, "00000080"),
                    arguments("1.5f64", Codecs.bincode(double.class), 1.5, "000000000000f83f"),
                    arguments(
                            "f64::NEG_INFINITY",
                            Codecs.bincode(Double.class),
                            Double.NEGATIVE_INFINITY,
                            "000000000000f0ff"),
                    arguments("true", Codecs.bincode(boolean.class), true, "01"),
                    arguments("false", Codecs.bincode(Boolean.class), false, "00"),
                    arguments("'x'", Codecs.bincode(new TypeOf<@Rust("char") Integer>() {}), (int) 'x', "78"),
                    arguments("'ü'", Codecs.bincode(new TypeOf<@Rust("char") Integer>() {}), (int) 'ü', "c3bc"),
                    arguments("'€'", Codecs.bincode(new TypeOf<@Rust("char") Integer>() {}), (int) '€', "e282ac"),
                    arguments("'🦀'", Codecs.bincode(new TypeOf<@Rust("char") Integer>() {}), 0x1F980, "f09fa680"),
                    arguments("\"\"", Codecs.bincode(String.class), "", "0000000000000000"),
                    arguments("\"a\\0b\"", Codecs.bincode(String.class), "a\0b", "0300000000000000 610062"),
                    arguments(
                            "\"grüße 🦀\"",
                            Codecs.bincode(String.class),
                            "grüße 🦀",
                            "0c00000000000000 6772c3bcc39f6520f09fa680"),
                    arguments("Unit", Codecs.bincode(Unit.class), new Unit(), ""),
                    arguments(
                            "(1u8, -2i64, true, \"b\")",
                            Codecs.bincode(Four.class),
                            new Four(1, -2, true, "b"),
                            "01 feffffffffffffff 01 0100000000000000 62"),
                    arguments(
                            "vec![1u8, 2, 3]",
                            Codecs.bincode(byte[].class),
                            new byte[] {1, 2, 3},
                            "0300000000000000 01 02 03"),
                    arguments(
                            "vec![1u8, 2, 3]",
                            Codecs.bincode(new TypeOf<@Rust("u8") int[]>() {}),
                            new int[] {1, 2, 3},
                            "0300000000000000 01 02 03"),
                    arguments(
                            "vec![1i32, -1]",
                            Codecs.bincode(int[].class),
                            new int[] {1, -1},
                            "0200000000000000 01000000 ffffffff"),
                    arguments(
                            "vec![1i32, -1]",
                            Codecs.bincode(Integer[].class),
                            new Integer[] {1, -1},
                            "0200000000000000 01000000 ffffffff"),
                    arguments(
                            "vec![1i64]",
                            Codecs.bincode(long[].class),
                            new long[] {1},
                            "0100000000000000 0100000000000000"),
                    arguments("vec![1i16]", Codecs.bincode(short[].class), new short[] {1}, "0100000000000000 0100"),
                    arguments(
                            "vec![1.5f32]",
                            Codecs.bincode(float[].class),
                            new float[] {1.5f},
                            "0100000000000000 0000c03f"),
                    arguments(
                            "vec![0.5f64]",
                            Codecs.bincode(double[].class),
                            new double[] {0.5},
                            "0100000000000000 000000000000e03f"),
                    arguments(
                            "vec![true, false]",
                            Codecs.bincode(boolean[].class),
                            new boolean[] {true, false},
                            "0200000000000000 01 00"),
                    arguments(
                            "Vec::<String>::new()",
                            Codecs.bincode(new TypeOf<List<String>>() {}),
                            List.of(),
                            "0000000000000000"),
                    arguments(
                            "vec![\"a\", \"b\"]",
                            Codecs.bincode(String[].class),
                            new String[] {"a", "b"},
                            "0200000000000000 0100000000000000 61 0100000000000000 62"),
                    arguments(
                            "vec![(), ()]",
                            Codecs.bincode(new TypeOf<List<Unit>>() {}),
                            List.of(new Unit(), new Unit()),
                            "0200000000000000"),
                    arguments(
                            "BTreeSet::from([1i32])",
                            Codecs.bincode(new TypeOf<Set<Integer>>() {}),
                            Set.of(1),
                            "0100000000000000 01000000"),
                    arguments(
                            "BTreeMap::from([(\"a\", 1i32), (\"b\", 2)])",
                            Codecs.bincode(new TypeOf<Map<String, Integer>>() {}),
                            map,
                            "0200000000000000 0100000000000000 61 01000000 0100000000000000 62 02000000"),
                    arguments("None::<i32>", Codecs.bincode(OptionalInt.class), OptionalInt.empty(), "00"),
                    arguments("Some(5i32)", Codecs.bincode(OptionalInt.class), OptionalInt.of(5), "01 05000000"),
                    arguments(
                            "Some(5i64)",
                            Codecs.bincode(OptionalLong.class),
                            OptionalLong.of(5),
                            "01 0500000000000000"),
                    arguments(
                            "Some(0.5f64)",
                            Codecs.bincode(OptionalDouble.class),
                            OptionalDouble.of(0.5),
                            "01 000000000000e03f"),
                    arguments(
                            "Some(7u32)",
                            Codecs.bincode(new TypeOf<@Rust("u32") OptionalLong>() {}),
                            OptionalLong.of(7),
                            "01 07000000"),
                    arguments(
                            "Some(None::<bool>)",
                            Codecs.bincode(new TypeOf<Optional<Optional<Boolean>>>() {}),
                            Optional.of(Optional.empty()),
                            "01 00"),
                    arguments(
                            "Some(\"\")",
                            Codecs.bincode(new TypeOf<Optional<String>>() {}),
                            Optional.of(""),
                            "01 0000000000000000"),
                    arguments(
                            "vec![Some(BTreeMap::from([(\"p\", Point { x: 1, y: -1 })])), None]",
                            Codecs.bincode(new TypeOf<List<Optional<Map<String, Point>>>>() {}),
                            List.of(Optional.of(Map.of("p", new Point(1, -1))), Optional.empty()),
                            "0200000000000000 01 0100000000000000 0100000000000000 70 01000000 ffffffff 00"),
                    arguments(
                            "Point { x: 1, y: -1 }",
                            Codecs.bincode(Point.class),
                            new Point(1, -1),
                            "01000000 ffffffff"),
                    arguments(
                            "Pair { first: \"a\", second: vec![Some(7u32)] }",
                            Codecs.bincode(new TypeOf<Pair<String, List<Optional<@Rust("u32") Long>>>>() {}),
                            new Pair<>("a", List.of(Optional.of(7L))),
                            "0100000000000000 61 0100000000000000 01 07000000"),
                    arguments("Color::Blue", Codecs.bincode(Color.class), Color.BLUE, "02000000"),
                    arguments(
                            "vec![Color::Red, Color::Green]",
                            Codecs.bincode(Color[].class),
                            new Color[] {Color.RED, Color.GREEN},
                            "0200000000000000 00000000 01000000"),
                    arguments("Command::Stop", command, new Stop(), "00000000"),
                    arguments(
                            "Command::Move { dx: 3, dy: -4 }",
                            command,
                            new Move(3, (short) -4),
                            "01000000 03000000 fcff"),
                    arguments("Command::Say(\"hi\".into())", command, new Say("hi"), "02000000 0200000000000000 6869"),
                    arguments("Command::Paint(Color::Green)", command, new Paint(Color.GREEN), "04000000 01000000"),
                    arguments(
                            "Command::Batch(vec![Command::Stop, Command::Batch(vec![]), Command::Say(\"x\".into())])",
                            command,
                            new Batch(List.of(new Stop(), new Batch(List.of()), new Say("x"))),
                            "03000000 0300000000000000 00000000 03000000 0000000000000000 02000000"
                                    + " 0100000000000000 78"),
                    arguments(
                            "Ok::<i32, String>(1)",
                            Codecs.bincode(new TypeOf<Result<Integer, String>>() {}),
                            new Ok<Integer, String>(1),
                            "00000000 01000000"),
                    arguments(
                            "Err::<i32, String>(\"no\".into())",
                            Codecs.bincode(new TypeOf<Result<Integer, String>>() {}),
                            new Err<Integer, String>("no"),
                            "01000000 0200000000000000 6e6f"),
                    arguments(
                            "Unsigned { a: 255, b: 65535, c: u32::MAX, d: u64::MAX, e: 1, f:"
                                    + " u128::MAX, g: -1, h: '€' }",
                            Codecs.bincode(Unsigned.class),
                            new Unsigned(
                                    (short) 255,
                                    65535,
                                    4294967295L,
                                    MOST_U64,
                                    1,
                                    MOST_U128,
                                    BigInteger.ONE.negate(),
                                    '€'),
                            "ff ffff ffffffff ffffffffffffffff 0100000000000000 ffffffffffffffffffffffffffffffff"
                                    + " ffffffffffffffffffffffffffffffff e282ac"),
                    arguments(
                            "Tree { value: 1, left: Some(Box::new(Tree { value: 2, left: None,"
                                    + " right: None })), right: None }",
                            Codecs.bincode(Tree.class),
                            new Tree(
                                    (byte) 1,
                                    Optional.of(new Tree((byte) 2, Optional.empty(), Optional.empty())),
                                    Optional.empty()),
                            "01 01 02 00 00 00"));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("vectors")
        void are_written_and_read(String expression, Codec<Object> codec, Object value, String hex) {
            assertThat(HexFormat.of().formatHex(codec.encode(value))).isEqualTo(hex.replace(" ", ""));
            assertThat(codec.decode(bytes(hex))).isEqualTo(value);
        }

        @Test
        void bits_of_NaN_are_kept() {
            // f32::from_bits(0x7fc00001) and f64::from_bits(0x7ff8000000000001)
            float single = Codecs.bincode(float.class).decode(bytes("0100c07f"));
            assertThat(Codecs.bincode(float.class).encode(single)).isEqualTo(bytes("0100c07f"));
            double number = Codecs.bincode(double.class).decode(bytes("010000000000f87f"));
            assertThat(Codecs.bincode(double.class).encode(number)).isEqualTo(bytes("010000000000f87f"));
        }

        @Test
        void variants_without_a_permits_clause_are_in_the_order_of_the_file() {
            // enum Inner { Left(i32), Right }  enum Outer { Inner(Inner), Nothing(Nothing) }
            Codec<Outer> outer = Codecs.bincode(Outer.class);
            assertThat(outer.encode(new Left(7))).isEqualTo(bytes("00000000 00000000 07000000"));
            assertThat(outer.encode(new Right())).isEqualTo(bytes("00000000 01000000"));
            assertThat(outer.encode(Nothing.NOTHING)).isEqualTo(bytes("01000000 00000000"));
            assertThat(outer.decode(bytes("00000000 01000000"))).isEqualTo(new Right());
        }
    }

    @Nested
    class Values {

        @Test
        void that_are_null_are_refused_with_their_place() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Command.class).encode(new Batch(Arrays.asList(new Stop(), null))))
                    .withMessage("Command.Batch.commands[1]: expected a value, found null");
        }

        @Test
        @SuppressWarnings("NullAway")
        void that_are_null_as_a_whole_are_refused() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Point.class).encode(null))
                    .withMessage("Point: expected a value, found null");
        }

        @Test
        void that_do_not_fit_the_integer_of_Rust_are_refused() {
            record Age(@Rust("u8") int years) {}
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Age.class).encode(new Age(256)))
                    .withMessage("Age.years: expected a value of u8, found 256");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Age.class).encode(new Age(-1)))
                    .withMessage("Age.years: expected a value of u8, found -1");
        }

        @Test
        void that_are_no_char_of_Rust_are_refused() {
            Codec<Integer> codec = Codecs.bincode(new TypeOf<@Rust("char") Integer>() {});
            for (int number : new int[] {-1, 0xD800, 0xDFFF, 0x110000}) {
                assertThatExceptionOfType(CodecException.class)
                        .isThrownBy(() -> codec.encode(number))
                        .withMessageContaining("expected a char of Rust");
            }
        }

        @Test
        void with_lone_surrogates_are_refused_with_their_place() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Command.class).encode(new Say("\uD800")))
                    .withMessageStartingWith("Command.Say.text: expected text, found half a surrogate pair");
        }

        @Test
        @SuppressWarnings({"unchecked", "rawtypes"})
        void of_a_wrong_class_are_refused_with_their_place() {
            List<Command> cheated = (List) List.of("no command");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Command.class).encode(new Batch(cheated)))
                    .withMessage("Command.Batch.commands[0]: expected one of the variants, found java.lang.String");
            List<Integer> strings = (List) List.of("no number");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(
                            () -> Codecs.bincode(new TypeOf<List<Integer>>() {}).encode(strings))
                    .withMessageStartingWith("List<Integer>[0]: failed with java.lang.ClassCastException");
        }

        @Test
        void whose_accessors_throw_are_refused_with_their_place() {
            @SuppressWarnings("UnusedMethod") // the codec calls it
            record Angry(int number) {
                @Override
                public int number() {
                    throw new IllegalStateException("not today");
                }
            }
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Angry.class).encode(new Angry(1)))
                    .withMessage("Angry.number: failed with java.lang.IllegalStateException: not today")
                    .withCauseInstanceOf(IllegalStateException.class);
        }

        @Test
        void nested_too_deep_are_refused() {
            Command command = new Stop();
            for (int level = 0; level < 512; level++) {
                command = new Batch(List.of(command));
            }
            Codec<Command> codec = Codecs.bincode(Command.class);
            assertThat(codec.decode(codec.encode(command))).isEqualTo(command);
            Command deeper = new Batch(List.of(command));
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> codec.encode(deeper))
                    .withMessage("Command.Batch.commands[0].Batch.commands[0].Batch.commands[0]"
                            + "....Batch.commands[0].Batch.commands[0].Batch.commands[0]"
                            + ": expected at most 512 levels of types within themselves");
        }
    }

    @Nested
    class Bytes {

        @ParameterizedTest
        @CsvSource({
            "'', 'Command: expected 4 bytes, found 0'",
            "'010000', 'Command: expected 4 bytes, found 3'",
            "'05000000', 'Command: expected the index of one of 5 variants, found 5'",
            "'ffffffff', 'Command: expected the index of one of 5 variants, found 4294967295'",
            "'01000000 03', 'Command.Move.dx: expected 4 bytes, found 1'",
            "'01000000 03000000 fc', 'Command.Move.dy: expected 2 bytes, found 1'",
            "'00000000 00', 'Command: expected 4 bytes, found 5'",
            "'02000000 0300000000000000 6869', 'Command.Say.text: expected 3 bytes of text, found 2'",
            "'02000000 ffffffffffffffff 6869',"
                    + " 'Command.Say.text: expected 18446744073709551615 bytes of text, found 2'",
            "'02000000 0200000000000000 68ff',"
                    + " 'Command.Say.text: expected UTF-8, found something else at byte 1 of the 2 of the text'",
            "'03000000 0200000000000000 00000000 04000000 03000000',"
                    + " 'Command.Batch.commands[1].Paint.color: expected the index of one of 3 variants, found 3'",
            "'03000000 0200000000000000 00000000',"
                    + " 'Command.Batch.commands: expected 2 elements of 4 bytes or more, found 4 bytes'",
            "'03000000 ffffffffffffffff 00000000',"
                    + " 'Command.Batch.commands: expected 18446744073709551615"
                    + " elements of 4 bytes or more, found 4 bytes'",
        })
        void that_are_no_value_are_refused_with_their_place(String hex, String message) {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Command.class).decode(bytes(hex)))
                    .withMessage(message);
        }

        @Test
        void other_than_0_and_1_are_no_boolean_and_no_option() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(boolean.class).decode(bytes("02")))
                    .withMessage("boolean: expected 0 (false) or 1 (true), found 2");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(OptionalInt.class).decode(bytes("ff00000000")))
                    .withMessage("OptionalInt: expected 0 (None) or 1 (Some), found 255");
        }

        @ParameterizedTest
        @CsvSource({"80", "c3", "c328", "e282", "eda080", "f8888080", "f4908080", "ff", "c0af"})
        void that_are_not_one_scalar_are_no_char(String hex) {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<@Rust("char") Integer>() {})
                            .decode(bytes(hex)));
        }

        @Test
        void whose_number_does_not_fit_the_Java_type_are_refused() {
            record Holder(@Rust("u64") long number) {}
            assertThat(Codecs.bincode(Holder.class).decode(bytes("ffffffffffffff7f")))
                    .isEqualTo(new Holder(Long.MAX_VALUE));
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Holder.class).decode(bytes("0000000000000080")))
                    .withMessage("Holder.number: expected u64 that fits Long, found 9223372036854775808");
            record Small(@Rust("u8") byte number) {}
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Small.class).decode(bytes("80")))
                    .withMessage("Small.number: expected u8 that fits Byte, found 128");
        }

        @Test
        void that_the_constructor_of_a_record_refuses_are_refused_with_its_reason() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() ->
                            Codecs.bincode(new TypeOf<List<Even>>() {}).decode(bytes("0100000000000000 03000000")))
                    .withMessage("List<Even>[0]: expected what the record's constructor takes, found otherwise:"
                            + " java.lang.IllegalArgumentException: 3 is odd")
                    .havingCause()
                    .withMessage("3 is odd");
        }

        @Test
        void that_repeat_a_key_or_an_element_of_a_set_are_refused() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<Map<Byte, Boolean>>() {})
                            .decode(bytes("0200000000000000 05 00 05 01")))
                    .withMessage("Map<Byte, Boolean>[1].key: expected every key of a map once, found this one again");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(
                            () -> Codecs.bincode(new TypeOf<Set<Byte>>() {}).decode(bytes("0200000000000000 05 05")))
                    .withMessage("Set<Byte>[1]: expected every element of a set once, found this one again");
        }

        @Test
        void that_claim_more_elements_without_bytes_than_anyone_needs_are_refused() {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<List<@Rust("[60000]") List<Unit>>>() {})
                            .decode(bytes("0000010000000000")))
                    .withMessageEndingWith("found 60000 more after 65536");
            Codec<List<List<Unit>>> codec = Codecs.bincode(new TypeOf<List<List<Unit>>>() {});
            assertThat(codec.decode(bytes("0200000000000000 0080000000000000 0080000000000000")))
                    .hasSize(2);
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> codec.decode(bytes("0200000000000000 0080000000000000 0180000000000000")))
                    .withMessage("List<List<Unit>>[1]: expected at most 65536 elements that take no bytes in a message,"
                            + " found 32769 more after 32768");
        }

        @Test
        void nested_too_deep_are_refused() {
            byte[] level = bytes("03000000 0100000000000000");
            byte[] bytes = new byte[level.length * 100_000];
            for (int start = 0; start < bytes.length; start += level.length) {
                System.arraycopy(level, 0, bytes, start, level.length);
            }
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> Codecs.bincode(Command.class).decode(bytes))
                    .withMessageEndingWith(": expected at most 512 levels of types within themselves");
        }

        @Test
        void nested_as_deep_as_allowed_need_less_than_half_of_a_default_stack() throws InterruptedException {
            assertThat(decodedDeepOnAStackOf(512 * 1024)).isInstanceOf(Batch.class);
        }

        @Test
        void deeper_than_the_stack_are_refused_all_the_same() throws InterruptedException {
            assertThat(decodedDeepOnAStackOf(1)) // the least that the JVM can do, some hundred KiB
                    .isInstanceOfAny(CodecException.class, Batch.class);
        }

        private static Object decodedDeepOnAStackOf(long bytesOfStack) throws InterruptedException {
            Codec<Command> codec = Codecs.bincode(Command.class);
            Command command = new Stop();
            for (int level = 0; level < 512; level++) {
                command = new Batch(List.of(command));
            }
            byte[] bytes = codec.encode(command);
            List<Object> results = new ArrayList<>();
            Runnable decoding = () -> {
                try {
                    results.add(codec.decode(bytes));
                } catch (CodecException refusal) {
                    results.add(refusal);
                }
            };
            Thread thread = new Thread(null, decoding, "small stack", bytesOfStack);
            thread.start();
            thread.join();
            return results.getFirst();
        }

        @Test
        void become_values_that_nobody_can_change() {
            assertThat(Codecs.bincode(new TypeOf<List<String>>() {}).decode(new byte[8]))
                    .isUnmodifiable();
            assertThat(Codecs.bincode(new TypeOf<Set<String>>() {}).decode(new byte[8]))
                    .isUnmodifiable();
            assertThat(Codecs.bincode(new TypeOf<Map<String, String>>() {}).decode(new byte[8]))
                    .isUnmodifiable();
        }

        @Test
        void give_sets_and_maps_their_order() {
            assertThat(Codecs.bincode(new TypeOf<Set<Byte>>() {}).decode(bytes("0300000000000000 05 01 03")))
                    .containsExactly((byte) 5, (byte) 1, (byte) 3);
            assertThat(Codecs.bincode(new TypeOf<Map<Byte, Unit>>() {})
                            .decode(bytes("0300000000000000 05 01 03"))
                            .keySet())
                    .containsExactly((byte) 5, (byte) 1, (byte) 3);
        }
    }

    @Nested
    class Types {

        private record Endless(int number, Endless next) {}

        private record Hen(Egg egg) {}

        private record Egg(Hen hen) {}

        private sealed interface Loop {}

        private record Round(Loop loop) implements Loop {}

        private sealed interface Link {}

        private record Cons(int head, Link tail) implements Link {}

        private record End() implements Link {}

        private record Growing<T>(T value, Optional<Growing<List<T>>> next) {}

        private record Wide(List<? extends Command> commands) {}

        private sealed interface Typed<T> {}

        private record OnlyStrings(String text) implements Typed<String> {}

        private sealed interface Both {}

        private sealed interface One extends Both {}

        private sealed interface Other extends Both {}

        private record InBoth() implements One, Other {}

        interface First {
            record Two() implements Twins {}
        }

        sealed interface Twins permits First.Two, Second.Two {}

        interface Second {
            record Two() implements Twins {}
        }

        private sealed interface Half {}

        private non-sealed interface Open extends Half {}

        static Stream<Arguments> refusals() {
            record Letter(char letter) {}
            record Whole(BigInteger number) {}
            record Anything(Object value) {}
            record Builder(StringBuilder value) {}
            record Text(CharSequence value) {}
            record Elements(Collection<String> values) {}
            record Misnamed(@Rust("u7") int value) {}
            record Misplaced(List<@Rust("u8") String> value) {}
            record Lettered(@Rust("char") long value) {}
            record Questions(List<?> values) {}
            record Deep(Map<String, Optional<char[]>> value) {}
            @SuppressWarnings("rawtypes")
            record Raw(List values) {}
            return Stream.of(
                    arguments(
                            Letter.class,
                            "Letter.letter: found char, half of what Rust calls a char; write @Rust(\"char\") int"),
                    arguments(Whole.class, "Whole.number: found BigInteger, whose size is open; write @Rust(\"i128\")"),
                    arguments(
                            Anything.class,
                            "Anything.value: found Object, a class whose content is its own affair; supported"),
                    arguments(Builder.class, "Builder.value: found StringBuilder, a class"),
                    arguments(Text.class, "Text.value: found CharSequence, an interface that anything may implement"),
                    arguments(Elements.class, "Elements.values: found Collection<String>, an interface"),
                    arguments(
                            Misnamed.class,
                            "Misnamed.value: found @Rust(\"u7\") int; @Rust takes the integers of Rust"),
                    arguments(Misplaced.class, "Misplaced.value[]: found @Rust(\"u8\") String; @Rust takes"),
                    arguments(Lettered.class, "Lettered.value: found @Rust(\"char\") long; @Rust takes"),
                    arguments(Questions.class, "Questions.values: found ?, which stands for any type"),
                    arguments(Deep.class, "Deep.value[].value[]: found char, half"),
                    arguments(Raw.class, "Raw.values: found List without its type arguments; write them"),
                    arguments(Pair.class, "Pair: found Pair without its type arguments; write them"),
                    arguments(void.class, "void: found void, a class"),
                    arguments(Endless.class, "Endless.next: found a type within itself without end"),
                    arguments(Hen.class, "Hen.egg.hen: found a type within itself without end"),
                    arguments(Loop.class, "Loop.Round.loop: found a type within itself without end"),
                    arguments(
                            Both.class, "Both.Other: found InBoth in One already; a value must be of one variant only"),
                    arguments(Twins.class, "Twins.Two: found a second variant called Two; give each a name of its own"),
                    arguments(Half.class, "Half.Open: found Open, an interface that anything may implement"));
        }

        @ParameterizedTest
        @MethodSource("refusals")
        void that_cannot_be_carried_are_refused_when_the_codec_is_made(Class<?> type, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Codecs.bincode(type))
                    .withMessageStartingWith(message);
        }

        @Test
        void that_are_generic_and_grow_within_themselves_are_refused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<Growing<String>>() {}))
                    .withMessageContaining("ever larger arguments");
        }

        @Test
        void whose_variants_fit_some_arguments_only_are_refused_with_others() {
            assertThat(Codecs.bincode(new TypeOf<Typed<String>>() {}).encode(new OnlyStrings("")))
                    .hasSize(12);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<Typed<Integer>>() {}))
                    .withMessageStartingWith(
                            "Typed<Integer>.OnlyStrings: found java.lang.String where Integer is meant");
        }

        @Test
        <T> void that_are_only_known_to_a_method_are_refused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Codecs.bincode(new TypeOf<List<T>>() {}))
                    .withMessage("TypeOf: found T, which stands for any type; write the one that is meant");
        }

        @Test
        @SuppressWarnings("rawtypes")
        void need_a_direct_TypeOf_with_an_argument() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TypeOf() {})
                    .withMessageContaining("new TypeOf<List<String>>() {}");
            class Named<T> extends TypeOf<T> {}
            assertThatIllegalArgumentException().isThrownBy(() -> new Named<List<String>>() {});
        }

        @Test
        void in_a_closed_module_are_refused_with_what_to_open() throws ClassNotFoundException {
            Class<?> closed = Class.forName("jdk.internal.misc.ThreadTracker$ThreadRef");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Codecs.bincode(closed))
                    .withMessage(
                            "ThreadRef: found ThreadRef in a closed package; the module-info of java.base must say:"
                                    + " opens jdk.internal.misc to dev.wasmbox.host");
        }

        @Test
        void within_themselves_are_carried_when_there_is_a_way_out() {
            Codec<Link> codec = Codecs.bincode(Link.class);
            Link link = new Cons(1, new Cons(2, new End()));
            assertThat(codec.encode(link)).isEqualTo(bytes("00000000 01000000 00000000 02000000 01000000"));
            assertThat(codec.decode(codec.encode(link))).isEqualTo(link);
        }

        @Test
        void with_a_bounded_wildcard_are_those_of_the_bound() {
            Codec<Wide> codec = Codecs.bincode(Wide.class);
            Wide wide = new Wide(List.of(new Stop(), new Say("x")));
            assertThat(codec.decode(codec.encode(wide))).isEqualTo(wide);
        }

        @Test
        void name_the_codec() {
            assertThat(Codecs.bincode(new TypeOf<Map<String, @Rust("u8") Integer>>() {}))
                    .hasToString("bincode(Map<String, @Rust(\"u8\") Integer>)");
            assertThat(Codecs.bincode(Command.class)).hasToString("bincode(Command)");
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
