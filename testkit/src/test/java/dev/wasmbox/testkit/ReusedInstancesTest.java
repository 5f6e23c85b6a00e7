package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxPool;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.PoolOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An instance that other boxes were in before is as good as new: nothing of them is in it, nothing of it is missing. */
class ReusedInstancesTest {

    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes();

    // Nothing of the box before.

    /** It keeps what it is sent in two memories, grown by as many pages as the message's first byte says, and in a global. */
    private static final String KEEPER = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (memory (export "memory") 2 80)
            (memory $second 1 80)
            (global $kept (mut i64) (i64.const 0))
            (table $t 1 100 funcref)
            (elem $e func $nothing)
            (func $nothing)
            (func (export "wasmbox_send") (param $p i32) (param $length i32) (local $i i32)
              (loop $grow
                (drop (memory.grow (i32.const 1)))
                (drop (memory.grow $second (i32.const 1)))
                (memory.copy
                  (i32.sub (i32.mul (memory.size) (i32.const 65536)) (local.get $length))
                  (local.get $p) (local.get $length))
                (memory.copy $second 0 (i32.const 65000) (local.get $p) (local.get $length))
                (br_if $grow
                  (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.load8_u (local.get $p)))))
              (global.set $kept (i64.load offset=1 (local.get $p)))
              (elem.drop $e)
              (drop (table.grow $t (ref.func $nothing) (i32.const 3))))
            """);

    private static boolean contains(byte[] bytes, byte[] secret) {
        for (int i = 0; i <= bytes.length - secret.length; i++) {
            if (bytes[i] == secret[0] && Arrays.equals(bytes, i, i + secret.length, secret, 0, secret.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(Snapshot snapshot, byte[] secret) {
        return snapshot.memories().stream().anyMatch(memory -> contains(memory.read(0, memory.sizeBytes()), secret))
                || snapshot.globals().stream().anyMatch(global -> global.toString()
                        .contains(Long.toString(ByteBuffer.wrap(secret)
                                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                .getLong())));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theSecretsOfAClosedBoxAreNotInTheNextOne(Engine engine) {
        GuestModule module = Wat.load(KEEPER, engine);
        BoxPool pool = BoxPool.of(module, PoolOptions.standard().withResidentBoxes(1));
        Snapshot fresh = Wat.load(KEEPER, engine).start(OPTIONS).snapshot();
        Random random = new Random(4);
        // The last ones grow until arrays become longer than memories, where more than the memory could be left over.
        for (int pages : new int[] {1, 2, 1, 60, 1, 70}) {
            byte[] message = new byte[40];
            random.nextBytes(message);
            message[0] = (byte) pages;
            byte[] secret = Arrays.copyOfRange(message, 1, 30);
            WasmBox<byte[], byte[]> pooled = pool.start(OPTIONS);
            WasmBox<byte[], byte[]> plain = module.start(OPTIONS);
            for (WasmBox<byte[], byte[]> box : List.of(pooled, plain)) {
                box.send(message);
                assertThat(holds(box.snapshot(), secret)).isTrue();
            }
            try (WasmBox<byte[], byte[]> beside = pool.start(OPTIONS)) {
                assertThat(beside.snapshot()).isEqualTo(fresh);
            }
            pooled.close();
            plain.close();
            for (int i = 0; i < 3; i++) {
                WasmBox<byte[], byte[]> next = i == 0 ? pool.start(OPTIONS) : module.start(OPTIONS);
                assertThat(next.snapshot()).isEqualTo(fresh);
                assertThat(holds(next.snapshot(), secret)).isFalse();
                // Also not where a memory grows to.
                next.send(new byte[] {5, 0, 0, 0, 0, 0, 0, 0, 0});
                assertThat(holds(next.snapshot(), secret)).isFalse();
                next.close();
            }
        }
    }

    // Everything of its own.

    private static List<byte[]> outputs(WasmBox<byte[], byte[]> box, List<byte[]> commands) {
        List<byte[]> outputs = new ArrayList<>();
        for (byte[] command : commands) {
            outputs.addAll(box.send(command));
        }
        return outputs;
    }

    @Property(tries = 30)
    void aBoxInAReusedInstanceIsLikeOneInANewOne(@ForAll long seed, @ForAll Engine engine) {
        GuestModule reused = StateMachine.load(engine);
        Random random = new Random(seed);
        for (int i = random.nextInt(3); i >= 0; i--) {
            try (WasmBox<byte[], byte[]> before = reused.start(OPTIONS)) {
                outputs(
                        before,
                        StateMachine.commandsWithoutTraps(reused, 10, () -> StateMachine.randomCommand(random)));
            }
        }
        GuestModule fresh = Wat.load(StateMachine.TEXT, engine);
        List<byte[]> commands = StateMachine.commandsWithoutTraps(fresh, 20, () -> StateMachine.randomCommand(random));
        BoxOptions<byte[], byte[]> options =
                OPTIONS.withSeed(Seed.of(seed)).withClock(BoxClock.fixed(Instant.ofEpochSecond(seed & 0xFFFF)));
        try (WasmBox<byte[], byte[]> first = reused.start(options);
                WasmBox<byte[], byte[]> second =
                        Wat.load(StateMachine.TEXT, engine).start(options)) {
            assertThat(first.snapshot()).isEqualTo(second.snapshot());
            assertThat(outputs(first, commands)).usingRecursiveComparison().isEqualTo(outputs(second, commands));
            assertThat(first.snapshot()).isEqualTo(second.snapshot());
            try (WasmBox<byte[], byte[]> fork = first.fork(Entropy.identical())) {
                assertThat(fork.snapshot()).isEqualTo(second.snapshot());
            }
        }
    }

    // Initialisation is left out only where nobody can tell.

    /** A guest whose initialisation does something. */
    record Initialisation(String name, String imports, String instructions) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String wasi(String name, String parameters) {
        return "(import \"wasi_snapshot_preview1\" \"%s\" (func $f (param %s) (result i32)))"
                .formatted(name, parameters);
    }

    static Stream<Initialisation> initialisations() {
        return Stream.of(
                new Initialisation("nothing", "", ""),
                new Initialisation("a computation", "", "(i32.store (i32.const 64) (i32.const 7))"),
                new Initialisation("growth", "", "(drop (memory.grow (i32.const 2)))"),
                new Initialisation(
                        "growth to the limit",
                        "",
                        "(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))))"),
                new Initialisation(
                        "the time",
                        wasi("clock_time_get", "i32 i64 i32"),
                        "(drop (call $f (i32.const 0) (i64.const 0) (i32.const 64)))"),
                new Initialisation(
                        "an absolute time to sleep until",
                        wasi("poll_oneoff", "i32 i32 i32 i32"),
                        """
                        (i64.store (i32.const 24) (i64.const 1000000000))
                        (i32.store16 (i32.const 40) (i32.const 1))
                        (drop (call $f (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))
                        """),
                new Initialisation(
                        "random bytes", wasi("random_get", "i32 i32"), "(drop (call $f (i32.const 64) (i32.const 8)))"),
                new Initialisation(
                        "a line in the log",
                        wasi("fd_write", "i32 i32 i32 i32"),
                        """
                        (i32.store (i32.const 4) (i32.const 1))
                        (drop (call $f (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
                        """),
                new Initialisation(
                        "an output",
                        "(import \"env\" \"wasmbox_callback\" (func $f (param i32 i32)))",
                        "(call $f (i32.const 0) (i32.const 1))"),
                new Initialisation("the end", "(import \"env\" \"wasmbox_finished\" (func $f))", "(call $f)"));
    }

    @ParameterizedTest
    @MethodSource("initialisations")
    void everyBoxComesOutOfItsInitialisationAsIfItWereTheFirst(Initialisation initialisation) {
        String text = Wat.guest(initialisation.imports() + "(memory (export \"memory\") 1 9)"
                + "(func (export \"wasmbox_initialize\") " + initialisation.instructions() + ")");
        GuestModule module = Wat.load(text, Engine.COMPILED);
        List<BoxOptions<byte[], byte[]>> options = List.of(
                OPTIONS,
                OPTIONS.withSeed(Seed.of(5)),
                OPTIONS.withClock(BoxClock.fixed(Instant.ofEpochSecond(1_000_000))),
                OPTIONS.withLimits(Limits.standard().withMemoryBytes(5 * Limits.PAGE_BYTES)),
                OPTIONS);
        for (BoxOptions<byte[], byte[]> each : options) {
            List<String> shared = new ArrayList<>();
            List<String> alone = new ArrayList<>();
            WasmBox<byte[], byte[]> first = Wat.load(text, Engine.COMPILED)
                    .start(each.withLog((_, line) -> alone.add(line)).withListener(o -> alone.add("" + o[0])));
            WasmBox<byte[], byte[]> later =
                    module.start(each.withLog((_, line) -> shared.add(line)).withListener(o -> shared.add("" + o[0])));
            assertThat(later.snapshot()).isEqualTo(first.snapshot());
            assertThat(later.state()).isEqualTo(first.state());
            assertThat(later.initialOutputs()).hasSameSizeAs(first.initialOutputs());
            assertThat(shared).isEqualTo(alone);
            later.close();
        }
    }

    @Test
    void aBoxThatHasNoRoomForTheInitialisationIsInitialisedInWhatItHas() {
        String text = Wat.guest(
                """
                (memory (export "memory") 1)
                (func (export "wasmbox_initialize") (i32.store (i32.const 0) (memory.grow (i32.const 2))))
                """);
        GuestModule module = Wat.load(text, Engine.COMPILED);
        assertThat(module.start(OPTIONS).snapshot().memoryBytes()).isEqualTo(3 * Limits.PAGE_BYTES);
        WasmBox<byte[], byte[]> small =
                module.start(OPTIONS.withLimits(Limits.standard().withMemoryBytes(2 * Limits.PAGE_BYTES)));
        assertThat(small.snapshot().memoryBytes()).isEqualTo(Limits.PAGE_BYTES);
        assertThat(small.snapshot().memories().getFirst().read(0, 4)).containsOnly(-1);
    }

    // Interrupts: code that does not look for them unless there is one.

    private static final String CALLS =
            """
            (type $t (func (param i32) (result i32)))
            (table 1 funcref) (elem (i32.const 0) $tree)
            (func $tree (type $t)
              (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
              (i32.add
                (call $tree (i32.sub (local.get 0) (i32.const 1)))
                (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))
            """;

    /** What takes for ever, or as good as. */
    static Stream<String> endless() {
        return Stream.of(
                "(loop $again (br $again))",
                "(loop $again (br_if $again (i32.const 1)))",
                "(loop $again (br_table $again $again (i32.const 1)))",
                "(loop $again (if (i32.load (i32.const 0)) (then (return))) (br $again))",
                "(loop $out (loop $in (br_if $out (i32.eqz (i32.load (i32.const 0)))) (br $in)))",
                "(drop (call $tree (i32.const 60)))",
                "(loop $again (drop (call $tree (i32.const 3))) (br $again))");
    }

    private static GuestModule endless(String instructions) {
        return Wat.load(
                Wat.guest(CALLS + "(func (export \"wasmbox_send\") (param i32 i32) (if (local.get 1) (then "
                        + instructions + ")))"),
                Engine.COMPILED);
    }

    @ParameterizedTest
    @MethodSource("endless")
    @Timeout(60)
    void timeLimitsHoldAgainAndAgain(String instructions) {
        GuestModule module = endless(instructions);
        WasmBox<byte[], byte[]> box =
                module.start(OPTIONS.withLimits(Limits.standard().withTimePerMessage(Duration.ofMillis(20))));
        Snapshot start = box.snapshot();
        for (int i = 0; i < 6; i++) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(new byte[1]))
                    .returns(Reason.TIME, TrapException::reason);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            box.restore(start);
            box.send(new byte[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("endless")
    @Timeout(60)
    void anInterruptFromOutsideEndsTheGuest(String instructions) throws InterruptedException {
        GuestModule module = endless(instructions);
        for (long stackBytes : new long[] {0, 1 << 20, 0}) {
            WasmBox<byte[], byte[]> box =
                    module.start(OPTIONS.withLimits(Limits.standard().withStackBytes(stackBytes)));
            List<String> seen = new ArrayList<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    box.send(new byte[1]);
                } catch (TrapException e) {
                    seen.add(e.reason() + " " + Thread.currentThread().isInterrupted());
                }
            });
            while (!isRunning(thread)) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join();
            assertThat(seen).containsExactly("INTERRUPTED true");
        }
    }

    /** Whether a thread is in the message: in the guest's code, or waits for the thread that is. */
    private static boolean isRunning(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().contains("CompiledMachine")
                        || frame.getClassName().endsWith("GuestStacks$Errand"));
    }
}
