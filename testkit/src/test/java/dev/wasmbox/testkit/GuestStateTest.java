package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest with every kind of state that WebAssembly has, each changed by a command: several memories, globals of every
 * type, tables, dropped segments. After each command it tells what it can see of all of it.
 */
class GuestStateTest {

    /** A message is the command's number, an index, and a number of four bytes. */
    private static final String MACHINE = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (type $number (func (result i32)))
            (memory (export "memory") 1 6)
            (memory $second 1 3)
            (table $functions 3 12 funcref)
            (table $externals 1 5 externref)
            (global $i32 (mut i32) (i32.const 1))
            (global $i64 (mut i64) (i64.const 2))
            (global $f32 (mut f32) (f32.const 3))
            (global $f64 (mut f64) (f64.const 4))
            (global $funcref (mut funcref) (ref.null func))
            (global $externref (mut externref) (ref.null extern))
            (global $constant i32 (i32.const 5))
            (elem (table $functions) (i32.const 0) func $seven)
            (elem $passive func $seven $eight)
            (elem declare func $nine)
            (data (i32.const 250) "overwritten by the first report")
            (data (memory $second) (i32.const 128) "overwritten by a command")
            (data $data "segment")
            (data $empty "")
            (func $seven (type $number) (i32.const 7))
            (func $eight (type $number) (i32.const 8))
            (func $nine (type $number) (i32.add (global.get $i32) (i32.const 9)))
            (func (export "wasmbox_send") (param $p i32) (param $length i32)
              (local $command i32) (local $index i32) (local $number i32)
              (local.set $command (i32.load8_u (local.get $p)))
              (local.set $index (i32.load8_u offset=1 (local.get $p)))
              (local.set $number (i32.load offset=2 (local.get $p)))
              (block $done
                (block $memoryCopy (block $funcrefGlobal (block $growExternals (block $tableCopy (block $tableInit
                (block $growSecond (block $growFirst (block $memoryInit (block $elemDrop (block $dataDrop
                (block $tableFill (block $tableSet (block $tableGrow (block $globals
                  (br_table $globals $tableGrow $tableSet $tableFill $dataDrop $elemDrop $memoryInit $growFirst
                    $growSecond $tableInit $tableCopy $growExternals $funcrefGlobal $memoryCopy $done
                    (local.get $command)))
                ;; globals
                (global.set $i32 (i32.add (global.get $i32) (local.get $number)))
                (global.set $i64 (i64.mul (global.get $i64) (i64.extend_i32_s (local.get $number))))
                (global.set $f32 (f32.div (global.get $f32) (f32.convert_i32_s (local.get $number))))
                (global.set $f64 (f64.sqrt (f64.sub (global.get $f64) (f64.convert_i32_s (local.get $number)))))
                (br $done))
                ;; tableGrow
                (drop (table.grow $functions (ref.func $nine) (local.get $index)))
                (br $done))
                ;; tableSet
                (table.set $functions (local.get $index) (ref.func $eight))
                (br $done))
                ;; tableFill
                (table.fill $functions (local.get $index) (ref.null func) (i32.and (local.get $number) (i32.const 3)))
                (br $done))
                ;; dataDrop
                (if (i32.and (local.get $index) (i32.const 1)) (then (data.drop $data)) (else (data.drop $empty)))
                (br $done))
                ;; elemDrop
                (elem.drop $passive)
                (br $done))
                ;; memoryInit
                (memory.init $data (local.get $index) (i32.const 1) (i32.const 4))
                (br $done))
                ;; growFirst
                (drop (memory.grow (i32.and (local.get $index) (i32.const 3))))
                (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (local.get $number))
                (br $done))
                ;; growSecond
                (drop (memory.grow $second (i32.and (local.get $index) (i32.const 3))))
                (i32.store $second (i32.and (local.get $number) (i32.const 65532)) (local.get $number))
                (br $done))
                ;; tableInit
                (table.init $functions $passive (local.get $index) (i32.const 0) (i32.const 2))
                (br $done))
                ;; tableCopy
                (table.copy $functions $functions (local.get $index) (i32.const 0) (i32.const 2))
                (br $done))
                ;; growExternals
                (drop (table.grow $externals (ref.null extern) (i32.and (local.get $index) (i32.const 3))))
                (br $done))
                ;; funcrefGlobal
                (if (i32.and (local.get $index) (i32.const 1))
                  (then (global.set $funcref (ref.func $nine)))
                  (else (global.set $funcref (ref.null func))))
                (table.set $functions (i32.const 2) (global.get $funcref))
                (br $done))
                ;; memoryCopy
                (memory.copy (i32.const 2048) (i32.const 0) (i32.const 256))
                (br $done))
              (call $report))
            (func $report (local $i i32)
              (i32.store (i32.const 256) (global.get $i32))
              (i64.store (i32.const 260) (global.get $i64))
              (f32.store (i32.const 268) (global.get $f32))
              (f64.store (i32.const 272) (global.get $f64))
              (i32.store (i32.const 280) (ref.is_null (global.get $funcref)))
              (i32.store (i32.const 284) (memory.size))
              (i32.store (i32.const 288) (memory.size $second))
              (i32.store (i32.const 292) (table.size $functions))
              (i32.store (i32.const 296) (table.size $externals))
              (i32.store (i32.const 300) (i32.load $second (i32.const 128)))
              (memory.fill (i32.const 304) (i32.const 0) (i32.const 12))
              (loop $next
                (if (i32.eqz (ref.is_null (table.get $functions (local.get $i))))
                  (then (i32.store8 (i32.add (i32.const 304) (local.get $i))
                    (call_indirect $functions (type $number) (local.get $i)))))
                (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (table.size $functions))))
              (call $callback (i32.const 0) (i32.const 316)))
            """);

    private static final int GLOBALS = 0;
    private static final int TABLE_GROW = 1;
    private static final int TABLE_SET = 2;
    private static final int DATA_DROP = 4;
    private static final int ELEM_DROP = 5;
    private static final int MEMORY_INIT = 6;
    private static final int GROW_FIRST = 7;
    private static final int GROW_SECOND = 8;
    private static final int TABLE_INIT = 9;
    private static final int FUNCREF_GLOBAL = 12;
    private static final int REPORT = 14;

    private static byte[] command(int command, int index, int number) {
        return ByteBuffer.allocate(6)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) command)
                .put((byte) index)
                .putInt(number)
                .array();
    }

    private static WasmBox<byte[], byte[]> start(Engine engine) {
        return Wat.load(MACHINE, engine).start(BoxOptions.bytes());
    }

    private static ByteBuffer report(WasmBox<byte[], byte[]> box, byte[] command) {
        return ByteBuffer.wrap(box.send(command).getFirst()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void everythingIsInTheSnapshot(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine);
        report(box, command(GLOBALS, 0, -3));
        report(box, command(GLOBALS, 0, -3));
        report(box, command(TABLE_GROW, 4, 0));
        report(box, command(TABLE_SET, 5, 0));
        report(box, command(FUNCREF_GLOBAL, 1, 0));
        report(box, command(GROW_FIRST, 2, 77));
        report(box, command(GROW_SECOND, 1, 128));
        report(box, command(TABLE_INIT, 0, 0));
        ByteBuffer before = report(box, command(REPORT, 0, 0));
        assertThat(before.getInt(256)).isEqualTo(-5);
        assertThat(before.getLong(260)).isEqualTo(18);
        assertThat(before.getFloat(268)).isEqualTo(1 / 3f);
        assertThat(before.getDouble(272)).isEqualTo(Math.sqrt(Math.sqrt(7) + 3));
        assertThat(before.getInt(280)).isZero();
        assertThat(before.getInt(284)).isEqualTo(3);
        assertThat(before.getInt(288)).isEqualTo(2);
        assertThat(before.getInt(292)).isEqualTo(7);
        assertThat(before.getInt(300)).isEqualTo(128);
        assertThat(before.get(304)).isEqualTo((byte) 7);
        assertThat(before.get(305)).isEqualTo((byte) 8);
        assertThat(before.get(306)).isEqualTo((byte) 4);
        assertThat(before.get(309)).isEqualTo((byte) 8);

        Snapshot snapshot = Snapshot.of(box.snapshot().toBytes());
        assertThat(snapshot.memoryBytes()).isEqualTo(5 * 65_536);
        WasmBox<byte[], byte[]> woken = box.module().restore(snapshot, BoxOptions.bytes());
        assertThat(report(woken, command(REPORT, 0, 0))).isEqualTo(before);

        // A box that has gone further is led back whole: its larger memory and table leave no tail.
        WasmBox<byte[], byte[]> further = start(engine);
        report(further, command(GROW_FIRST, 3, -1));
        report(further, command(GROW_FIRST, 2, -1));
        report(further, command(TABLE_GROW, 9, 0));
        further.restore(snapshot);
        assertThat(report(further, command(REPORT, 0, 0))).isEqualTo(before);
        further.restore(snapshot);
        assertThat(report(further, command(GROW_FIRST, 1, 0)).getInt(284)).isEqualTo(4);
        ByteBuffer grown = report(further, command(TABLE_GROW, 2, 0));
        assertThat(grown.get(304 + 8)).isEqualTo((byte) 4);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void droppedSegmentsStayDroppedAndOthersComeBack(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine);
        Snapshot whole = box.snapshot();
        report(box, command(MEMORY_INIT, 0, 0));
        report(box, command(DATA_DROP, 1, 0));
        report(box, command(ELEM_DROP, 0, 0));
        Snapshot dropped = box.snapshot();

        for (byte[] command : List.of(command(MEMORY_INIT, 0, 0), command(TABLE_INIT, 0, 0))) {
            WasmBox<byte[], byte[]> woken = box.module().restore(dropped, BoxOptions.bytes());
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> woken.send(command))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TRAP))
                    .withMessageContaining("out of bounds");
            woken.restore(whole);
            assertThat(woken.send(command)).hasSize(1);
            assertThatExceptionOfType(TrapException.class)
                    .as("the other box is on its own")
                    .isThrownBy(() -> box.send(command));
            box.restore(dropped);
        }
        assertThat(start(engine).send(command(MEMORY_INIT, 0, 0)))
                .as("what a box drops is dropped in no other box of the module")
                .hasSize(1);
    }

    @Test
    void dataThatIsEmptyByItselfIsNotDropped() {
        WasmBox<byte[], byte[]> box = start(Engine.INTERPRETED);
        Snapshot before = box.snapshot();
        box.send(command(REPORT, 0, 0));
        Snapshot reported = box.snapshot();
        box.restore(before);
        box.send(command(DATA_DROP, 0, 0));
        Snapshot dropped = box.snapshot();
        assertThat(reported.droppedDataSegments().stream()).isEmpty();
        assertThat(dropped.droppedDataSegments().stream()).containsExactly(3);
    }

    @Property(tries = 60)
    void everyRunHasTheSameResult(@ForAll("runs") Tuple2<List<byte[]>, Set<Integer>> run) {
        SameResult.of(engine -> MODULES.computeIfAbsent(engine, key -> Wat.load(MACHINE, key)))
                .checkBytes(run.get1(), run.get2());
    }

    private static final Map<Engine, GuestModule> MODULES = new ConcurrentHashMap<>();

    @Provide
    Arbitrary<Tuple2<List<byte[]>, Set<Integer>>> runs() {
        Arbitrary<byte[]> commands = Combinators.combine(
                        Arbitraries.integers().between(0, REPORT),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers())
                .as(GuestStateTest::command);
        return commands.list().ofMinSize(1).ofMaxSize(16).flatMap(list -> Arbitraries.integers()
                .between(0, list.size())
                .set()
                .ofMaxSize(5)
                .map(points -> Tuple.of(list, points)));
    }
}
