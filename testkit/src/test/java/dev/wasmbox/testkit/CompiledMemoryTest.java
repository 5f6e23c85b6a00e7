package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every instruction that uses a memory, in compiled code, against the interpreter: results, traps and states. */
class CompiledMemoryTest {

    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes();

    private static final List<String> LOADS = List.of(
            "i64.extend_i32_s (i32.load",
            "i64.extend_i32_s (i32.load8_s",
            "i64.extend_i32_s (i32.load8_u",
            "i64.extend_i32_s (i32.load16_s",
            "i64.extend_i32_s (i32.load16_u",
            "i64.or (i64.const 0) (i64.load",
            "i64.or (i64.const 0) (i64.load8_s",
            "i64.or (i64.const 0) (i64.load8_u",
            "i64.or (i64.const 0) (i64.load16_s",
            "i64.or (i64.const 0) (i64.load16_u",
            "i64.or (i64.const 0) (i64.load32_s",
            "i64.or (i64.const 0) (i64.load32_u",
            "i64.extend_i32_s (i32.reinterpret_f32 (f32.load",
            "i64.reinterpret_f64 (f64.load");

    private static final List<String> STORES = List.of(
            "i32.store OFFSET (local.get $a) (i32.wrap_i64 (local.get $v))",
            "i32.store8 OFFSET (local.get $a) (i32.wrap_i64 (local.get $v))",
            "i32.store16 OFFSET (local.get $a) (i32.wrap_i64 (local.get $v))",
            "i64.store OFFSET (local.get $a) (local.get $v)",
            "i64.store8 OFFSET (local.get $a) (local.get $v)",
            "i64.store16 OFFSET (local.get $a) (local.get $v)",
            "i64.store32 OFFSET (local.get $a) (local.get $v)",
            "f32.store OFFSET (local.get $a) (f32.reinterpret_i32 (i32.wrap_i64 (local.get $v)))",
            "f64.store OFFSET (local.get $a) (f64.reinterpret_i64 (local.get $v))",
            "memory.fill (local.get $a) (i32.wrap_i64 (local.get $v)) (local.get $b)",
            "memory.copy (local.get $a) (i32.wrap_i64 (local.get $v)) (local.get $b)",
            "memory.copy $second 0 (local.get $a) (i32.wrap_i64 (local.get $v)) (local.get $b)",
            "memory.copy 0 $second (local.get $a) (i32.wrap_i64 (local.get $v)) (local.get $b)",
            "memory.init $data (local.get $a) (i32.const 1) (local.get $b)",
            "i64.store $second OFFSET (local.get $a) (local.get $v)",
            "i32.store8 $second OFFSET (local.get $a) (i32.wrap_i64 (local.get $v))",
            "drop (memory.grow (i32.and (local.get $b) (i32.const 1)))",
            "drop (memory.grow $second (i32.and (local.get $b) (i32.const 1)))");

    private static final List<String> OFFSETS =
            List.of("", "offset=1", "offset=4093", "offset=65535", "offset=2147483647");

    /** Accesses with one of these are always out of bounds, and are traps before they are compiled. */
    private static final List<String> FAR_OFFSETS = List.of("offset=2147483648", "offset=4294967295");

    /** The number of an instruction's function is the message's first two bytes; then $a, $b and $v. */
    private static final String GUEST = guest();

    private static final int FUNCTIONS_PER_OFFSET = LOADS.size() + STORES.size();
    private static final int FUNCTIONS = FUNCTIONS_PER_OFFSET * OFFSETS.size();
    private static final int ALL_FUNCTIONS = FUNCTIONS + FUNCTIONS_PER_OFFSET * FAR_OFFSETS.size();

    private static String guest() {
        StringBuilder functions = new StringBuilder();
        StringBuilder names = new StringBuilder();
        int count = 0;
        for (String offset :
                Stream.concat(OFFSETS.stream(), FAR_OFFSETS.stream()).toList()) {
            for (String load : LOADS) {
                long parentheses =
                        load.chars().filter(c -> c == '(').count() - (load.contains("(i64.const 0)") ? 1 : 0);
                function(
                        functions,
                        count,
                        "(" + load + " " + offset + " (local.get $a)" + ")".repeat((int) parentheses + 1));
                names.append(" $f").append(count++);
            }
            for (String store : STORES) {
                function(functions, count, "(" + store.replace("OFFSET", offset) + ") (i64.const 0)");
                names.append(" $f").append(count++);
            }
        }
        return Wat.guest(
                """
                (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                (type $f (func (param $a i32) (param $b i32) (param $v i64) (result i64)))
                (memory (export "memory") 1 5)
                (memory $second 1 3)
                (data $data "0123456789")
                (func (export "wasmbox_send") (param $p i32) (param i32)
                  (i64.store (i32.const 1016) (call_indirect (type $f)
                    (i32.load offset=2 (local.get $p)) (i32.load offset=6 (local.get $p)) (i64.load offset=10 (local.get $p))
                    (i32.load16_u (local.get $p))))
                  (call $callback (i32.const 1016) (i32.const 8)))
                """
                        + functions
                        + "(table funcref (elem" + names + "))");
    }

    private static void function(StringBuilder functions, int index, String instructions) {
        functions.append("(func $f%d (type $f) (param $a i32) (param $b i32) (param $v i64) (result i64) %s)%n"
                .formatted(index, instructions));
    }

    private static byte[] message(int function, int a, int b, long v) {
        return ByteBuffer.allocate(18)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) function)
                .putInt(a)
                .putInt(b)
                .putLong(v)
                .array();
    }

    private static int address(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt(20) - 10;
            case 1 -> Limits.PAGE_BYTES * random.nextInt(6) + random.nextInt(20) - 10;
            case 2 -> Integer.MAX_VALUE - random.nextInt(10);
            case 3 -> Integer.MIN_VALUE + random.nextInt(10);
            case 4 -> 4096 * random.nextInt(32) + random.nextInt(20) - 10;
            default -> random.nextInt(3 * Limits.PAGE_BYTES);
        };
    }

    private static String outcome(WasmBox<byte[], byte[]> box, byte[] message, boolean far) {
        try {
            return HexFormat.of().formatHex(box.send(message).getFirst());
        } catch (TrapException e) {
            assertThat(e.reason()).isEqualTo(Reason.TRAP);
            if (!far) {
                assertThat(e.getMessage()).contains("out of bounds memory access");
            }
            return "trap";
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void compiledCodeUsesMemoryAsTheInterpreterDoes(long seed) {
        WasmBox<byte[], byte[]> compiled = Wat.load(GUEST, Engine.COMPILED).start(OPTIONS);
        WasmBox<byte[], byte[]> interpreted =
                Wat.load(GUEST, Engine.INTERPRETED).start(OPTIONS);
        Random random = new Random(seed);
        List<Snapshot> snapshots = new ArrayList<>(List.of(compiled.snapshot()));
        int traps = 0;
        int messages = 2_000;
        for (int i = 0; i < messages; i++) {
            // Those without an offset half of the time: most of the others trap.
            int function = random.nextInt(random.nextBoolean() ? ALL_FUNCTIONS : FUNCTIONS_PER_OFFSET);
            boolean far = function >= FUNCTIONS;
            byte[] message = message(
                    function,
                    address(random),
                    random.nextBoolean() ? random.nextInt(12) : address(random),
                    random.nextBoolean() ? address(random) : random.nextLong());
            String expected = outcome(interpreted, message, far);
            assertThat(outcome(compiled, message, far))
                    .as("function %d", function)
                    .isEqualTo(expected);
            if (expected.equals("trap") || random.nextInt(50) == 0) {
                traps++;
                Snapshot snapshot = snapshots.get(random.nextInt(snapshots.size()));
                compiled.restore(snapshot, RestoreOptions.identical());
                interpreted.restore(snapshot, RestoreOptions.identical());
            }
            if (random.nextInt(20) == 0) {
                snapshots.add(compiled.snapshot());
                assertThat(snapshots.getLast()).isEqualTo(interpreted.snapshot());
            }
        }
        assertThat(traps).isBetween(messages / 10, messages * 9 / 10);
        assertThat(compiled.snapshot()).isEqualTo(interpreted.snapshot());
    }

    /** It grows page by page, by which arrays become longer than memories, and uses what there is not. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void boundsHoldAfterMuchGrowth(Engine engine) {
        GuestModule module = Wat.load(
                Wat.guest(
                        """
                        (memory (export "memory") 1)
                        (func (export "wasmbox_send") (param $p i32) (param $length i32) (local $i i32)
                          (loop $again
                            (drop (memory.grow (i32.const 1)))
                            (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const -1))
                            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60))))
                          (if (local.get $length)
                            (then (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 3))
                              (i32.const -1)))))
                        """),
                engine);
        WasmBox<byte[], byte[]> box = module.start(OPTIONS);
        Snapshot start = box.snapshot();
        for (int i = 0; i < 3; i++) {
            box.send(new byte[0]);
            assertThat(box.snapshot().memoryBytes()).isEqualTo(61 * Limits.PAGE_BYTES);
            assertThat(box.snapshot().memories().getFirst().pagesInUse()).hasSize(60);
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(new byte[1]))
                    .withMessageContaining("out of bounds memory access")
                    .returns(Reason.TRAP, TrapException::reason);
            box.restore(start, RestoreOptions.identical());
            assertThat(box.snapshot()).isEqualTo(start);
        }
    }
}
