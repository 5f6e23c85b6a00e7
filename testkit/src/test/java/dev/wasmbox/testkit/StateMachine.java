package dev.wasmbox.testkit;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/**
 * A guest with every kind of state that WebAssembly has, each changed by a command: several memories, globals of every
 * type, tables, dropped segments. After each command it tells what it can see of all of it.
 */
final class StateMachine {

    /** A message is the command's number, an index, and a number of four bytes. */
    static final String TEXT = Wat.guest(
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

    /** The same with one memory, which does what the second one does as well: for engines that have no second. */
    static final String TEXT_WITH_ONE_MEMORY = TEXT.replace("(memory $second 1 3)", "")
            .replace("(memory $second)", "(memory 0)")
            .replace(" $second", "");

    static final int GLOBALS = 0;
    static final int TABLE_GROW = 1;
    static final int TABLE_SET = 2;
    static final int DATA_DROP = 4;
    static final int ELEM_DROP = 5;
    static final int MEMORY_INIT = 6;
    static final int GROW_FIRST = 7;
    static final int GROW_SECOND = 8;
    static final int TABLE_INIT = 9;
    static final int FUNCREF_GLOBAL = 12;
    static final int REPORT = 14;

    static byte[] command(int command, int index, int number) {
        return ByteBuffer.allocate(6)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) command)
                .put((byte) index)
                .putInt(number)
                .array();
    }

    private static final Map<Engine, GuestModule> MODULES = new ConcurrentHashMap<>();

    private StateMachine() {}

    static GuestModule load(Engine engine) {
        return MODULES.computeIfAbsent(engine, key -> Wat.load(TEXT, key));
    }

    /**
     * As many commands as are asked for, of which none ends the guest.
     *
     * @param module the machine
     * @param random where they come from
     */
    static List<byte[]> commandsWithoutTraps(GuestModule module, int count, Supplier<byte[]> random) {
        List<byte[]> commands = new ArrayList<>();
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        while (commands.size() < count) {
            byte[] command = random.get();
            Snapshot before = box.snapshot();
            try {
                box.send(command);
                commands.add(command);
            } catch (TrapException _) {
                box.restore(before);
            }
        }
        return commands;
    }

    static byte[] randomCommand(Random random) {
        return command(random.nextInt(REPORT + 1), random.nextInt(10), random.nextInt());
    }

    /** Commands, and some of the points before, between and after them. */
    static Arbitrary<Tuple2<List<byte[]>, Set<Integer>>> runs() {
        Arbitrary<byte[]> commands = Combinators.combine(
                        Arbitraries.integers().between(0, REPORT),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers())
                .as(StateMachine::command);
        return commands.list().ofMinSize(1).ofMaxSize(16).flatMap(list -> Arbitraries.integers()
                .between(0, list.size())
                .set()
                .ofMaxSize(5)
                .map(points -> Tuple.of(list, points)));
    }
}
