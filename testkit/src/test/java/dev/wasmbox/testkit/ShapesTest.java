package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.Rust;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.WasmBox;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guest of typed messages: Rust's enums and structs are Java's sealed interfaces and records. */
class ShapesTest {

    sealed interface Command {
        record Move(int dx, long dy) implements Command {}

        record Say(String text) implements Command {}

        record Stop() implements Command {}

        record Batch(List<Command> commands) implements Command {}

        record Put(String key, Optional<Double> value) implements Command {}

        record Numbers(ShapesTest.Numbers numbers) implements Command {}

        record Swap(String text, TruthAndLetter pair) implements Command {}

        record Wide(@Rust("u128") BigInteger number) implements Command {}
    }

    sealed interface Answer {
        record State(ShapesTest.State state) implements Answer {}

        record Said(String text, List<@Rust("char") Integer> letters) implements Answer {}

        record Stopped() implements Answer {}

        record Many(List<Answer> answers) implements Answer {}

        record Numbers(ShapesTest.Numbers numbers) implements Answer {}

        record Swapped(LetterAndTruth pair, String text) implements Answer {}

        record Wide(@Rust("u128") BigInteger number) implements Answer {}
    }

    record TruthAndLetter(boolean truth, @Rust("char") int letter) {}

    record LetterAndTruth(@Rust("char") int letter, boolean truth) {}

    record Position(int x, long y) {}

    record Nothing() {}

    record State(
            Position position,
            @Rust("u8") int moves,
            Map<String, @Rust("u32") Long> words,
            Map<String, Double> values,
            Optional<String> lastSaid,
            boolean idle,
            Nothing nothing) {}

    record Numbers(
            @Rust("u8") int u8,
            @Rust("u16") int u16,
            @Rust("u32") long u32,
            @Rust("u64") BigInteger u64,
            byte i8,
            short i16,
            int i32,
            long i64,
            float f32,
            double f64,
            @Rust("char") int char_,
            boolean bool) {}

    private static final Codec<Command> COMMAND = Codecs.bincode(Command.class);
    private static final BoxOptions<Command, Answer> OPTIONS = BoxOptions.of(COMMAND, Codecs.bincode(Answer.class));

    private static final List<Command> COMMANDS = List.of(
            new Command.Move(3, -4),
            new Command.Say("so it goes so"),
            new Command.Put("pi", Optional.of(3.14)),
            new Command.Batch(List.of(
                    new Command.Put("pi", Optional.empty()),
                    new Command.Batch(List.of()),
                    new Command.Move(-1, 1L << 40))),
            new Command.Swap("größer", new TruthAndLetter(true, 0x1F642)),
            new Command.Wide(BigInteger.TWO.pow(128).subtract(BigInteger.ONE)),
            new Command.Stop());

    @ParameterizedTest
    @EnumSource(Engine.class)
    void answersInTypes(Engine engine) {
        WasmBox<Command, Answer> box = Guests.load("shapes", engine).start(OPTIONS);
        assertThat(box.send(COMMANDS.get(0)))
                .containsExactly(new Answer.State(
                        new State(new Position(3, -4), 1, Map.of(), Map.of(), Optional.empty(), false, new Nothing())));
        assertThat(box.send(new Command.Say("ab b")))
                .containsExactly(new Answer.Said("AB B", List.of((int) 'a', (int) 'b', (int) ' ', (int) 'b')));
        assertThat(box.send(new Command.Put("pi", Optional.of(3.14))))
                .containsExactly(new Answer.State(new State(
                        new Position(3, -4),
                        1,
                        Map.of("ab", 1L, "b", 1L),
                        Map.of("pi", 3.14),
                        Optional.of("ab b"),
                        false,
                        new Nothing())));
        assertThat(box.send(new Command.Batch(List.of(new Command.Say(""), new Command.Batch(List.of())))))
                .containsExactly(new Answer.Many(List.of(new Answer.Said("", List.of()), new Answer.Many(List.of()))));
        assertThat(box.send(COMMANDS.get(4)))
                .containsExactly(new Answer.Swapped(new LetterAndTruth(0x1F642, true), "größer"));
        assertThat(box.send(COMMANDS.get(5))).containsExactly(new Answer.Wide(BigInteger.ZERO));
        assertThat(box.state()).isEqualTo(BoxState.READY);
        assertThat(box.send(new Command.Stop())).containsExactly(new Answer.Stopped());
        assertThat(box.state()).isEqualTo(BoxState.FINISHED);
        assertThatExceptionOfType(BoxStateException.class)
                .isThrownBy(() -> box.send(new Command.Stop()))
                .withMessageContaining("finished");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void numbersKeepTheirExtremes(Engine engine) {
        WasmBox<Command, Answer> box = Guests.load("shapes", engine).start(OPTIONS);
        Numbers greatest = new Numbers(
                255,
                65_535,
                0xFFFF_FFFFL,
                BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
                Byte.MAX_VALUE,
                Short.MAX_VALUE,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Float.NEGATIVE_INFINITY,
                -1,
                'Z',
                true);
        Numbers after = new Numbers(
                0,
                0,
                0,
                BigInteger.ZERO,
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                Float.NEGATIVE_INFINITY,
                0,
                '[',
                false);
        assertThat(box.send(new Command.Numbers(greatest))).containsExactly(new Answer.Numbers(after));
    }

    @Test
    void everyRunHasTheSameResult() {
        List<byte[]> inputs = COMMANDS.stream().map(COMMAND::encode).toList();
        SameResult.Result result =
                SameResult.ofGuest("shapes").checkBytes(inputs, SameResult.everywhere(inputs.size()));
        assertThat(result.outputs()).allSatisfy(outputs -> assertThat(outputs).hasSize(1));
    }

    /** The guest states its types; who would read its answers as others is told so before the first message. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void readingTheWrongTypeIsRefused(Engine engine) {
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(() -> Guests.load("shapes", engine).start(BoxOptions.of(COMMAND, Codecs.string())))
                .withMessage("the outputs of guest and host are not the same: String: guest enum Answer, host String");
    }
}
