package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frozen module goes on where its snapshot was taken; what a module cannot express is refused. */
class FrozenModulesTest {

    private static final List<Engine> BOTH = List.of(Engine.values());

    /** All but those whose answers come from what the host keeps: their entropy begins anew. */
    static Stream<Scenario> scenarios() {
        return ScenarioTest.scenarios().stream()
                .filter(scenario -> !scenario.guest().endsWith("random"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void everyGuestGoesOn(Scenario scenario) {
        List<byte[]> inputs =
                scenario.inputs().stream().map(Codecs.string()::encode).toList();
        FrozenResult.check(
                engine -> Guests.load(scenario.guest(), engine),
                inputs,
                SameResult.everywhere(inputs.size()),
                List.of(Engine.INTERPRETED));
        FrozenResult.check(
                engine -> Guests.load(scenario.guest(), engine),
                inputs,
                Set.of(inputs.size() / 2),
                List.of(Engine.COMPILED, Engine.INTERPRETED));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyKindOfStateGoesOnFromEveryPoint(long seed) {
        Random random = new Random(seed);
        List<byte[]> inputs = StateMachine.commandsWithoutTraps(
                StateMachine.load(Engine.INTERPRETED), 20, () -> StateMachine.randomCommand(random));
        FrozenResult.check(StateMachine::load, inputs, SameResult.everywhere(inputs.size()), BOTH);
    }

    /** Traps included. */
    @Property(tries = 30)
    void everyKindOfStateGoesOn(@ForAll("runs") Tuple2<List<byte[]>, Set<Integer>> run) {
        FrozenResult.check(StateMachine::load, run.get1(), run.get2(), BOTH);
    }

    @Provide
    Arbitrary<Tuple2<List<byte[]>, Set<Integer>>> runs() {
        return StateMachine.runs();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void droppedSegmentsStayDroppedAndOthersCanBeUsed(Engine engine) {
        GuestModule module = StateMachine.load(engine);
        byte[] fromData = StateMachine.command(StateMachine.MEMORY_INIT, 0, 0);
        byte[] fromElements = StateMachine.command(StateMachine.TABLE_INIT, 0, 0);
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        GuestModule whole = load(module.freeze(box.snapshot()), engine);
        box.send(StateMachine.command(StateMachine.DATA_DROP, 1, 0));
        GuestModule withoutData = load(module.freeze(box.snapshot()), engine);
        box.send(StateMachine.command(StateMachine.ELEM_DROP, 0, 0));
        GuestModule withoutEither = load(module.freeze(box.snapshot()), engine);

        assertThat(answers(whole, fromData)).isTrue();
        assertThat(answers(whole, fromElements)).isTrue();
        assertThat(answers(withoutData, fromData)).isFalse();
        assertThat(answers(withoutData, fromElements)).isTrue();
        assertThat(answers(withoutEither, fromData)).isFalse();
        assertThat(answers(withoutEither, fromElements)).isFalse();
    }

    private static boolean answers(GuestModule module, byte[] message) {
        return !FrozenResult.send(module.start(BoxOptions.bytes()), message).equals(List.of("TRAP"));
    }

    // The guest's initialisation.

    @ParameterizedTest
    @EnumSource(Engine.class)
    void nothingOfTheInitialisationRunsAgain(Engine engine) {
        GuestModule module = Wat.load(
                Wat.guest(
                        """
                        (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                        (memory (export "memory") 1)
                        (data (i32.const 0) "siw")
                        (func $start (call $callback (i32.const 0) (i32.const 1)))
                        (func $initialize (call $callback (i32.const 1) (i32.const 1)))
                        (func $wasmbox_initialize (call $callback (i32.const 2) (i32.const 1)))
                        (start $start)
                        (export "_initialize" (func $initialize))
                        (export "wasmbox_initialize" (func $wasmbox_initialize))
                        (func (export "wasmbox_send") (param i32 i32)
                          (call $start) (call $initialize) (call $wasmbox_initialize))
                        """),
                engine);
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        assertThat(texts(box.initialOutputs())).containsExactly("s", "i", "w");

        GuestModule frozen = load(module.freeze(box.snapshot()), engine);
        WasmBox<byte[], byte[]> thawed = frozen.start(BoxOptions.bytes());
        assertThat(thawed.initialOutputs()).isEmpty();
        assertThat(texts(thawed.send(new byte[1])))
                .as("the guest's own functions are as they were")
                .containsExactly("s", "i", "w");
        assertThat(frozen.exports()).isEqualTo(module.exports());
    }

    private static List<String> texts(List<byte[]> outputs) {
        return outputs.stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }

    private static GuestModule load(byte[] wasm, Engine engine) {
        return GuestModule.load(wasm, ModuleOptions.standard().withEngine(engine));
    }

    @Test
    void aModuleThatIsFrozenTimeAndAgainDoesNotGrow() {
        GuestModule module = Guests.load("hashmap", Engine.INTERPRETED);
        int first = 0;
        for (int i = 0; i < 20; i++) {
            WasmBox<String, String> box = module.start();
            assertThat(box.send("get one")).containsExactly(i == 0 ? "no one" : "one=" + (i - 1));
            box.send("set one " + i);
            byte[] frozen = module.freeze(box.snapshot());
            first = i == 0 ? frozen.length : first;
            assertThat(frozen.length).isBetween(first - 200, first + 200);
            module = load(frozen, Engine.INTERPRETED);
        }
    }

    /** Documented: it is the host's, and a module has none. */
    @Test
    void theHostStateIsNotInAFrozenModule() {
        BoxOptions<String, String> options =
                BoxOptions.strings().withSeed(Seed.of(1)).withClock(BoxClock.fixed(Instant.ofEpochSecond(100)));
        GuestModule module = Guests.load("random", Engine.INTERPRETED);
        WasmBox<String, String> box = module.start(options);
        List<String> first = box.send("number");
        assertThat(box.send("time")).containsExactly("time=100000");
        GuestModule frozen = load(module.freeze(box.snapshot()), Engine.INTERPRETED);

        WasmBox<String, String> later = frozen.start(options.withClock(BoxClock.fixed(Instant.ofEpochSecond(7))));
        assertThat(later.send("time")).containsExactly("time=7000");
        assertThat(later.send("number"))
                .as("the same seed, from its first number on")
                .isEqualTo(first);
        assertThat(later.snapshot().messages()).isEqualTo(2);
        WasmBox<String, String> other = frozen.start(options.withSeed(Seed.of(2)));
        assertThat(other.send("number")).isNotEqualTo(first);
    }

    // What a module can begin with.

    /** The message's first 24 bytes become globals, and the output is what the globals then are. */
    static final String BITS = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (memory (export "memory") 1)
            (global $i32 (mut i32) (i32.const 0))
            (global $f32 (mut f32) (f32.const 0))
            (global $i64 (mut i64) (i64.const 0))
            (global $f64 (mut f64) (f64.const 0))
            (func (export "wasmbox_send") (param $p i32) (param $length i32)
              (if (i32.ge_u (local.get $length) (i32.const 24)) (then
                (global.set $i32 (i32.load (local.get $p)))
                (global.set $f32 (f32.load offset=4 (local.get $p)))
                (global.set $i64 (i64.load offset=8 (local.get $p)))
                (global.set $f64 (f64.load offset=16 (local.get $p)))))
              (i32.store (i32.const 0) (global.get $i32))
              (f32.store (i32.const 4) (global.get $f32))
              (i64.store (i32.const 8) (global.get $i64))
              (f64.store (i32.const 16) (global.get $f64))
              (call $callback (i32.const 0) (i32.const 24))
              (memory.fill (i32.const 0) (i32.const 0) (i32.const 2048)))
            """);

    static Stream<byte[]> bits() {
        long[][] values = {
            {0, 0, 0, 0},
            {-1, 0x7FA0_0001, -1, 0x7FF4_0000_0000_0001L}, // signalling NaNs with a payload
            {Integer.MIN_VALUE, 0xFFC0_1234, Long.MIN_VALUE, 0xFFF8_0000_DEAD_BEEFL},
            {Integer.MAX_VALUE, 0x8000_0000, Long.MAX_VALUE, 0x8000_0000_0000_0000L}, // negative zeros
            {64, 0x0000_0001, 64, 1}, // the least numbers
            {-64, 0x7F80_0000, -65, 0xFFF0_0000_0000_0000L},
            {0x0012_3456, 0x3F80_0000, 0x0123_4567_89AB_CDEFL, 0x3FF0_0000_0000_0000L},
        };
        return Stream.of(values).map(value -> ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value[0])
                .putInt((int) value[1])
                .putLong(value[2])
                .putLong(value[3])
                .array());
    }

    @ParameterizedTest
    @MethodSource("bits")
    void globalsKeepEveryBit(byte[] bits) {
        for (Engine engine : BOTH) {
            GuestModule module = Wat.load(BITS, engine);
            WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
            assertThat(box.send(bits)).containsExactly(bits);
            WasmBox<byte[], byte[]> thawed =
                    load(module.freeze(box.snapshot()), engine).start(BoxOptions.bytes());
            assertThat(thawed.send(new byte[1])).containsExactly(bits);
        }
    }

    /** Constants that refer to others, offsets that are computed, tables with a first value, segments of every form. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void everyFormOfDeclarationCanBeFrozen(Engine engine) {
        String text = Wat.guest(
                """
                (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                (type $number (func (result i32)))
                (memory (export "memory") 1)
                (global $base i32 (i32.const 100))
                (global $reference funcref (ref.func $two))
                (global $mutable (mut i32) (i32.const 7))
                (global $mutableReference (mut funcref) (ref.func $three))
                (table $first 4 funcref)
                (table $second 8 8 funcref)
                (elem (table $second) (offset (i32.const 1)) func $one $two)
                (elem (table $second) (i32.const 4) funcref (ref.func $three) (ref.null func) (global.get $reference))
                (elem $passive funcref (ref.func $one) (global.get $reference) (ref.null func))
                (elem declare func $four)
                (data (offset (global.get $base)) "placed by a global")
                (data $unused "unused")
                (func $one (type $number) (i32.const 1))
                (func $two (type $number) (i32.const 2))
                (func $three (type $number) (global.get $mutable))
                (func $four (type $number) (i32.const 4))
                (func $tell (param $at i32) (param $reference funcref)
                  (table.set $first (i32.const 0) (local.get $reference))
                  (i32.store8 (local.get $at) (if (result i32) (ref.is_null (local.get $reference))
                    (then (i32.const 0))
                    (else (call_indirect $first (type $number) (i32.const 0))))))
                (func (export "wasmbox_send") (param i32 i32) (local $i i32)
                  (global.set $mutable (i32.add (global.get $mutable) (i32.const 1)))
                  (loop $next
                    (call $tell (i32.add (i32.const 200) (local.get $i)) (table.get $second (local.get $i)))
                    (br_if $next
                      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (table.size $second))))
                  (call $tell (i32.const 208) (global.get $mutableReference))
                  (call $callback (i32.const 100) (i32.const 120))
                  (table.init $first $passive (i32.const 0) (i32.const 0) (i32.const 3))
                  (table.copy $second $first (i32.const 5) (i32.const 0) (i32.const 3))
                  (global.set $mutableReference (ref.func $four)))
                """);
        List<byte[]> inputs = List.of(new byte[1], new byte[1], new byte[1]);
        // WABT does not know that an element can be taken from a global.
        FrozenResult.checkOursOnly(any -> Wat.load(text, any), inputs, SameResult.everywhere(3), List.of(engine));
        WasmBox<byte[], byte[]> box = Wat.load(text, engine).start(BoxOptions.bytes());
        box.send(inputs.getFirst());
        byte[] output = load(box.module().freeze(box.snapshot()), engine)
                .start(BoxOptions.bytes())
                .send(inputs.getFirst())
                .getFirst();
        assertThat(new String(output, 0, 18, UTF_8)).isEqualTo("placed by a global");
        assertThat(HexFormat.of().formatHex(output, 100, 109)).isEqualTo("000102000901020004");
    }

    /** As few sections as a guest can have: data and elements come to where there were none. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatTheModuleHadNoneOfIsAdded(Engine engine) {
        String text = Wat.guest(
                """
                (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                (memory (export "memory") 0 3)
                (table $functions 0 funcref)
                (func $one (export "one"))
                (func (export "wasmbox_malloc") (param i32) (result i32)
                  (drop (memory.grow (i32.const 1))) (i32.const 8))
                (func (export "wasmbox_send") (param $p i32) (param $length i32)
                  (drop (table.grow $functions (ref.func $one) (i32.const 3)))
                  (i32.store (i32.const 0) (memory.size))
                  (i32.store (i32.const 4) (table.size $functions))
                  (call $callback (i32.const 0) (i32.const 65536)))
                """);
        List<byte[]> inputs =
                Stream.of("a", "bc", "", "d").map(it -> it.getBytes(UTF_8)).toList();
        FrozenResult.check(any -> Wat.load(text, any), inputs, SameResult.everywhere(4), List.of(engine));
    }

    /** More runs than engines take segments; the smallest gaps are filled. A byte in 20, a function in two. */
    static final String SPECKLED = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (memory (export "memory") 64)
            (table $functions 5000 funcref)
            (elem declare func $one)
            (func $one)
            (func (export "wasmbox_send") (param i32 i32) (local $i i32)
              (loop $next
                (i32.store8 (local.get $i) (i32.add (i32.load8_u (local.get $i)) (i32.const 1)))
                (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 20))) (i32.const 4194304))))
              (local.set $i (i32.const 0))
              (loop $next
                (table.set $functions (local.get $i) (ref.func $one))
                (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (i32.const 5000))))
              (call $callback (i32.const 4194000) (i32.const 304)))
            """);

    @Test
    void moreRunsThanEnginesTakeSegmentsAreMerged() {
        List<byte[]> inputs = List.of(new byte[1], new byte[1]);
        FrozenResult.check(engine -> Wat.load(SPECKLED, engine), inputs, Set.of(1), BOTH);
        WasmBox<byte[], byte[]> box = Wat.load(SPECKLED, Engine.COMPILED).start(BoxOptions.bytes());
        byte[] empty = box.module().freeze(box.snapshot());
        box.send(inputs.getFirst());
        assertThat(empty).hasSizeLessThan(400);
        assertThat(box.module().freeze(box.snapshot()).length)
                .as("all of the memory in one piece")
                .isBetween(64 * Limits.PAGE_BYTES, 65 * Limits.PAGE_BYTES);
    }

    // What is refused.

    @Test
    void theSnapshotOfAnotherModuleIsRefusedWithBothDigests() {
        Snapshot snapshot = Guests.load("echo", Engine.INTERPRETED).start().snapshot();
        GuestModule module = Guests.load("counter", Engine.INTERPRETED);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> module.freeze(snapshot))
                .withMessage("this snapshot is of the module with SHA-256 " + snapshot.moduleDigest()
                        + ", but this is the one with " + module.digest() + "; freeze it with its own module");
        byte[] own = module.freeze(module.start().snapshot());
        Snapshot ofFrozen = load(own, Engine.INTERPRETED).start().snapshot();
        assertThatExceptionOfType(SnapshotException.class).isThrownBy(() -> module.freeze(ofFrozen));
    }

    @Test
    void aGuestThatHasFinishedIsRefused() {
        WasmBox<String, String> box =
                Guests.load("finisher", Engine.INTERPRETED).start();
        box.send("done");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.module().freeze(box.snapshot()))
                .withMessage("this snapshot cannot be frozen: its guest has finished and takes no more messages,"
                        + " which a module cannot tell; freeze a snapshot from before its last message");
    }

    @Test
    void moreSegmentsThanEnginesTakeAreRefused() {
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            segments.add("(data \"\")");
        }
        String declarations = "(memory (export \"memory\") 1)\n" + String.join("\n", segments)
                + "(func (export \"wasmbox_send\") (param $p i32) (param i32)"
                + " (data.drop 99999) (i32.store (local.get $p) (i32.const 1)))";
        GuestModule module = Wat.load(Wat.guest(declarations), Engine.INTERPRETED);
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        FrozenResult.validate(module.freeze(box.snapshot())); // its memory is empty
        box.send(new byte[1]);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> module.freeze(box.snapshot()))
                .withMessage("this snapshot cannot be frozen: the module's own 100000 data segments leave no room for"
                        + " the state's among the 100000 that a module may have;"
                        + " restore the snapshot into a box instead");
    }
}
