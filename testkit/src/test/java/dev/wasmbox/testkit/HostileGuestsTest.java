package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.LimitException;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guests that are accepted, and misbehave when they run: each is ended with the right reason, and its box can be restored
 * and does the same again.
 */
class HostileGuestsTest {

    private static final String CALLBACK =
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            """;
    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes().withLog((stream, line) -> {});

    /** A guest, a limit on it, and how a message of four bytes ends it. */
    record Hostile(String name, String declarations, Limits limits, Reason reason, String... words) {
        @Override
        public String toString() {
            return name;
        }

        Hostile within(Limits newLimits) {
            return new Hostile(name, declarations, newLimits, reason, words);
        }
    }

    private static Hostile guest(String name, String declarations, Reason reason, String... words) {
        return new Hostile(name, declarations, Limits.standard(), reason, words);
    }

    /** A guest that runs some instructions for each message, which is in $pointer and $length. */
    private static Hostile onMessage(String name, String instructions, Reason reason, String... words) {
        return guest(name, CALLBACK + send(instructions), reason, words);
    }

    private static String send(String instructions) {
        return "(func (export \"wasmbox_send\") (param $pointer i32) (param $length i32) " + instructions + ")";
    }

    private static Hostile callback(String name, String arguments, String... words) {
        return onMessage(name, "(call $callback " + arguments + ")", Reason.CONTRACT, words);
    }

    private static Hostile malloc(String name, String instructions, Reason reason, String... words) {
        return guest(
                name,
                "(func (export \"wasmbox_malloc\") (param $size i32) (result i32) " + instructions + ")",
                reason,
                words);
    }

    private static Hostile exchange(String name, String address, String declarations, String... words) {
        return guest(
                name,
                "(global (export \"wasmbox_exchange\") i32 (i32.const " + address + "))" + declarations,
                Reason.CONTRACT,
                words);
    }

    static Stream<Hostile> pointers() {
        String outside = "which is not in its memory";
        return Stream.of(
                callback(
                        "an output at the end of memory",
                        "(i32.const 65536) (i32.const 1)",
                        "1 bytes at address 65536",
                        outside),
                callback(
                        "an output across the end of memory",
                        "(i32.const 65535) (i32.const 2)",
                        "address 65535",
                        outside),
                callback("an output at -1", "(i32.const -1) (i32.const 1)", "address 4294967295", outside),
                callback(
                        "an empty output at -1",
                        "(i32.const -1) (i32.const 0)",
                        "0 bytes at address 4294967295",
                        outside),
                callback("an output at 2^31", "(i32.const 0x80000000) (i32.const 1)", "address 2147483648", outside),
                callback("an output that wraps around", "(i32.const -4) (i32.const 8)", "address 4294967292", outside),
                callback("an output of negative length", "(i32.const 0) (i32.const -1)", "4294967295 bytes", outside),
                callback(
                        "an output of the least length",
                        "(i32.const 8) (i32.const 0x80000000)",
                        "2147483648 bytes",
                        outside),
                callback("an output longer than memory", "(i32.const 0) (i32.const 65537)", "65537 bytes", outside),
                callback("an output whose end overflows", "(i32.const 0x7fffffff) (i32.const 0x7fffffff)", outside),
                malloc("malloc answers null", "i32.const 0", Reason.CONTRACT, "could not allocate 4 bytes"),
                malloc("malloc answers -1", "i32.const -1", Reason.CONTRACT, "address 4294967295", outside),
                malloc("malloc answers -4", "i32.const -4", Reason.CONTRACT, "address 4294967292", outside),
                malloc(
                        "malloc answers the end of memory",
                        "i32.const 65536",
                        Reason.CONTRACT,
                        "address 65536",
                        outside),
                malloc("malloc answers almost the end", "i32.const 65533", Reason.CONTRACT, "address 65533", outside),
                malloc("malloc answers 2^31", "i32.const 0x80000000", Reason.CONTRACT, "address 2147483648", outside),
                exchange("a buffer at -1", "-1", "", "exchange buffer is at address 4294967295", outside),
                exchange("a buffer at -4", "-4", "", "address 4294967292", outside),
                exchange("a buffer at 2^31", "0x80000000", "", "address 2147483648", outside),
                exchange("a buffer at the end of memory", "65536", "", "address 65536", outside),
                exchange("a buffer at almost the end", "65533", "", "address 65533", outside),
                exchange(
                        "a buffer of -1 bytes",
                        "0",
                        "(data (i32.const 0) \"\\ff\\ff\\ff\\ff\")",
                        "exchange buffer at address 0 is to hold 4294967295 bytes",
                        "not all in its memory"),
                exchange(
                        "a buffer of 2^31 bytes",
                        "0",
                        "(data (i32.const 3) \"\\80\")",
                        "2147483648 bytes",
                        "not all in its memory"),
                exchange(
                        "a buffer whose end overflows",
                        "65532",
                        "(data (i32.const 65532) \"\\ff\\ff\\ff\\7f\")",
                        "2147483647 bytes",
                        "not all in its memory"),
                exchange(
                        "a buffer across the end of memory",
                        "65528",
                        "(data (i32.const 65528) \"\\05\")",
                        "at address 65528 is to hold 5 bytes",
                        "not all in its memory"));
    }

    static Stream<Hostile> traps() {
        String table = "(table 2 funcref) (elem (i32.const 0) $long) (func $long (param i64)) ";
        String passive = "(data $data \"abc\") ";
        return Stream.of(
                onMessage("unreachable", "unreachable", Reason.TRAP, "the guest trapped"),
                onMessage(
                        "division by zero",
                        "(drop (i32.div_s (local.get $length) (i32.const 0)))",
                        Reason.TRAP,
                        "divide by zero"),
                onMessage(
                        "remainder of zero",
                        "(drop (i64.rem_u (i64.const 1) (i64.const 0)))",
                        Reason.TRAP,
                        "divide by zero"),
                onMessage(
                        "division that overflows",
                        "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
                        Reason.TRAP,
                        "integer overflow"),
                onMessage(
                        "a number of not a number",
                        "(drop (i32.trunc_f64_s (f64.const nan)))",
                        Reason.TRAP,
                        "invalid conversion"),
                onMessage(
                        "too large a number",
                        "(drop (i32.trunc_f32_u (f32.const 1e30)))",
                        Reason.TRAP,
                        "integer overflow"),
                onMessage(
                        "a load out of bounds",
                        "(drop (i32.load (i32.const 65533)))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                onMessage(
                        "a store out of bounds",
                        "(i64.store (i32.const -8) (i64.const 1))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                onMessage(
                        "an offset that overflows",
                        "(drop (i32.load8_u offset=4294967295 (i32.const 1)))",
                        Reason.TRAP,
                        "the guest trapped"),
                onMessage(
                        "a far offset",
                        "(i32.store8 offset=2147483648 (i32.const -2147483648) (i32.const 1))",
                        Reason.TRAP,
                        "the guest trapped"),
                onMessage(
                        "a fill out of bounds",
                        "(memory.fill (i32.const 65535) (i32.const 1) (i32.const 2))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                onMessage(
                        "a fill of negative length",
                        "(memory.fill (i32.const 10) (i32.const 1) (i32.const -5))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                onMessage(
                        "a fill whose end overflows",
                        "(memory.fill (i32.const 0x7fffffff) (i32.const 1) (i32.const 0x7fffffff))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                onMessage(
                        "a copy out of bounds",
                        "(memory.copy (i32.const 0) (i32.const 65535) (i32.const 2))",
                        Reason.TRAP,
                        "out of bounds memory access"),
                guest(
                        "initialisation out of bounds",
                        passive + send("(memory.init $data (i32.const 0) (i32.const 2) (i32.const 2))"),
                        Reason.TRAP,
                        "out of bounds memory access"),
                guest(
                        "initialisation with dropped data",
                        passive
                                + send(
                                        "(data.drop $data) (memory.init $data (i32.const 0) (i32.const 0) (i32.const 1))"),
                        Reason.TRAP,
                        "out of bounds memory access"),
                guest(
                        "initialisation with an active segment",
                        "(data $data (i32.const 0) \"abc\") "
                                + send("(memory.init $data (i32.const 0) (i32.const 0) (i32.const 1))"),
                        Reason.TRAP,
                        "out of bounds memory access"),
                guest(
                        "a call of null",
                        table + send("(call_indirect (i32.const 1))"),
                        Reason.TRAP,
                        "uninitialized element"),
                guest(
                        "a call outside of the table",
                        table + send("(call_indirect (i32.const 2))"),
                        Reason.TRAP,
                        "undefined element"),
                guest("a call at -1", table + send("(call_indirect (i32.const -1))"), Reason.TRAP, "undefined element"),
                guest(
                        "a call of another type",
                        table + send("(call_indirect (i32.const 0))"),
                        Reason.TRAP,
                        "indirect call type mismatch"),
                guest(
                        "table.get out of bounds",
                        table + send("(drop (table.get 0 (i32.const 2)))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.set out of bounds",
                        table + send("(table.set 0 (i32.const -1) (ref.null func))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.fill out of bounds",
                        table + send("(table.fill 0 (i32.const 1) (ref.null func) (i32.const 2))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.copy out of bounds",
                        table + send("(table.copy (i32.const 1) (i32.const 0) (i32.const 2))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.init of a dropped segment",
                        table + "(elem $elem func $long) "
                                + send(
                                        "(elem.drop $elem) (table.init $elem (i32.const 0) (i32.const 0) (i32.const 1))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.init of an active segment",
                        "(table 2 funcref) (elem $elem (i32.const 0) $long) (func $long (param i64)) "
                                + send("(table.init $elem (i32.const 1) (i32.const 0) (i32.const 1))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "table.init of a declarative segment",
                        "(table 2 funcref) (elem $elem declare func $long) (func $long (param i64)) "
                                + send("(table.init $elem (i32.const 1) (i32.const 0) (i32.const 1))"),
                        Reason.TRAP,
                        "out of bounds table access"),
                guest(
                        "an exception that nobody catches",
                        "(tag $tag) " + send("(throw $tag)"),
                        Reason.TRAP,
                        "a WebAssembly exception"),
                malloc("malloc traps", "unreachable", Reason.TRAP, "the guest trapped"),
                guest(
                        "free traps",
                        "(func (export \"wasmbox_free\") (param i32 i32) unreachable)",
                        Reason.TRAP,
                        "the guest trapped"),
                guest(
                        "it says why and traps",
                        "(import \"env\" \"wasmbox_panicked\" (func $panicked (param i32 i32)))"
                                + "(data (i32.const 16) \"panicked at x.rs:1\")"
                                + send("(call $panicked (i32.const 16) (i32.const 18)) unreachable"),
                        Reason.PANIC,
                        "panicked at x.rs:1"),
                guest(
                        "it says why from a bad address and traps",
                        "(import \"env\" \"wasmbox_panicked\" (func $panicked (param i32 i32)))"
                                + send("(call $panicked (i32.const -16) (i32.const 18)) unreachable"),
                        Reason.PANIC,
                        "(the guest gave an address for its panic's message that is not in its memory)"),
                guest(
                        "it exits",
                        "(import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
                                + send("(call $exit (i32.const -1))"),
                        Reason.EXIT,
                        "proc_exit with code 4294967295"),
                guest(
                        "it raises a signal",
                        "(import \"wasi_snapshot_preview1\" \"proc_raise\" (func $raise (param i32) (result i32)))"
                                + send("(drop (call $raise (i32.const 9)))"),
                        Reason.EXIT,
                        "raised signal 9"),
                guest(
                        "it finishes and traps",
                        "(import \"env\" \"wasmbox_finished\" (func $finished))" + send("(call $finished) unreachable"),
                        Reason.TRAP,
                        "the guest trapped"));
    }

    private static final String RECURSION = "(func $down (param i32) (result i32)"
            + " (i32.add (i32.const 1) (call $down (i32.add (local.get 0) (i32.const 1))))) ";

    static Stream<Hostile> exhaustion() {
        Limits short_ = Limits.standard().withTimePerMessage(Duration.ofMillis(60));
        Limits outputs =
                Limits.standard().withOutputsPerMessage(3).withOutputBytes(10).withOutputBytesPerMessage(25);
        String print =
                "(import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))"
                        + "(data (i32.const 0) \"\\08\\00\\00\\00\\04\\00\\00\\00abcd\")";
        return Stream.of(
                guest(
                        "endless recursion",
                        RECURSION + send("(drop (call $down (i32.const 0)))"),
                        Reason.STACK,
                        "nested too deep"),
                guest(
                                "endless recursion on its own stack",
                                RECURSION + send("(drop (call $down (i32.const 0)))"),
                                Reason.STACK,
                                "nested too deep")
                        .within(Limits.standard().withStackBytes(400_000)),
                guest(
                        "endless recursion through a table",
                        "(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) $down)"
                                + "(func $down (type $t) (i32.add (i32.const 1) (call_indirect (type $t) (local.get 0) (i32.const 0))))"
                                + send("(drop (call $down (i32.const 0)))"),
                        Reason.STACK,
                        "nested too deep"),
                onMessage("an endless loop", "(loop $again (br $again))", Reason.TIME, "longer than the 60 ms")
                        .within(short_),
                onMessage(
                                "an endless loop on its own stack",
                                "(loop $again (br $again))",
                                Reason.TIME,
                                "longer than the 60 ms")
                        .within(short_.withStackBytes(500_000)),
                onMessage(
                                "an endless loop with a condition",
                                "(loop $again (br_if $again (i32.ne (local.get $pointer) (i32.const -1))))",
                                Reason.TIME,
                                "longer than the 60 ms")
                        .within(short_),
                guest(
                                "an endless loop of calls",
                                "(func $f) " + send("(loop $again (call $f) (br $again))"),
                                Reason.TIME,
                                "longer than")
                        .within(short_),
                malloc("an endless malloc", "(loop $again (br $again)) i32.const 1024", Reason.TIME, "longer than")
                        .within(short_),
                onMessage(
                        "endless outputs",
                        "(loop $again (call $callback (i32.const 0) (i32.const 0)) (br $again))",
                        Reason.OUTPUT,
                        "more outputs",
                        "100000"),
                onMessage(
                                "an output too many",
                                "(call $callback (i32.const 0) (i32.const 1))".repeat(4),
                                Reason.OUTPUT,
                                "than the 3 that")
                        .within(outputs),
                onMessage(
                                "an output too long",
                                "(call $callback (i32.const 0) (i32.const 11))",
                                Reason.OUTPUT,
                                "an output of 11 bytes; the box allows 10")
                        .within(outputs),
                onMessage(
                                "outputs too long together",
                                "(call $callback (i32.const 0) (i32.const 9))".repeat(3),
                                Reason.OUTPUT,
                                "longer together than the 25 bytes")
                        .within(outputs),
                guest(
                                "endless printing",
                                print
                                        + send(
                                                "(loop $again (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1)"
                                                        + " (i32.const 100))) (br $again))"),
                                Reason.OUTPUT,
                                "more than 25 bytes to its standard streams")
                        .within(outputs));
    }

    static Stream<Arguments> hostileOnBothEngines() {
        return Stream.of(pointers(), traps(), exhaustion())
                .flatMap(hostile -> hostile)
                .flatMap(hostile -> Stream.of(Engine.values()).map(engine -> Arguments.of(hostile, engine)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("hostileOnBothEngines")
    void isEndedAndCanBeRestored(Hostile hostile, Engine engine) {
        GuestModule module = Wat.load(Wat.guest(hostile.declarations()), engine);
        WasmBox<byte[], byte[]> box = module.start(OPTIONS.withLimits(hostile.limits()));
        Snapshot before = box.snapshot();
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(new byte[] {1, 2, 3, 4}))
                    .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(hostile.reason()))
                    .satisfies(e -> assertThat(e.getMessage()).contains(List.of(hostile.words())));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertIsTrapped(box);
            box.restore(before, RestoreOptions.identical());
            assertThat(box.snapshot()).isEqualTo(before);
        }
    }

    private static void assertIsTrapped(WasmBox<byte[], byte[]> box) {
        assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
        assertThatExceptionOfType(BoxStateException.class)
                .isThrownBy(() -> box.send(new byte[0]))
                .withMessageContainingAll("this box is trapped (", "restore a snapshot");
        assertThatExceptionOfType(BoxStateException.class).isThrownBy(box::snapshot);
        assertThatExceptionOfType(BoxStateException.class).isThrownBy(box::fork);
    }

    static Stream<Arguments> hostileAtTheStart() {
        Limits short_ = Limits.standard().withTimePerMessage(Duration.ofMillis(60));
        return Stream.of(
                        "(func $f %s) (start $f)",
                        "(func (export \"_initialize\") %s)", "(func (export \"wasmbox_initialize\") %s)")
                .flatMap(place -> Stream.of(
                        guest("traps: " + place, place.formatted("unreachable"), Reason.TRAP, "the guest trapped"),
                        guest(
                                        "loops: " + place,
                                        place.formatted("(loop $again (br $again))"),
                                        Reason.TIME,
                                        "longer than the 60 ms")
                                .within(short_),
                        guest(
                                "recurses: " + place,
                                RECURSION + place.formatted("(drop (call $down (i32.const 0)))"),
                                Reason.STACK,
                                "too deep"),
                        guest(
                                "exits: " + place,
                                "(import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
                                        + place.formatted("(call $exit (i32.const 0))"),
                                Reason.EXIT,
                                "proc_exit with code 0"),
                        guest(
                                "sends from outside: " + place,
                                CALLBACK + place.formatted("(call $callback (i32.const -1) (i32.const 4))"),
                                Reason.CONTRACT,
                                "not in its memory")))
                .flatMap(hostile -> Stream.of(Engine.values()).map(engine -> Arguments.of(hostile, engine)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("hostileAtTheStart")
    void makesNoBoxWhenItMisbehavesAtTheStart(Hostile hostile, Engine engine) {
        GuestModule module = Wat.load(Wat.guest(hostile.declarations()), engine);
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> module.start(OPTIONS.withLimits(hostile.limits())))
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(hostile.reason()))
                .satisfies(e -> assertThat(e.getMessage()).contains(List.of(hostile.words())));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void sendsInitialOutputsFromEveryPlaceThatRunsAtTheStart(Engine engine) {
        String text = Wat.guest(
                CALLBACK
                        + """
                (data (i32.const 0) "start init boot")
                (func $start (call $callback (i32.const 0) (i32.const 5)))
                (start $start)
                (func (export "_initialize") (call $callback (i32.const 6) (i32.const 4)))
                (func (export "wasmbox_initialize") (call $callback (i32.const 11) (i32.const 4)))
                (func (export "_start") unreachable)
                """);
        WasmBox<byte[], byte[]> box = Wat.load(text, engine).start(OPTIONS);
        assertThat(box.initialOutputs())
                .extracting(bytes -> new String(bytes, UTF_8))
                .containsExactly("start", "init", "boot");
        Snapshot snapshot = box.snapshot();
        assertThat(snapshot.outputs()).isEqualTo(3);
        assertThat(snapshot.messages()).isZero();
        WasmBox<byte[], byte[]> restored = box.module().restore(snapshot, OPTIONS, RestoreOptions.identical());
        assertThat(restored.initialOutputs()).isEmpty();
        assertThat(restored.snapshot()).isEqualTo(snapshot);
        SameResult.of(anyEngine -> Wat.load(text, anyEngine)).check(List.of("a", "b"));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void sendsOutputsFromMallocAndFree(Engine engine) {
        String text = Wat.guest(
                CALLBACK
                        + """
                (data (i32.const 0) "msf")
                (func (export "wasmbox_malloc") (param i32) (result i32)
                  (call $callback (i32.const 0) (i32.const 1)) (i32.const 512))
                (func (export "wasmbox_send") (param i32 i32) (call $callback (i32.const 1) (i32.const 1)))
                (func (export "wasmbox_free") (param i32 i32) (call $callback (i32.const 2) (i32.const 1)))
                """);
        WasmBox<byte[], byte[]> box = Wat.load(text, engine).start(OPTIONS);
        assertThat(box.send(new byte[3]))
                .extracting(bytes -> new String(bytes, UTF_8))
                .containsExactly("m", "s", "f");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void outputsExactlyAtTheLimitsPass(Engine engine) {
        String text = Wat.guest(CALLBACK
                + send(
                        "(call $callback (i32.const 65536) (i32.const 0)) (call $callback (i32.const 65526) (i32.const 10))"
                                + "(call $callback (i32.const 0) (i32.const 10))"));
        Limits limits =
                Limits.standard().withOutputsPerMessage(3).withOutputBytes(10).withOutputBytesPerMessage(20);
        WasmBox<byte[], byte[]> box = Wat.load(text, engine).start(OPTIONS.withLimits(limits));
        for (int i = 0; i < 3; i++) {
            assertThat(box.send(new byte[0])).containsExactly(new byte[0], new byte[10], new byte[10]);
        }
        assertThat(box.snapshot().outputs()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aHugeOutputArrivesWhole(Engine engine) {
        String text = Wat.guest(CALLBACK + "(memory (export \"memory\") 160)"
                + send("(call $callback (i32.const 0) (i32.const 10485760))"));
        WasmBox<byte[], byte[]> box = Wat.load(text, engine).start(OPTIONS);
        assertThat(box.send(new byte[] {7})).singleElement().satisfies(output -> {
            assertThat(output).hasSize(10_485_760);
            assertThat(output[1024]).isEqualTo((byte) 7);
        });
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void messagesAreHeldAgainstTheirLimit(Engine engine) {
        String text = Wat.guest(CALLBACK + send("(call $callback (local.get $pointer) (local.get $length))"));
        WasmBox<byte[], byte[]> box = Wat.load(text, engine)
                .start(OPTIONS.withLimits(Limits.standard().withMessageBytes(100)));
        assertThat(box.send(new byte[100])).containsExactly(new byte[100]);
        assertThat(box.send(new byte[0])).containsExactly(new byte[0]);
        Snapshot before = box.snapshot();
        assertThatExceptionOfType(LimitException.class)
                .isThrownBy(() -> box.send(new byte[101]))
                .withMessageContainingAll("has 101 bytes", "allows 100");
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.send(new byte[] {5})).containsExactly(new byte[] {5});
    }

    // Memory and tables.

    private static final String GROWER = Wat.guest(
            CALLBACK
                    + """
            (memory (export "memory") 1)
            (table 1 funcref)
            (func $answer (param i32)
              (i32.store (i32.const 0) (local.get 0)) (call $callback (i32.const 0) (i32.const 4)))
            (func (export "wasmbox_send") (param $pointer i32) (param $length i32)
              (if (i32.eqz (i32.load8_u (local.get $pointer)))
                (then (call $answer (memory.grow (i32.load offset=1 (local.get $pointer)))))
                (else (call $answer (table.grow 0 (ref.null func) (i32.load offset=1 (local.get $pointer)))))))
            """);

    private static int grow(WasmBox<byte[], byte[]> box, int what, int by) {
        byte[] message = {(byte) what, (byte) by, (byte) (by >> 8), (byte) (by >> 16), (byte) (by >> 24)};
        byte[] output = box.send(message).getFirst();
        return java.nio.ByteBuffer.wrap(output)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void memoryGrowsToTheLimitAndNotBeyond(Engine engine) {
        GuestModule module = Wat.load(GROWER, engine);
        Limits limits = Limits.standard().withMemoryBytes(10 * Limits.PAGE_BYTES + 5);
        WasmBox<byte[], byte[]> box = module.start(OPTIONS.withLimits(limits));
        assertThat(grow(box, 0, 10)).isEqualTo(-1);
        assertThat(grow(box, 0, -1)).isEqualTo(-1);
        assertThat(grow(box, 0, 0x10000)).isEqualTo(-1);
        assertThat(grow(box, 0, Integer.MAX_VALUE)).isEqualTo(-1);
        assertThat(grow(box, 0, Integer.MIN_VALUE)).isEqualTo(-1);
        assertThat(grow(box, 0, 2)).isEqualTo(1);
        assertThat(grow(box, 0, 7)).isEqualTo(3);
        assertThat(grow(box, 0, 1)).isEqualTo(-1);
        assertThat(grow(box, 0, 0)).isEqualTo(10);
        Snapshot snapshot = box.snapshot();
        assertThat(snapshot.memoryBytes()).isEqualTo(10 * Limits.PAGE_BYTES);

        WasmBox<byte[], byte[]> small = module.start(OPTIONS.withLimits(limits.withMemoryBytes(9 * Limits.PAGE_BYTES)));
        Snapshot before = small.snapshot();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> small.restore(snapshot))
                .withMessageContainingAll("needs a memory of 655360 bytes", "allows 589824", "raise its memory limit");
        assertThat(small.snapshot()).isEqualTo(before);
        assertThat(grow(small, 0, 8)).isEqualTo(1);

        WasmBox<byte[], byte[]> large = module.restore(snapshot, OPTIONS, RestoreOptions.identical());
        assertThat(grow(large, 0, 1)).isEqualTo(10);
        box.restore(snapshot, RestoreOptions.identical());
        assertThat(grow(box, 0, 1))
                .as("the limit is the box's, not the snapshot's")
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void tablesGrowToTheLimitAndNotBeyond(Engine engine) {
        GuestModule module = Wat.load(GROWER, engine);
        Limits limits = Limits.standard().withTableElements(10);
        WasmBox<byte[], byte[]> box = module.start(OPTIONS.withLimits(limits));
        assertThat(grow(box, 1, 10)).isEqualTo(-1);
        assertThat(grow(box, 1, -1)).isEqualTo(-1);
        assertThat(grow(box, 1, Integer.MIN_VALUE)).isEqualTo(-1);
        assertThat(grow(box, 1, 9)).isEqualTo(1);
        assertThat(grow(box, 1, 1)).isEqualTo(-1);
        assertThat(grow(box, 1, 0)).isEqualTo(10);
        Snapshot snapshot = box.snapshot();
        WasmBox<byte[], byte[]> other = module.start(OPTIONS.withLimits(limits));
        assertThat(grow(other, 1, 0))
                .as("the other boxes' tables are their own")
                .isEqualTo(1);
        WasmBox<byte[], byte[]> small = module.start(OPTIONS.withLimits(limits.withTableElements(9)));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> small.restore(snapshot))
                .withMessageContainingAll("needs a table of 10 elements", "allows 9");
        assertThat(grow(small, 1, 8)).isEqualTo(1);
        assertThat(grow(module.restore(snapshot, OPTIONS, RestoreOptions.identical()), 1, 1))
                .isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatIsTooLargeToBeginWithIsRefusedAtTheStart(Engine engine) {
        assertThatExceptionOfType(LimitException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(memory (export \"memory\") 3)"), engine)
                        .start(OPTIONS.withLimits(Limits.standard().withMemoryBytes(2 * Limits.PAGE_BYTES + 1))))
                .withMessageContainingAll("needs a memory of 196608 bytes", "allows 131073", "raise its memory limit");
        assertThatExceptionOfType(LimitException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(memory (export \"memory\") 65536)"), engine)
                        .start(OPTIONS))
                .withMessageContaining("needs a memory of 4294967296 bytes");
        assertThatExceptionOfType(LimitException.class)
                .isThrownBy(() ->
                        Wat.load(Wat.guest("(table 1000001 funcref)"), engine).start(OPTIONS))
                .withMessageContainingAll("needs a table of 1000001 elements", "allows 1000000");
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(table 4294967295 funcref)"), engine)
                        .start(OPTIONS));
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(data (i32.const 65535) \"ab\")"), engine)
                        .start(OPTIONS))
                .withMessageContaining("data segment 0");
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(data (i32.const -1) \"a\")"), engine)
                        .start(OPTIONS))
                .withMessageContaining("data segment 0");
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> Wat.load(Wat.guest("(table 1 funcref) (func $f) (elem (i32.const 1) $f)"), engine)
                        .start(OPTIONS))
                .withMessageContaining("cannot be instantiated");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void panicsOfRustArriveWithMessageAndPlace(Engine engine) {
        GuestModule module = Guests.load("panicker", engine);
        WasmBox<String, String> box = module.start(BoxOptions.strings()
                .withLog((stream, line) -> {})
                .withLimits(Limits.standard().withTimePerMessage(Duration.ofMinutes(5))));
        Snapshot start = box.snapshot();
        record Ending(String command, Reason reason, String... words) {}
        List<Ending> endings = List.of(
                new Ending("panic größer than expected", Reason.PANIC, "größer than expected", "lib.rs:"),
                new Ending("unwrap", Reason.PANIC, "`Option::unwrap()` on a `None` value", "lib.rs:"),
                new Ending("assert this", Reason.PANIC, "\"this\"", "\"something else\""),
                new Ending("overflow", Reason.STACK, "nested too deep"),
                new Ending("exit 42", Reason.EXIT, "proc_exit with code 42"),
                new Ending("abort", Reason.TRAP, "the guest trapped"),
                new Ending("sleep x", Reason.PANIC, "a number after the command"),
                new Ending("send 100001", Reason.OUTPUT, "more outputs"),
                new Ending("large 16777209", Reason.OUTPUT, "an output of 16777217 bytes"));
        for (Ending ending : endings) {
            assertThatExceptionOfType(TrapException.class)
                    .as(ending.command())
                    .isThrownBy(() -> box.send(ending.command()))
                    .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(ending.reason()))
                    .satisfies(e -> assertThat(e.getMessage()).contains(List.of(ending.words())));
            box.restore(start, RestoreOptions.identical());
            assertThat(box.send("still here")).containsExactly("still here");
            box.restore(start, RestoreOptions.identical());
        }
    }

    /** Lines arrive in order with the outputs, and what a guest wrote before it trapped is not lost. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatItPrintedBeforeAPanicArrives(Engine engine) {
        List<String> lines = new ArrayList<>();
        WasmBox<String, String> box = Guests.load("panicker", engine)
                .start(BoxOptions.strings().withLog((stream, line) -> lines.add(stream + " " + line)));
        assertThat(box.send("print one")).containsExactly("printed");
        assertThat(box.send("eprint two")).containsExactly("printed");
        assertThat(lines).containsExactly("STDOUT one", "STDERR two");
    }
}
