package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxPool;
import dev.wasmbox.BoxState;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.PoolOptions;
import dev.wasmbox.Rust;
import dev.wasmbox.SigningKey;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.TypeOf;
import dev.wasmbox.WasmBox;
import dev.wasmbox.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that state a contract: read at load, compared at the start of a box, and never trusted. */
class ContractModulesTest {

    /** Sends each message back as it came. */
    private static final byte[] ECHO = Wat.assemble(
            Wat.guest(
                    """
                    (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                    (func (export "wasmbox_send") (param i32 i32)
                      (call $callback (local.get 0) (local.get 1)))
                    """));

    private static final String TEXT =
            """
            wasmbox 1;
            codec "bincode-1";
            input Command;
            output Command;
            enum Command { Move { dx: i32, dy: i64 }, Stop }
            """;

    sealed interface Command {
        record Move(int dx, long dy) implements Command {}

        record Stop() implements Command {}
    }

    private static final Codec<Command> COMMAND = Codecs.bincode(Command.class);

    private static final BoxOptions<Command, Command> OPTIONS = BoxOptions.of(COMMAND, COMMAND);

    private static GuestModule load(byte[] module) {
        return GuestModule.load(module, ModuleOptions.standard().withEngine(Engine.INTERPRETED));
    }

    private static GuestModule stating(String contract) {
        return load(Wat.withContract(ECHO, contract));
    }

    @Test
    void a_module_tells_what_it_states() {
        GuestModule module = stating(TEXT);
        assertThat(module.contract().orElseThrow().input().orElseThrow().type()).hasToString("Command");
        assertThat(load(ECHO).contract()).isEmpty();
        module.check(OPTIONS);
        assertThat(module.start(OPTIONS).send(new Command.Move(1, 2))).containsExactly(new Command.Move(1, 2));
    }

    @Test
    void nothing_is_checked_of_a_module_that_states_nothing() {
        try (WasmBox<Integer, Long> box =
                load(ECHO).start(BoxOptions.of(Codecs.bincode(Integer.class), Codecs.bincode(Long.class)))) {
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.send(1));
        }
        GuestModule half = stating("wasmbox 1; codec \"bincode-1\"; input i32;");
        half.check(BoxOptions.of(Codecs.bincode(Integer.class), Codecs.string()));
        assertThatExceptionOfType(TypeMismatchException.class).isThrownBy(half::start);
    }

    @Test
    void a_mismatch_is_refused_with_both_sides_before_anything_runs() {
        record Move(long dx, long dy) {}
        GuestModule module = stating(TEXT.replace("dx: i32", "dx: u32"));
        String sentence =
                """
                the inputs of guest and host are not the same: Command.Move.dx: guest u32, host int
                  guest: enum Command { Move { dx: u32, dy: i64 }, Stop }
                  host:  enum Command { Move { dx: i32, dy: i64 }, Stop }""";
        Snapshot snapshot;
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            snapshot = box.snapshot();
        }
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(() -> module.check(OPTIONS))
                .withMessage(sentence.replace("\n", System.lineSeparator()));
        assertThatExceptionOfType(TypeMismatchException.class).isThrownBy(() -> module.start(OPTIONS));
        assertThatExceptionOfType(TypeMismatchException.class).isThrownBy(() -> module.restore(snapshot, OPTIONS));
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(() -> BoxPool.of(module, PoolOptions.standard()).start(OPTIONS));
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(() -> module.check(BoxOptions.of(Codecs.bytes(), Codecs.bincode(Move.class))))
                .withMessageStartingWith("the outputs of guest and host are not the same: Move: guest enum Command");
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(module::start)
                .withMessage("the inputs of guest and host are not the same: String: guest enum Command, host String");
    }

    /** A pool, a fork and a woken box have the codecs of their module, not those of the options. */
    @Test
    void every_way_to_a_box_copes_with_a_guest_of_another_age() {
        record Note(String text, Optional<Integer> page) {}
        Codec<Note> codec = Codecs.bincode(Note.class);
        BoxOptions<Note, Note> options = BoxOptions.of(codec, codec);
        GuestModule module = stating("wasmbox 1; codec \"bincode-1\"; input N; output N; struct N { text: String }");
        Note note = new Note("text", Optional.empty());
        try (WasmBox<Note, Note> box = module.start(options)) {
            assertThat(box.send(note)).containsExactly(note);
            try (WasmBox<Note, Note> fork = box.fork();
                    WasmBox<Note, Note> woken = module.restore(box.snapshot(), options)) {
                assertThat(fork.send(note)).containsExactly(note);
                assertThat(woken.send(note)).containsExactly(note);
            }
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Note("text", Optional.of(3))))
                    .withMessage("Note.page: expected nothing, as the guest is too old to have this field, found"
                            + " Optional[3]");
            assertThat(box.state()).isEqualTo(BoxState.READY);
        }
        try (WasmBox<Note, Note> pooled =
                BoxPool.of(module, PoolOptions.standard()).start(options)) {
            assertThat(pooled.send(note)).containsExactly(note);
        }
    }

    /** Otherwise another module, of which nothing is known, would get what this one is sent. */
    @Test
    void a_box_has_the_options_that_it_was_given() {
        record Note(String text, Optional<Integer> page) {}
        Codec<Note> codec = Codecs.bincode(Note.class);
        BoxOptions<Note, Note> options = BoxOptions.of(codec, codec);
        GuestModule older = stating("wasmbox 1; codec \"bincode-1\"; input N; output N; struct N { text: String }");
        Note note = new Note("text", Optional.of(3));
        try (WasmBox<Note, Note> box = older.start(options);
                WasmBox<Note, Note> fork = box.fork();
                WasmBox<Note, Note> silent = load(ECHO).start(fork.options())) {
            assertThat(fork.options()).isSameAs(options);
            assertThat(silent.send(note)).containsExactly(note);
        }
    }

    /** Each box of these would take time for it otherwise. */
    @Test
    void codecs_are_asked_once_for_a_module() {
        AtomicInteger asked = new AtomicInteger();
        Codec<byte[]> codec = new Codec<>() {
            @Override
            public byte[] encode(byte[] value) {
                return value.clone();
            }

            @Override
            public byte[] decode(byte[] bytes) {
                return bytes.clone();
            }

            @Override
            public Codec<byte[]> resolve(Schema guest) {
                asked.incrementAndGet();
                return this;
            }
        };
        GuestModule module = stating(TEXT);
        for (int round = 0; round < 3; round++) {
            module.check(BoxOptions.of(codec, Codecs.bytes()));
            module.check(BoxOptions.bytes());
            module.check(OPTIONS);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void a_contract_may_be_spread_over_sections_and_stays_with_the_module(@TempDir Path folder) throws IOException {
        byte[] whole = ECHO;
        for (String part : List.of(
                "enum Command { Move { dx: i32, dy: i64 }, Stop }",
                "wasmbox 1; codec \"bincode-1\";",
                "input Command; // no line end")) {
            whole = Wat.withContract(whole, part);
        }
        whole = Wat.withContract(Wat.withCustomSection(whole, "other", new byte[] {(byte) 0xFF}), "output Command;");
        GuestModule module = load(whole);
        module.check(OPTIONS);
        try (WasmBox<Command, Command> box = module.start(OPTIONS)) {
            SigningKey key = SigningKey.ofFile(folder.resolve("key"));
            assertThat(load(module.precompile(key)).contract()).isEqualTo(module.contract());
            assertThat(load(module.freeze(box.snapshot())).contract()).isEqualTo(module.contract());
            Path file = folder.resolve("snapshot");
            box.snapshot().write(file, SnapshotForm.selfContained(module));
            assertThat(load(Files.readAllBytes(file)).contract()).isEqualTo(module.contract());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|it does not say its version: expected 'wasmbox 1;', found no such statement",
                "wasmbox 2; codec \"new\"; all is other here|it is of version 2, but this WasmBox knows version 1; use the"
                        + " WasmBox that the guest was built with, or a later one",
                "wasmbox 1; codec \"bincode-1\"; input Command;|the input: it names Command, which is not defined",
                "wasmbox 1; codec \"bincode-1\"; inptu u8;|line 1, column 31: expected wasmbox, codec, input, output,"
                        + " struct or enum, found 'inptu'",
                "wasmbox 1; codec \"bincode-1\"; input A; struct A { a: A }|the input: A contains itself without end; an"
                        + " Option or a Vec in between makes an end possible",
            })
    void a_damaged_contract_is_refused_at_load(String contract, String why) {
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> stating(contract))
                .withMessage("the module's contract, its custom section 'wasmbox', cannot be used: " + why);
    }

    @Test
    void a_contract_that_is_no_text_is_refused_at_load() {
        byte[] bytes = TEXT.getBytes(UTF_8);
        bytes[20] = (byte) 0xC0;
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> load(Wat.withCustomSection(ECHO, "wasmbox", bytes)))
                .withMessageEndingWith("it is not UTF-8");
        byte[] longest = Arrays.copyOf(TEXT.getBytes(UTF_8), 1 << 20);
        Arrays.fill(longest, TEXT.length(), longest.length, (byte) ' ');
        assertThat(load(Wat.withCustomSection(ECHO, "wasmbox", longest)).contract())
                .isEqualTo(stating(TEXT).contract());
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> load(Wat.withCustomSection(ECHO, "wasmbox", new byte[2 << 20])))
                .withMessageContaining("may have 1,048,576");
    }

    /** Whatever becomes of the bytes: a module, or a refusal. */
    @Test
    void a_contract_with_flipped_bits_is_one_or_refused_at_load() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = TEXT.getBytes(UTF_8);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] module =
                    Wat.withCustomSection(ECHO, "wasmbox", Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            try {
                assertThat(load(module).contract()).isPresent();
            } catch (InvalidModuleException refused) {
                assertThat(refused)
                        .hasMessageStartingWith("the module's contract, its custom section 'wasmbox', cannot");
            }
        }
    }

    /** It says i32 and means nothing by it: what the host reads is checked all the same. */
    @Test
    void a_guest_that_lies_harms_nobody() {
        GuestModule liar = stating("wasmbox 1; codec \"bincode-1\"; input String; output Vec<u32>;");
        try (WasmBox<String, List<@Rust("u32") Long>> box =
                liar.start(BoxOptions.of(Codecs.string(), Codecs.bincode(new TypeOf<List<@Rust("u32") Long>>() {})))) {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send("lies"))
                    .withMessageContaining("expected 4 elements of 4 bytes or more, found 4 bytes");
            assertThat(box.state()).isEqualTo(BoxState.READY);
            assertThat(box.send("")).containsExactly(List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "cbor", "of our own"})
    void another_codec_is_refused_but_for_bytes(String codec) {
        GuestModule module = stating("wasmbox 1; codec \"" + codec + "\"; input String; output String;");
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(module::start)
                .withMessage("the inputs of guest and host are not the same: String: guest codec " + codec
                        + ", host codec bincode-1");
        assertThat(module.start(BoxOptions.bytes()).send(new byte[] {1})).containsExactly(new byte[] {1});
    }
}
