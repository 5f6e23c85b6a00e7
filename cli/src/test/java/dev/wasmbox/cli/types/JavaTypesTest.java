package dev.wasmbox.cli.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaTypesTest {

    static final String CLOCK =
            """
            wasmbox 1;
            codec "bincode-1";
            input chess_clock::Command;
            output Vec<chess_clock::Answer>;
            enum chess_clock::Command {
                Start { white: String, black: String, time: Duration, increment: Option<Duration> },
                Press,
                Rename(chess_clock::Side, String),
                Tag { type: u64, "foo-bar": [u8; 4], tree: Option<chess_clock::Tree> },
                Move(chess_clock::Move),
            }
            enum chess_clock::Side { White, BlackAndBlue }
            struct chess_clock::Move { from: (u8, char), nothing: (), pages: struct Page { items: Vec<i32> } }
            struct chess_clock::Tree(Set<(u8, chess_clock::Side)>, Option<chess_clock::Tree>)
            enum chess_clock::Answer { At(SystemTime), List(Map<Vec<u8>, f32>), Bytes(Vec<u8>), Both(u128, i128) }
            """;

    private final Path folder;

    JavaTypesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void areWrittenAsOneWouldByHand() {
        String source = JavaTypes.of(Contract.parse(CLOCK), "chess-clock.wasm", "my.game", "ChessClock");
        assertThat(source).startsWith("package my.game;\n\nimport dev.wasmbox.BoxOptions;\n");
        assertThat(source.substring(source.indexOf("/**")))
                .isEqualTo(
                        """
                /**
                 * The messages of {@code chess-clock.wasm}. Written from its contract by {@code wasmbox types --java}: when the guest's
                 * types change, write it anew.
                 *
                 * <p>A {@code u64} is a {@code long} here: values of 2<sup>63</sup> and more are refused.
                 */
                public final class ChessClock {

                    /** What the guest takes. */
                    public static final Codec<Command> INPUT = Codecs.bincode(Command.class);

                    /** What the guest sends. */
                    public static final Codec<List<Answer>> OUTPUT = Codecs.bincode(new TypeOf<List<Answer>>() {});

                    private ChessClock() {}

                    /** {@return options for boxes with such messages} */
                    public static BoxOptions<Command, List<Answer>> options() {
                        return BoxOptions.of(INPUT, OUTPUT);
                    }

                    public sealed interface Command {
                        record Start(String white, String black, Duration time, Optional<Duration> increment) implements Command {}
                        record Press() implements Command {}
                        record Rename(Side first, String second) implements Command {}
                        record Tag(@Rust("u64") long type, byte @Rust("[4]") [] fooBar, Optional<Tree> tree) implements Command {}
                        record Move(ChessClock.Move value) implements Command {}
                    }

                    public enum Side {
                        WHITE,
                        BLACK_AND_BLUE
                    }

                    public record Move(Tuple2<@Rust("u8") Integer, @Rust("char") Integer> from, Unit nothing, Page pages) {}

                    public record Tree(Set<Tuple2<@Rust("u8") Integer, Side>> first, Optional<Tree> second) {}

                    public record Page(List<Integer> items) {}

                    public sealed interface Answer {
                        record At(Instant value) implements Answer {}
                        record List_(Map<List<@Rust("u8") Integer>, Float> value) implements Answer {}
                        record Bytes(byte[] value) implements Answer {}
                        record Both(@Rust("u128") BigInteger first, @Rust("i128") BigInteger second) implements Answer {}
                    }

                    public record Unit() {}

                    public record Tuple2<A, B>(A first, B second) {}
                }
                """);
    }

    @Test
    void compileAndAreThoseOfTheContract() throws IOException {
        Map<String, Contract> contracts = new LinkedHashMap<>();
        contracts.put("my.game.ChessClock", Contract.parse(CLOCK));
        IntStream.range(0, 60).forEach(seed -> contracts.put("Generated" + seed, RandomContracts.of(seed, false)));
        Map<String, String> sources = new LinkedHashMap<>();
        contracts.forEach((name, contract) -> sources.put(
                name,
                JavaTypes.of(
                        contract,
                        "*/ \\u000a.wasm",
                        name.contains(".") ? "my.game" : "",
                        name.substring(name.lastIndexOf('.') + 1))));
        try (CompiledJava compiled = new CompiledJava(folder, sources)) {
            contracts.forEach((name, contract) -> {
                BoxOptions<?, ?> options = compiled.options(name);
                assertThat(options.input().resolve(contract.input().orElseThrow()))
                        .as(name)
                        .isNotNull();
                assertThat(options.output().resolve(contract.output().orElseThrow()))
                        .as(name)
                        .isNotNull();
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A  | my..game | 'my..game' is no name of a package in Java",
                "A  | my.class | 'my.class' is no name of a package in Java",
                "1A | my       | '1A' is no name of a class in Java",
                "if | my       | 'if' is no name of a class in Java",
                "List | my     | a class around these types cannot be called List, as something that Java or they need is",
            })
    void haveNamesThatJavaTakes(String name, String packageName, String sentence) {
        assertThatThrownBy(() -> JavaTypes.of(Contract.parse(CLOCK), "x", packageName, name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void cannotBeWrittenForWhatHasNoName() {
        Contract contract =
                Contract.parse("wasmbox 1; codec \"bincode-1\"; input E; output (); enum E { Plus(u8), \"-\"(u8) }");
        assertThatThrownBy(() -> JavaTypes.of(contract, "x", "", "A"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name \"-\" cannot be written: it has neither a letter nor a digit");
    }
}
