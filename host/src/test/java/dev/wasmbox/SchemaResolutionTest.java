package dev.wasmbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** What a Java type makes of what a guest states: the same type, one of another age, or a mismatch with its place. */
@SuppressWarnings("UnusedNestedClass") // the codec finds them
class SchemaResolutionTest {

    /** The schema of a text such as {@code input a::B; struct a::B { ... }}. */
    private static Schema guest(String statements) {
        return Contract.parse("wasmbox 1; codec \"bincode-1\"; input " + statements)
                .input()
                .orElseThrow();
    }

    private enum Side {
        WHITE,
        BLACK_AND_BLUE
    }

    private record Point(int x, long lastY) {}

    private record Wrapped(Point value) {}

    private record Nothing() {}

    private record Tuple<A, B>(A first, B second) {}

    private sealed interface Command {
        record Move(int dx, long dy) implements Command {}

        record Say(String text) implements Command {}

        record Stop() implements Command {}

        record Batch(List<Command> commands) implements Command {}

        record At(Point point, Side side) implements Command {}
    }

    private sealed interface Answer {}

    private record State(int x, String name) implements Answer {}

    private record Failed(String reason) implements Answer {}

    private enum Colour implements Answer {
        RED
    }

    private static final String COMMAND = "Command; enum Command { Move { dx: i32, dy: i64 }, Say(String), Stop,"
            + " Batch(Vec<Command>), At(Point, Side) } struct Point { x: i32, last_y: i64 }"
            + " enum Side { White, BlackAndBlue }";

    /** What is the same, in whatever words. */
    static final List<Arguments> ALIKE = List.of(
            arguments(new TypeOf<Boolean>() {}, "bool;"),
            arguments(new TypeOf<Byte>() {}, "i8;"),
            arguments(new TypeOf<Short>() {}, "i16;"),
            arguments(new TypeOf<Integer>() {}, "i32;"),
            arguments(new TypeOf<Long>() {}, "i64;"),
            arguments(new TypeOf<Float>() {}, "f32;"),
            arguments(new TypeOf<Double>() {}, "f64;"),
            arguments(new TypeOf<String>() {}, "String;"),
            arguments(new TypeOf<@Rust("u32") Long>() {}, "u32;"),
            arguments(new TypeOf<@Rust("usize") Long>() {}, "u64;"),
            arguments(new TypeOf<@Rust("i128") BigInteger>() {}, "i128;"),
            arguments(new TypeOf<@Rust("char") Integer>() {}, "char;"),
            arguments(new TypeOf<Duration>() {}, "Duration;"),
            arguments(new TypeOf<Instant>() {}, "SystemTime;"),
            arguments(new TypeOf<byte[]>() {}, "Vec<u8>;"),
            arguments(new TypeOf<byte[]>() {}, "Vec<i8>;"),
            arguments(new TypeOf<byte[]>() {}, "Set<Byte>; struct Byte(u8)"),
            arguments(new TypeOf<@Rust("u16") byte[]>() {}, "Vec<u16>;"),
            arguments(new TypeOf<int[]>() {}, "Vec<i32>;"),
            arguments(new TypeOf<@Rust("u16") int[]>() {}, "Vec<u16>;"),
            arguments(new TypeOf<List<List<String>>>() {}, "Vec<Set<String>>;"),
            arguments(new TypeOf<String[]>() {}, "Vec<String>;"),
            arguments(new TypeOf<Set<String>>() {}, "Set<String>;"),
            arguments(new TypeOf<@Rust("[3]") List<String>>() {}, "[String; 3];"),
            arguments(new TypeOf<byte @Rust("[32]") []>() {}, "[i8; 32];"),
            arguments(new TypeOf<byte @Rust("[32]") []>() {}, "[Byte; 32]; struct Byte(u8)"),
            arguments(new TypeOf<@Rust("u8") byte @Rust("[4]") []>() {}, "[u8; 4];"),
            arguments(new TypeOf<@Rust("u8") int @Rust("[4]") []>() {}, "[u8; 4];"),
            arguments(new TypeOf<Map<String, Optional<Integer>>>() {}, "Map<String, Option<i32>>;"),
            arguments(new TypeOf<OptionalInt>() {}, "Option<i32>;"),
            arguments(new TypeOf<Nothing>() {}, "();"),
            arguments(new TypeOf<Nothing>() {}, "X; struct X {}"),
            arguments(new TypeOf<Point>() {}, "a::P; struct a::P { x: i32, last_y: i64 }"),
            arguments(new TypeOf<Point>() {}, "P; struct P { X: i32, LAST_Y: i64 }"),
            arguments(new TypeOf<Point>() {}, "P; struct P(i32, i64)"),
            arguments(new TypeOf<Point>() {}, "(i32, i64);"),
            arguments(new TypeOf<Point>() {}, "W; struct W(P) struct P { x: i32, last_y: i64 }"),
            arguments(new TypeOf<Wrapped>() {}, "P; struct P { x: i32, last_y: i64 }"),
            arguments(new TypeOf<Wrapped>() {}, "W; struct W { value: struct P(i32, i64) }"),
            arguments(new TypeOf<Wrapped>() {}, "W; struct W(struct P(i32, i64))"),
            arguments(new TypeOf<String>() {}, "W; struct W((String,))"),
            arguments(
                    new TypeOf<Tuple<Integer, Tuple<String, Side>>>() {},
                    "(i32, (String, enum S { White, black_and_blue }));"),
            arguments(new TypeOf<Side>() {}, "Side; enum Side { White, BlackAndBlue }"),
            arguments(new TypeOf<Command>() {}, COMMAND),
            arguments(
                    new TypeOf<Command>() {},
                    COMMAND.replace("Stop", "Stop {}").replace("(String)", " { text: String }")),
            arguments(
                    new TypeOf<Answer>() {},
                    "A; enum A { State(S), Failed(String), Colour(C) } struct S { x: i32, name: String } enum C { Red }"),
            arguments(
                    new TypeOf<Answer>() {},
                    "A; enum A { State { x: i32, name: String }, Failed { reason: String }, Colour(C) } enum C { Red }"));

    @ParameterizedTest
    @FieldSource("ALIKE")
    void types_that_are_alike_are_accepted(TypeOf<?> type, String guest) {
        Codec<?> codec = Codecs.bincode(type);
        Codec<?> resolved = codec.resolve(guest(guest));
        assertThat(resolved.resolve(guest(guest))).isSameAs(resolved);
        // What a Java type says of itself is what it accepts.
        codec.resolve(codec.schema().orElseThrow());
    }

    /** What is not, and where. */
    static final List<Arguments> UNLIKE = List.of(
            arguments(new TypeOf<Integer>() {}, "u32;", "Integer: guest u32, host int"),
            arguments(new TypeOf<Long>() {}, "u64;", "Long: guest u64, host long"),
            arguments(
                    new TypeOf<@Rust("u32") Long>() {},
                    "i64;",
                    "@Rust(\"u32\") Long: guest i64, host @Rust(\"u32\") long"),
            arguments(new TypeOf<String>() {}, "Vec<u8>;", "String: guest Vec<u8>, host String"),
            arguments(new TypeOf<@Rust("u16") byte[]>() {}, "Vec<u8>;", "[]: guest u8, host @Rust(\"u16\") byte"),
            arguments(new TypeOf<List<Integer>>() {}, "Vec<u8>;", "List<Integer>[]: guest u8, host int"),
            arguments(new TypeOf<List<Integer>>() {}, "[i32; 4];", "List<Integer>: guest [i32; 4], host List<int>"),
            arguments(new TypeOf<Set<Integer>>() {}, "Vec<i32>;", "Set<Integer>: guest Vec<i32>, host Set<int>"),
            arguments(
                    new TypeOf<@Rust("[3]") List<Integer>>() {},
                    "[i32; 4];",
                    "guest [i32; 4], host @Rust(\"[3]\") List<int>"),
            arguments(
                    new TypeOf<Map<String, Integer>>() {},
                    "Map<String, i64>;",
                    "Map<String, Integer>[].value: guest i64, host int"),
            arguments(
                    new TypeOf<Map<String, Integer>>() {},
                    "Map<u8, i32>;",
                    "Map<String, Integer>[].key: guest u8, host String"),
            arguments(new TypeOf<Optional<Integer>>() {}, "i32;", "Optional<Integer>: guest i32, host Optional<int>"),
            arguments(new TypeOf<int[]>() {}, "Vec<u32>;", "int[][]: guest u32, host int"),
            arguments(new TypeOf<Duration>() {}, "u64;", "Duration: guest u64, host Duration"),
            arguments(
                    new TypeOf<Point>() {},
                    "P; struct P { x: i32, y: i64 }",
                    "Point: guest has y as field 1, host has lastY"),
            arguments(new TypeOf<Point>() {}, "(i32, i64, i8);", "Point: guest has 3 fields, host has 2"),
            arguments(
                    new TypeOf<Point>() {},
                    "P; struct P { x: i32 }",
                    "Point.lastY: guest has no such field, host long"),
            arguments(
                    new TypeOf<Point>() {},
                    "P; struct P { x: i32, last_y: i64, z: u8 }",
                    "Point.z: guest u8, host has no such component"),
            arguments(new TypeOf<Point>() {}, "enum P { A };", "Point: guest enum P, host record Point"),
            arguments(new TypeOf<Side>() {}, "enum S { Black };", "Side: guest has Black as variant 0, host has WHITE"),
            arguments(
                    new TypeOf<Side>() {},
                    "enum S { White(u8) };",
                    "Side.White: guest has fields, host has constants only"),
            arguments(new TypeOf<Side>() {}, "u32;", "Side: guest u32, host enum Side"),
            arguments(
                    new TypeOf<Command>() {},
                    COMMAND.replace("dx: i32", "dx: u32"),
                    """
                    Command.Move.dx: guest u32, host int
                      guest: enum Command { Move { dx: u32, dy: i64 }, Say(String), Stop, Batch(Vec<Command>), At(Point, Side) }
                      host:  enum Command { Move { dx: i32, dy: i64 }, Say { text: String }, Stop, Batch { commands: Vec<Command> }, At { point: Point, side: Side } }"""),
            arguments(
                    new TypeOf<Command>() {},
                    COMMAND.replace("last_y: i64", "last_y: i8"),
                    """
                    Command.At.point.lastY: guest i8, host long
                      guest: struct Point { x: i32, last_y: i8 }
                      host:  struct Point { x: i32, lastY: i64 }"""),
            arguments(
                    new TypeOf<Answer>() {},
                    "A; enum A { State { x: i32, name: String }, Failed { reason: String }, Colour }",
                    "Answer.Colour: guest has no fields, host enum Colour"));

    @ParameterizedTest
    @FieldSource("UNLIKE")
    void types_that_are_not_are_refused_with_the_place_and_both_sides(TypeOf<?> type, String guest, String message) {
        assertThatThrownBy(() -> Codecs.bincode(type).resolve(guest(guest)))
                .isInstanceOf(TypeMismatchException.class)
                .message()
                .satisfies(found -> assertThat(
                                message.contains("\n")
                                        ? found
                                        : found.lines().findFirst().orElse(""))
                        .endsWith(message));
    }

    @Test
    void another_codec_is_a_mismatch() {
        Schema json = Contract.parse("wasmbox 1; codec \"json\"; input String;")
                .input()
                .orElseThrow();
        assertThatThrownBy(() -> Codecs.string().resolve(json))
                .isInstanceOf(TypeMismatchException.class)
                .hasMessage("String: guest codec json, host codec bincode-1");
        assertThat(Codecs.bytes().resolve(json)).isSameAs(Codecs.bytes());
    }

    @Test
    void a_string_is_one_in_whatever_wrapping() {
        assertThat(Codecs.string().resolve(guest("W; struct W(String)"))).isSameAs(Codecs.string());
        assertThatThrownBy(() -> Codecs.string().resolve(guest(COMMAND)))
                .hasMessage("String: guest enum Command, host String");
    }

    /** Schemas that are made to take long, or to be long. */
    @Nested
    class Hostile {

        record Link(int x, Optional<Link> next) {}

        record Chain(Optional<Chain> next) {}

        record Small(byte a) {}

        /** A hundred types that name the next one, and a last one. */
        private static Schema chain(String input, String each, String last) {
            StringBuilder text = new StringBuilder(input + "; struct X { a: i8, more: Option<T0> } ");
            for (int index = 0; index < 100; index++) {
                text.append(each.replace("THIS", "T" + index).replace("NEXT", "T" + (index + 1)));
            }
            return guest(text + last.replace("THIS", "T100"));
        }

        @Test
        void a_type_that_is_unrolled_very_often_is_refused() {
            StringBuilder text = new StringBuilder("L0;");
            for (int index = 0; index < 4096; index++) {
                text.append("struct L%d { x: i32, next: Option<L%d> }".formatted(index, (index + 1) % 4096));
            }
            assertThatThrownBy(() -> Codecs.bincode(Link.class).resolve(guest(text.toString())))
                    .isInstanceOf(TypeMismatchException.class)
                    .hasMessage("expected types within types at most 256 deep, found deeper ones");
            assertThat(Codecs.bincode(Link.class)
                            .resolve(chain(
                                    "T0", "struct THIS { x: i32, next: Option<NEXT> }", "struct THIS { x: i32 }")))
                    .isNotNull();
        }

        /** Each level may be the record or what it holds: 2 to the power of 100 ways. */
        @Test
        @Timeout(60)
        void what_does_not_fit_is_tried_once() {
            assertThatThrownBy(() -> Codecs.bincode(Chain.class)
                            .resolve(chain("T0", "struct THIS(Option<NEXT>)", "struct THIS(u8)")))
                    .isInstanceOf(TypeMismatchException.class)
                    .hasMessageContaining(": guest u8, host Optional<record Chain>");
        }

        /** Two to the power of 100 times nothing. */
        @Test
        @Timeout(60)
        void what_takes_no_bytes_is_not_passed_over_for_ever() {
            Codec<Small> codec =
                    Codecs.bincode(Small.class).resolve(chain("X", "struct THIS(NEXT, NEXT)", "struct THIS()"));
            assertThatThrownBy(() -> codec.decode(new byte[] {7, 1}))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("that take no bytes");
            assertThat(codec.decode(new byte[] {7, 0})).isEqualTo(new Small((byte) 7));
        }

        @Test
        void a_long_name_is_not_repeated_whole() {
            String name = "y".repeat(100_000);
            for (String guest : List.of(
                    "S; struct S { " + name + ": u8 }",
                    "struct " + name + " { z: u8 };",
                    "enum E { " + name + " };",
                    "Vec<(" + "u8,".repeat(100_000) + ")>;")) {
                for (Codec<?> codec : List.of(Codecs.bincode(Link.class), Codecs.bincode(Side.class))) {
                    assertThatThrownBy(() -> codec.resolve(guest(guest)))
                            .isInstanceOf(TypeMismatchException.class)
                            .message()
                            .hasSizeLessThan(2500);
                }
            }
            Codec<Side> newer =
                    Codecs.bincode(Side.class).resolve(guest("enum E { White, BlackAndBlue, " + name + " };"));
            assertThatThrownBy(() -> newer.decode(new byte[] {2, 0, 0, 0}))
                    .message()
                    .hasSizeLessThan(1000);
        }
    }

    /** Guests and hosts of different ages. */
    @Nested
    class Evolution {

        record Item(String name, OptionalInt price) {}

        sealed interface Order {
            record Buy(List<Item> items, Optional<String> note) implements Order {}

            record Cancel() implements Order {}

            record Refund(int cents) implements Order {}
        }

        private final Codec<Order> today = Codecs.bincode(Order.class);

        private static final String SAME =
                "O; enum O { Buy { items: Vec<I>, note: Option<String> }, Cancel, Refund { cents: i32 } }"
                        + " struct I { name: String, price: Option<i32> }";

        private static final String YESTERDAY = "O; enum O { Buy { items: Vec<I> }, Cancel } struct I { name: String }";

        private static final String TOMORROW =
                "O; enum O { Buy { items: Vec<I>, note: Option<String>, gift: Option<G> }, Cancel, Refund { cents: i32 },"
                        + " Swap(I, I) } struct I { name: String, price: Option<i32>, tags: Option<Map<String, [G; 2]>> }"
                        + " enum G { Plain, Wrapped { paper: char, child: Option<G>, x: (u128, Duration, f32, bool, Set<()>) } }";

        private final Order.Buy plain = new Order.Buy(List.of(new Item("tea", OptionalInt.empty())), Optional.empty());

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }

        @Test
        void the_same_types_have_the_same_bytes() {
            Order.Buy buy = new Order.Buy(List.of(new Item("tea", OptionalInt.of(5))), Optional.of("now"));
            Codec<Order> same = today.resolve(guest(SAME));
            assertThat(same.encode(buy)).isEqualTo(today.encode(buy));
            assertThat(same.decode(today.encode(buy))).isEqualTo(buy);
        }

        @Test
        void what_an_older_guest_lacks_is_left_out_and_made_up() {
            Codec<Order> older = today.resolve(guest(YESTERDAY));
            byte[] bytes = older.encode(plain);
            assertThat(hex(bytes)).isEqualTo("00000000" + "0100000000000000" + "0300000000000000" + "746561");
            assertThat(older.decode(bytes)).isEqualTo(plain);
            assertThat(older.decode(older.encode(new Order.Cancel()))).isEqualTo(new Order.Cancel());
        }

        @Test
        void what_an_older_guest_cannot_be_told_is_refused_when_it_is_sent() {
            Codec<Order> older = today.resolve(guest(YESTERDAY));
            assertThatThrownBy(() -> older.encode(new Order.Refund(5)))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("Order: expected a variant that the guest knows (Buy, Cancel), found Refund, for which"
                            + " the guest is too old");
            assertThatThrownBy(() -> older.encode(new Order.Buy(List.of(), Optional.of("now"))))
                    .hasMessage("Order.Buy.note: expected nothing, as the guest is too old to have this field, found"
                            + " Optional[now]");
            assertThatThrownBy(() ->
                            older.encode(new Order.Buy(List.of(new Item("tea", OptionalInt.of(1))), Optional.empty())))
                    .hasMessageStartingWith("Order.Buy.items[0].price: expected nothing");
        }

        @Test
        void what_a_newer_guest_has_more_is_none_and_passed_over() {
            Codec<Order> newer = today.resolve(guest(TOMORROW));
            byte[] bytes = newer.encode(plain);
            assertThat(hex(bytes))
                    .isEqualTo("00000000" + "0100000000000000" + "0300000000000000" + "746561" + "00" + "00" + "00"
                            + "00");
            assertThat(newer.decode(bytes)).isEqualTo(plain);
            String wrapped = "01000000" + "c3a4" + "01" + "00000000" + "00".repeat(16) + "00".repeat(12)
                    + "00".repeat(4) + "01" + "0100000000000000";
            String plainGift = "00000000";
            String full = "00000000" + "0100000000000000" + "0300000000000000" + "746561" + "0105000000"
                    + ("01" + "0100000000000000" + "0100000000000000" + "61" + plainGift + wrapped)
                    + "00" + ("01" + plainGift);
            assertThat(newer.decode(HexFormat.of().parseHex(full)))
                    .isEqualTo(new Order.Buy(List.of(new Item("tea", OptionalInt.of(5))), Optional.empty()));
            assertThatThrownBy(() -> newer.decode(HexFormat.of().parseHex("03000000")))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("Order: expected a variant that the host knows (Buy, Cancel, Refund), found Swap of a"
                            + " newer guest");
            assertThatThrownBy(() -> newer.decode(HexFormat.of().parseHex("04000000")))
                    .hasMessage("Order: expected the index of one of 4 variants, found 4");
        }

        sealed interface Plain {
            record Stop() implements Plain {}
        }

        sealed interface Reasoned {
            record Stop(Optional<String> why) implements Reasoned {}
        }

        @Test
        void what_has_no_fields_yet_may_get_some() {
            record Something(OptionalInt x) {}
            assertThat(Codecs.bincode(Nothing.class)
                            .resolve(guest("S; struct S { x: Option<i32> }"))
                            .encode(new Nothing()))
                    .containsExactly(0);
            Codec<Something> something = Codecs.bincode(Something.class).resolve(guest("S; struct S {}"));
            assertThat(something.encode(new Something(OptionalInt.empty()))).isEmpty();
            assertThat(something.decode(new byte[0])).isEqualTo(new Something(OptionalInt.empty()));
            assertThat(Codecs.bincode(Reasoned.class)
                            .resolve(guest("enum E { Stop };"))
                            .decode(new byte[4]))
                    .isEqualTo(new Reasoned.Stop(Optional.empty()));
            assertThat(Codecs.bincode(Plain.class)
                            .resolve(guest("enum E { Stop { why: Option<String> } };"))
                            .encode(new Plain.Stop()))
                    .containsExactly(0, 0, 0, 0, 0);
        }

        @Test
        void a_newer_variant_is_named_where_it_is_shorter_than_those_that_are_known() {
            Codec<List<Only>> codec = Codecs.bincode(new TypeOf<List<Only>>() {})
                    .resolve(guest("Vec<E>; enum E { Large { x: i64 }, Small }"));
            assertThatThrownBy(() -> codec.decode(HexFormat.of().parseHex("0200000000000000" + "01000000".repeat(2))))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("List<Only>[0]: expected a variant that the host knows (Large), found Small of a newer"
                            + " guest");
        }

        sealed interface Only {
            record Large(long x) implements Only {}
        }

        @Test
        void what_is_passed_over_cannot_take_for_ever() {
            record Empty() {}
            Codec<Empty> codec = Codecs.bincode(Empty.class);
            assertThatThrownBy(() -> codec.resolve(guest("X; struct X { a: u8 }")))
                    .isInstanceOf(TypeMismatchException.class);
            record One(byte a) {}
            Codec<One> one =
                    Codecs.bincode(One.class).resolve(guest("X; struct X { a: i8, b: Option<Vec<[(); 2000000000]>> }"));
            assertThatThrownBy(() -> one.decode(HexFormat.of().parseHex("00" + "01" + "ffffffffffffffff")))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("that take no bytes");
            Codec<One> deep =
                    Codecs.bincode(One.class).resolve(guest("X; struct X { a: i8, b: Option<L> } struct L(Option<L>)"));
            assertThatThrownBy(() -> deep.decode(HexFormat.of().parseHex("00" + "01".repeat(100_000))))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("levels of types");
            assertThat(deep.decode(HexFormat.of().parseHex("00" + "01".repeat(5000) + "00")))
                    .isEqualTo(new One((byte) 0));
        }
    }
}
