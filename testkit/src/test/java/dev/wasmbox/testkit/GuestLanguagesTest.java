package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Rust;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import dev.wasmbox.inspect.MemorySearch;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests in C, in AssemblyScript and in WebAssembly's text format are guests like those in Rust. */
class GuestLanguagesTest {

    private static final BoxOptions<byte[], byte[]> BYTES = BoxOptions.bytes();

    /** Whether a box that is sent these bytes ends with this sentence. */
    private static void panics(GuestModule module, byte[] message, String sentence) {
        try (WasmBox<byte[], byte[]> box = module.start(BYTES.withLog((_, _) -> {}))) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(message))
                    .withMessageMatching(".*\\Q" + sentence + "\\E")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PANIC));
        }
    }

    /** A string of bincode that claims a length and has other bytes. */
    private static byte[] string(int length, int... bytes) {
        byte[] message = new byte[8 + bytes.length];
        message[0] = (byte) length;
        for (int i = 0; i < bytes.length; i++) {
            message[8 + i] = (byte) bytes[i];
        }
        return message;
    }

    @Test
    void theGuideShowsTheProgramsThatAreTested() throws IOException {
        assertThat(Files.readString(Guests.root().resolve("docs/guests.md")))
                .contains(fenced("wasm", "counter-wat/counter.wat"))
                .contains(fenced("", "counter-wat/contract.txt"))
                .contains(fenced("c", "counter-c/counter.c"))
                .contains(fenced("ts", "counter-assemblyscript/assembly/index.ts"));
    }

    private static String fenced(String language, String example) throws IOException {
        return "```" + language + "\n"
                + Files.readString(Guests.root().resolve("examples").resolve(example)) + "```";
    }

    @Nested
    class Counters {

        private static final List<String> INPUTS = List.of(
                "up",
                "up",
                "down",
                "sideways",
                "",
                "up\0",
                "größer 🙂",
                "x".repeat(200_000),
                "Up",
                "down",
                "down",
                "down",
                "upupupupup",
                "up");

        static Stream<Arguments> guests() {
            return Stream.of("counter-c", "counter-wat", "counter-assemblyscript")
                    .flatMap(guest -> Stream.of(Engine.values()).map(engine -> Arguments.of(guest, engine)));
        }

        @ParameterizedTest
        @MethodSource("guests")
        void answerAsTheOneInRust(String guest, Engine engine) {
            List<String> inputs = new ArrayList<>(INPUTS);
            for (int i = 0; i < 120; i++) {
                inputs.add(i % 40 < 25 ? "down" : "up");
            }
            WasmBox<String, String> box = Guests.load(guest, engine).start();
            WasmBox<String, String> inRust = Guests.load("counter", engine).start();
            for (String input : inputs) {
                assertThat(box.send(input)).as("%.20s", input).isEqualTo(inRust.send(input));
            }
            assertThat(box.send("up")).containsExactly("value=-30");
        }

        @ParameterizedTest
        @MethodSource("guests")
        void sayThatTheirMessagesAreStrings(String guest, Engine engine) {
            GuestModule module = Guests.load(guest, engine);
            assertThat(module.contract())
                    .contains(Contract.parse("wasmbox 1; codec \"bincode-1\"; input String; output String;"));
            assertThat(MemorySearch.find(module.start().snapshot().memories().getFirst(), "bincode".getBytes(UTF_8)))
                    .as("in the memory")
                    .isEmpty();
        }

        @ParameterizedTest
        @MethodSource("guests")
        void saySoWhenAMessageIsNoString(String guest, Engine engine) {
            GuestModule module = Guests.load(guest, engine);
            boolean inC = guest.equals("counter-c");
            String noString = "the input is no string: its length as u64, and then so many bytes";
            panics(module, new byte[0], inC ? "at byte 0 a number (u64) takes 8 bytes, and 0 are left" : noString);
            panics(module, new byte[7], inC ? "at byte 0 a number (u64) takes 8 bytes, and 7 are left" : noString);
            panics(module, string(3, 'u', 'p'), inC ? "at byte 8 a String takes 3 bytes, and 2 are left" : noString);
            panics(module, string(1, 'u', 'p'), inC ? "at byte 9 the value ends, and 1 more follow" : noString);
            byte[] endless = new byte[600];
            Arrays.fill(endless, (byte) 0xff);
            panics(
                    module,
                    endless,
                    inC ? "at byte 8 a String takes 18446744073709551615 bytes, and 592 are left" : noString);
        }

        /** What no decoder of UTF-8 may take, after a letter that is. In WebAssembly's text the counter does not look. */
        @ParameterizedTest
        @EnumSource(Engine.class)
        void saySoWhenAMessageIsNoUtf8(Engine engine) {
            for (int[] bytes : new int[][] {
                {'u', 0x80},
                {'u', 0xc3},
                {'u', 0xc0, 0x80},
                {'u', 0xc3, 'u'},
                {'u', 0xe0, 0x9f, 0xbf},
                {'u', 0xe2, 0x82},
                {'u', 0xed, 0xa0, 0x80},
                {'u', 0xf0, 0x8f, 0xbf, 0xbf},
                {'u', 0xf0, 0x9f, 0x99},
                {'u', 0xf4, 0x90, 0x80, 0x80},
                {'u', 0xf5, 0x80, 0x80, 0x80},
                {'u', 0xff}
            }) {
                byte[] message = string(bytes.length, bytes);
                panics(
                        Guests.load("counter-c", engine),
                        message,
                        "at byte 9 a String has 0x%02x, which is no UTF-8".formatted(bytes[1]));
                panics(
                        Guests.load("counter-assemblyscript", engine),
                        message,
                        "the input is no string: it is not UTF-8");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"counter-c", "counter-wat", "counter-assemblyscript"})
        void areTheSameWhateverIsDoneToTheirBoxes(String guest) {
            SameResult.ofGuest(guest).check(INPUTS);
        }
    }

    /** A guest of several C files, with structured messages. */
    @Nested
    class Tally {

        sealed interface Command {
            record Add(String name, long amount) implements Command {}

            record Remove(String name) implements Command {}

            record Replace(List<Entry> entries) implements Command {}

            record Change(Numbers numbers) implements Command {}

            record Say(Optional<String> text) implements Command {}

            record Stop() implements Command {}
        }

        record Entry(String name, long amount, @Rust("u32") long changes) {}

        record Numbers(
                @Rust("u8") int a,
                @Rust("u16") int b,
                @Rust("u32") long c,
                @Rust("u64") BigInteger d,
                byte e,
                short f,
                int g,
                long h,
                float i,
                double j,
                boolean k) {}

        record Answer(List<Entry> entries, OptionalDouble mean, Optional<Numbers> numbers) {}

        private static final Codec<Command> COMMAND = Codecs.bincode(Command.class);
        private static final BoxOptions<Command, Answer> OPTIONS =
                BoxOptions.of(COMMAND, Codecs.bincode(Answer.class)).withLog((_, _) -> {});

        private static final Numbers GREATEST = new Numbers(
                0xff,
                0xffff,
                0xffff_ffffL,
                BigInteger.TWO.pow(64).subtract(BigInteger.TWO),
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Float.POSITIVE_INFINITY,
                Double.MIN_VALUE,
                true);

        private static final List<Command> COMMANDS = List.of(
                new Command.Add("tea", 3),
                new Command.Add("größer 🙂", Long.MIN_VALUE),
                new Command.Add("", 0),
                new Command.Add("tea", -5),
                new Command.Say(Optional.of("so it goes")),
                new Command.Say(Optional.empty()),
                new Command.Remove("tea"),
                new Command.Remove("coffee"),
                new Command.Change(GREATEST),
                new Command.Replace(many(300)),
                new Command.Add("entry 7", 1),
                new Command.Replace(List.of()),
                new Command.Stop());

        private static List<Entry> many(int count) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                entries.add(new Entry("entry " + i, i * 1_000_000_007L, i));
            }
            return entries;
        }

        private static Answer answer(WasmBox<Command, Answer> box, Command command) {
            List<Answer> answers = box.send(command);
            assertThat(answers).hasSize(1);
            return answers.getFirst();
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void answersInTypes(Engine engine) {
            List<String> log = new ArrayList<>();
            WasmBox<Command, Answer> box = Guests.load("tally-c", engine)
                    .start(OPTIONS.withLog((stream, line) -> log.add(stream + " " + line)));
            assertThat(answer(box, COMMANDS.get(0)))
                    .isEqualTo(new Answer(List.of(new Entry("tea", 3, 1)), OptionalDouble.of(3), Optional.empty()));
            box.send(COMMANDS.get(1));
            box.send(COMMANDS.get(2));
            assertThat(answer(box, COMMANDS.get(3)).entries())
                    .containsExactly(
                            new Entry("tea", -2, 2), new Entry("größer 🙂", Long.MIN_VALUE, 1), new Entry("", 0, 1));
            box.send(COMMANDS.get(4));
            box.send(COMMANDS.get(5));
            assertThat(answer(box, COMMANDS.get(6)).entries()).hasSize(2);
            box.send(COMMANDS.get(7));
            assertThat(log)
                    .containsExactly(
                            "STDOUT the tally begins",
                            "STDOUT tea: 3 and so 3",
                            "STDOUT größer 🙂: -9223372036854775808 and so -9223372036854775808",
                            "STDOUT : 0 and so 0",
                            "STDOUT tea: -5 and so -2",
                            "STDOUT so it goes",
                            "STDERR there is no coffee");
            assertThat(answer(box, COMMANDS.get(8)).numbers())
                    .contains(new Numbers(
                            0,
                            0,
                            0,
                            BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
                            Byte.MAX_VALUE,
                            Short.MAX_VALUE,
                            Integer.MIN_VALUE / 2,
                            Long.MAX_VALUE / 2,
                            Float.POSITIVE_INFINITY,
                            0,
                            false));
            assertThat(answer(box, new Command.Replace(many(400))).entries()).isEqualTo(many(400));
            assertThat(box.state()).isEqualTo(BoxState.READY);
            assertThat(answer(box, new Command.Stop()).entries()).hasSize(400);
            assertThat(box.state()).isEqualTo(BoxState.FINISHED);
        }

        @Test
        void isTheSameWhateverIsDoneToItsBoxes() {
            List<byte[]> messages = COMMANDS.stream().map(COMMAND::encode).toList();
            SameResult.ofGuest("tally-c").checkBytes(messages, SameResult.everywhere(messages.size()));
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void handsItsStateToANewerModule(Engine engine) {
            GuestModule module = Guests.load("tally-c", engine);
            WasmBox<Command, Answer> box = module.start(OPTIONS);
            box.send(new Command.Replace(many(100)));
            Snapshot snapshot = box.snapshot();
            try (WasmBox<Command, Answer> upgraded = module.upgrade(snapshot, module, OPTIONS)) {
                assertThat(answer(upgraded, new Command.Say(Optional.empty())).entries())
                        .isEqualTo(many(100));
            }
        }

        /** Whatever is missing at the end of a message is missed, and where. */
        @Test
        void saysWhatIsMissing() {
            GuestModule module = Guests.load("tally-c", Engine.COMPILED);
            for (Command command : COMMANDS) {
                byte[] message = COMMAND.encode(command);
                for (int length = 0; length < Math.min(message.length, 100); length++) {
                    byte[] cut = Arrays.copyOf(message, length);
                    try (WasmBox<byte[], byte[]> box = module.start(BYTES.withLog((_, _) -> {}))) {
                        assertThatExceptionOfType(TrapException.class)
                                .as("%d bytes of %s", length, command)
                                .isThrownBy(() -> box.send(cut))
                                .withMessageMatching("the input of " + length
                                        + " bytes cannot be read: at byte \\d+ (.* takes \\d+ bytes?, and \\d+ are left"
                                        + "|there is a count of \\d+, which cannot be in the bytes left)");
                    }
                }
            }
        }

        /** Bytes at random in the place of others: it is still a message, or the sentence says that it is none. */
        @Test
        void answersOrSaysWhatIsWrong() {
            GuestModule module = Guests.load("tally-c", Engine.COMPILED);
            Random random = new Random(5);
            int answered = 0;
            for (int i = 0; i < 1000; i++) {
                byte[] message = COMMAND.encode(COMMANDS.get(random.nextInt(COMMANDS.size())))
                        .clone();
                for (int changes = random.nextInt(4); changes >= 0; changes--) {
                    int place = random.nextInt(Math.min(message.length, 40));
                    message[place] = (byte) (random.nextBoolean() ? random.nextInt(8) : random.nextInt(256));
                }
                try (WasmBox<byte[], byte[]> box = module.start(BYTES.withLog((_, _) -> {}))) {
                    assertThat(box.send(message)).hasSize(1);
                    answered++;
                } catch (TrapException e) {
                    assertThat(e).hasMessageStartingWith("the input of " + message.length + " bytes cannot be read: ");
                }
            }
            assertThat(answered).isBetween(100, 900);
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void saysWhatIsWrong(Engine engine) {
            GuestModule module = Guests.load("tally-c", engine);
            panics(
                    module,
                    new byte[] {6, 0, 0, 0},
                    "the input of 4 bytes cannot be read: at byte 0 there is variant 6 of an enum that has 6");
            panics(module, new byte[] {4, 0, 0, 0, 2}, "at byte 4 an Option is 2 instead of 0 or 1");
            panics(module, new byte[] {4, 0, 0, 0, 0, 0}, "at byte 5 the value ends, and 1 more follow");
            byte[] numbers = COMMAND.encode(new Command.Change(GREATEST));
            numbers[numbers.length - 1] = -1;
            panics(module, numbers, "at byte " + (numbers.length - 1) + " a bool is 255 instead of 0 or 1");
            byte[] counted = COMMAND.encode(new Command.Replace(many(3)));
            counted[11] = 1; // in the count
            panics(
                    module,
                    counted,
                    "at byte 4 there is a count of 72057594037927939, which cannot be in the bytes left");
        }
    }
}
