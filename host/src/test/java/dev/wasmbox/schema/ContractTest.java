package dev.wasmbox.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.wasmbox.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of contracts, as docs/contract.md has it. */
class ContractTest {

    private static final String HEAD = "wasmbox 1; codec \"bincode-1\"; ";

    private static Contract parse(String rest) {
        return Contract.parse(HEAD + rest);
    }

    private static SchemaType input(String type) {
        return parse("input " + type + ";").input().orElseThrow().type();
    }

    @Example
    void is_read_and_written_as_one_would_by_hand() {
        String text =
                """
                wasmbox 1;
                codec "bincode-1";
                input game::Command;
                output Vec<game::Answer>;

                enum game::Command { Move { dx: i32, dy: i64 }, Say(String), "Do it", Batch(Vec<game::Command>) }

                struct game::Answer {
                    position: (i32, i64),
                    words: Map<String, Set<u8>>,
                    last_said: Option<[char; 4]>,
                    nothing: (),
                    one: (bool,),
                    envelope: struct Envelope { body: struct Unit {} },
                    at: SystemTime,
                }
                """;
        Contract contract = Contract.parse(text);
        assertThat(contract.toString()).isEqualTo(text);
        assertThat(contract.codec()).isEqualTo("bincode-1");
        assertThat(contract.input().orElseThrow().definitions()).containsOnlyKeys("game::Command");
    }

    @Example
    void may_have_its_statements_in_any_order_and_more_than_it_needs() {
        Contract contract = Contract.parse(
                """
                // What the compiler found first.
                struct a::Unused { x: not::Defined, }
                enum a::Level { Low, High, };; struct a::Pair(a::Level, u8,);
                input a::Pair; enum a::Level{Low,High}
                wasmbox 1; codec "json"; // the end""");
        assertThat(contract)
                .hasToString(
                        """
                        wasmbox 1;
                        codec "json";
                        input a::Pair;

                        struct a::Pair(a::Level, u8)

                        enum a::Level { Low, High }
                        """);
        assertThat(contract.output()).isEmpty();
    }

    @Example
    void tells_of_itself_with_short_names() {
        assertThat(parse("input a::X; output (a::b::Y, c::b::Y, d::String); struct a::X {} struct a::b::Y {}"
                                + " struct c::b::Y {} struct d::String(u8)")
                        .withShortNames())
                .hasToString(
                        """
                        wasmbox 1;
                        codec "bincode-1";
                        input X;
                        output (a::b::Y, c::b::Y, d::String);

                        struct X {}

                        struct a::b::Y {}

                        struct c::b::Y {}

                        struct d::String(u8)
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "|it does not say its version: expected 'wasmbox 1;', found no such statement",
                "codec \"x\";|it does not say its version: expected 'wasmbox 1;', found no such statement",
                "wasmbox 1;|it does not say its codec: expected a statement such as 'codec \"bincode-1\";', found none",
                "wasmbox 2; types are { told << otherwise now;|it is of version 2, but this WasmBox knows version 1;"
                        + " use the WasmBox that the guest was built with, or a later one",
                "wasmbox 99999999999999999999;|it is of version 99999999999999999999, but this WasmBox knows version 1;"
                        + " use the WasmBox that the guest was built with, or a later one",
                "wasmbox 1; wasmbox 1;|line 1, column 12: expected one statement of the version, found a second one",
                "wasmbox 1; codec x;|line 1, column 18: expected the name of a codec in double quotes, found 'x'",
                "wasmbox 1; codec \"x\"; codec \"x\";|line 1, column 23: expected one statement of the codec,"
                        + " found a second one",
                "wasmbox 1; codec \"x|line 1, column 18: expected a string that ends in its line, found one that does not",
                "wasmbox 1; codec \"\\x\";|line 1, column 19: expected \\\" or \\\\, found another character after \\",
                "wasmbox 1; codec \"x\"; hello;|line 1, column 23: expected wasmbox, codec, input, output, struct or"
                        + " enum, found 'hello'",
                "wasmbox 1; codec \"x\"; #|line 1, column 23: expected a word, found the character U+0023",
            })
    void is_refused_when_it_is_damaged(String text, String message) {
        assertThatThrownBy(() -> Contract.parse(text == null ? "" : text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input;|expected a type, found ';'",
                "wasmbox u8;|expected a number, the version, found 'u8'",
                "input u8|expected ';', found the end",
                "input u8; input u8;|expected one statement of the input, found a second one",
                "input Vec;|expected '<', found ';'",
                "input Vec<u8;|expected '>', found ';'",
                "input Map<u8>;|expected ',', found '>'",
                "input (u8 u8);|expected ',' or ')', found 'u8'",
                "input [u8; -1];|expected a word, found the character U+002D",
                "input [u8; 2147483648];|expected the length of an array, up to 2147483647, found '2147483648'",
                "input a::;|expected the name of a type, found ';'",
                "input a::B;|the input: it names a::B, which is not defined",
                "struct Vec {}|expected the name of a type, found 'Vec', which has a meaning of its own",
                "struct a { x: u8, x: u8 }|expected each name once, found two fields are called x",
                "enum a { X, X }|expected each name once, found two variants of a are called X",
                "enum a;|expected '{', found ';'",
                "enum a { 1 }|expected the name of a variant, found '1'",
                "struct a { x u8 }|expected ':', found 'u8'",
                "struct a {} struct a(u8);|expected a as it was defined before, found another definition of that name",
                "input a; struct a { a: a }|the input: a contains itself without end; an Option or a Vec in between makes"
                        + " an end possible",
                "input a; struct a { b: b } enum b { X(a), Y([a; 2]) }|contains itself without end",
            })
    void is_refused_when_its_types_are_none(String rest, String message) {
        assertThatThrownBy(() -> parse(rest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Example
    void has_limits() {
        assertThat(input("Vec<".repeat(63) + "u8" + ">".repeat(63))).isInstanceOf(SchemaType.Sequence.class);
        assertThatThrownBy(() -> input("Vec<".repeat(64) + "u8" + ">".repeat(64)))
                .hasMessageContaining("expected types that are nested at most 64 deep, found deeper ones");
        assertThatThrownBy(() -> input("(".repeat(500_000))).hasMessageContaining("nested at most 64 deep");
        StringBuilder many = new StringBuilder();
        for (int index = 0; index < 4096; index++) {
            many.append("struct s%d(s%d)".formatted(index, index + 1));
        }
        assertThat(parse(many.toString()).input()).isEmpty();
        assertThatThrownBy(() -> parse(many + "struct s4096(u8) input s0;"))
                .hasMessageContaining("expected at most 4096 definitions, found more");
        assertThatThrownBy(() -> parse(" ".repeat(1 << 20))).hasMessageContaining("but may have 1,048,576");
    }

    /** As long as it may be, and each definition is known to end only after the one behind it. */
    @Example
    void takes_no_longer_for_what_is_in_an_unfavourable_order() {
        StringBuilder text = new StringBuilder("input s0;");
        for (int index = 0; index < 4095; index++) {
            text.append("struct s%d(%ss%d)".formatted(index, "u8,".repeat(75), index + 1));
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThat(parse(text + "struct s4095(u8)").input()).isPresent());
    }

    /** A path of 80,000 parts has 80,000 ends. */
    @Example
    void has_short_names_for_the_longest_paths() {
        String path = "::a".repeat(80_000);
        assertThat(parse("input (b%s, c%s); struct b%s {} struct c%s {} output Last; struct Last {}"
                                .formatted(path, path, path, path))
                        .withShortNames()
                        .output())
                .hasToString("Optional[Last\n\nstruct Last {}]");
    }

    @Example
    void is_refused_in_short_words() {
        assertThatThrownBy(() -> parse("x".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(1000);
    }

    private record Option(int x) {}

    private record Foo$Bar(Option option) {}

    @Example
    void of_java_types_has_names_that_can_be_read() {
        Contract contract = Contract.of(Codecs.bincode(Foo$Bar.class), Codecs.string());
        assertThat(contract)
                .hasToString(
                        """
                wasmbox 1;
                codec "bincode-1";
                input Foo_Bar;
                output String;

                struct Foo_Bar { option: Option_2 }

                struct Option_2 { x: i32 }
                """);
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
    }

    @Example
    void knows_what_can_end() {
        assertThat(parse("input a::A; struct a::A(enum E { X(a::A), Y([a::B; 2]) }) struct a::B(enum E { Z })")
                        .input())
                .isPresent();
        assertThatThrownBy(() -> parse("input a::A; struct a::A(enum E { X(a::A), Y(enum F { Z(a::A) }) })"))
                .hasMessageContaining("a::A contains itself without end");
        assertThat(input("(Option<u8>, [u8; 0])")).hasToString("(Option<u8>, [u8; 0])");
        assertThat(parse("input a::L; struct a::L { next: Option<a::L>, x: [a::L; 0] }")
                        .input())
                .isPresent();
        assertThat(parse("input a::T; enum a::T { Node(a::T, a::T), Leaf } enum a::Never {}")
                        .input())
                .isPresent();
    }

    /** Whatever the words: a contract, or an exception that says so. */
    @Property(tries = 5_000)
    void any_words_are_a_contract_or_refused(@ForAll("words") List<String> words) {
        try {
            Contract contract = parse(String.join(" ", words));
            assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.of(
                        "input", "output", "struct", "enum", "a", "b", "::", "{", "}", "(", ")", "[", "]", "<", ">",
                        ",", ";", ":", "u8", "String", "Vec", "Option", "Map", "\"x\"", "3", "wasmbox", "1")
                .list()
                .ofMaxSize(20);
    }

    @Property(tries = 300)
    void what_is_written_is_read_again(@ForAll long seed) {
        Optional<Schema> schema = Optional.of(RandomSchemas.of(seed));
        Contract contract = new Contract("bincode-1", schema, schema);
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        Contract shortened = contract.withShortNames();
        assertThat(Contract.parse(shortened.toString())).isEqualTo(shortened);
    }

    @Example
    void of_two_codecs_that_are_not_alike_is_refused() {
        Schema text = new Schema("json", SchemaType.Scalar.STRING, Map.of());
        assertThatThrownBy(() -> new Contract("bincode-1", Optional.of(text), Optional.empty()))
                .hasMessage("a contract has one codec, not json and bincode-1");
    }
}
