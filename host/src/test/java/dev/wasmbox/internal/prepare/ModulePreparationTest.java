package dev.wasmbox.internal.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.InvalidModuleException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

/** What preparation takes out of a module, what it tells about it, what it leaves alone, and what it refuses. */
class ModulePreparationTest {

    @Test
    void a_module_without_anything_to_rewrite_comes_back_as_the_same_array() {
        byte[] wasm = Wat.assemble(
                """
                (module (memory 1) (func (export "f") (param f64) (result f64)
                  (drop (f64.add (local.get 0) (local.get 0))) (f64.neg (f64.load offset=16 (i32.const 0)))))
                """);
        PreparedModule prepared = ModulePreparation.prepare(wasm);
        assertThat(prepared.wasm()).isSameAs(wasm);
        assertThat(prepared.startFunction()).isEmpty();
        assertThat(prepared.customSections()).isEmpty();
    }

    @Test
    void what_was_prepared_is_never_larger_than_its_arithmetic_justifies() {
        byte[] wasm = Wat.assemble(RandomPrograms.module(new RandomPrograms(5).programs(100)));
        assertThat(ModulePreparation.prepare(wasm).wasm().length).isLessThan(3 * wasm.length);
    }

    @ParameterizedTest
    @EnumSource
    void the_start_function_is_reported_and_not_run(EngineUnderTest engine) {
        byte[] wasm = Wat.assemble(
                """
                (module
                  (func $other)
                  (func $start (global.set $started (i32.add (global.get $started) (i32.const 1))))
                  (global $started (mut i32) (i32.const 0))
                  (export "started" (global $started))
                  (start $start))
                """);
        PreparedModule prepared = ModulePreparation.prepare(wasm);
        assertThat(prepared.startFunction()).hasValue(1);
        Instance instance = engine.instantiate(prepared.wasm());
        assertThat(instance.global(0).getValue()).isZero();
        instance.getMachine().call(prepared.startFunction().orElseThrow(), new long[0]);
        assertThat(instance.global(0).getValue()).isEqualTo(1);
        assertThat(ModulePreparation.prepare(prepared.wasm()).startFunction()).isEmpty();
    }

    @Test
    void the_index_of_a_start_function_counts_imported_functions() {
        byte[] wasm = Wat.assemble(
                """
                (module (import "a" "b" (func)) (import "a" "m" (memory 1)) (import "a" "c" (func (param i32)))
                  (func) (func $start) (start $start))
                """);
        assertThat(ModulePreparation.prepare(wasm).startFunction()).hasValue(3);
    }

    @Test
    void custom_sections_are_found_by_name_wherever_they_are() {
        byte[] module = Wat.assemble(
                "(module (func $first (param f32) (result f32) (f32.sqrt (local.get 0))))", "--debug-names");
        BinaryWriter wasm = new BinaryWriter(module.length + 100).raw(module, 0, 8);
        writeCustomSection(wasm, "wasmbox", "abi 1");
        writeCustomSection(wasm, "", "");
        wasm.raw(module, 8, module.length);
        writeCustomSection(wasm, "wasmbox", "again");
        writeCustomSection(wasm, "gr\u00fc\u00df", "x");

        PreparedModule prepared = ModulePreparation.prepare(wasm.toBytes());
        assertThat(prepared.customSections()).containsOnlyKeys("wasmbox", "name", "", "gr\u00fc\u00df");
        assertThat(prepared.customSections().get("wasmbox"))
                .containsExactly("abi 1".getBytes(UTF_8), "again".getBytes(UTF_8));
        assertThat(ModulePreparation.prepare(prepared.wasm()).customSections()).hasSize(4);
        assertThat(Parser.parse(prepared.wasm()).nameSection().nameOfFunction(0))
                .isEqualTo("first");
    }

    private static void writeCustomSection(BinaryWriter wasm, String name, String content) {
        byte[] nameBytes = name.getBytes(UTF_8);
        BinaryWriter section =
                new BinaryWriter(100).u32(nameBytes.length).raw(nameBytes).raw(content.getBytes(UTF_8));
        wasm.u8(0).u32(section.size()).raw(section);
    }

    /** Everything that Endive runs and wat2wasm knows, in one function with arithmetic, so that it is all rewritten. */
    @Test
    void every_instruction_is_read_and_the_engine_accepts_the_rewritten_module() {
        byte[] wasm = Wat.assemble(
                """
                (module
                  (import "env" "f" (func $imported (param i32) (result i32)))
                  (import "env" "g" (global $imported i64))
                  (type $unary (func (param i32) (result i32)))
                  (tag $tag (param i32))
                  (table $t 10 20 funcref) (table $e 1 externref)
                  (memory $m 1 2)
                  (global $g (mut f32) (f32.const nan:0x1234)) (global $r funcref (ref.func $all))
                  (global i64 (i64.const -5))
                  (elem (i32.const 0) func $all $imported) (elem $passive funcref (ref.func $all) (ref.null func))
                  (elem declare func $all) (elem $p2 func $all)
                  (elem (table $t) (offset (i32.const 1)) funcref (ref.null func))
                  (data (i32.const 0) "abc") (data $d "def")
                  (func $all (export "all") (param $x i32) (result i32) (local $f f32) (local i64 i64) (local externref)
                    (local.set $f (f32.add (local.get $f) (global.get $g)))
                    (global.set $g (local.get $f))
                    (block $out (block $in (br_table $in $out $in (local.get $x))) (br_if $out (i32.const 0)))
                    (drop (call_indirect $t (type $unary) (local.get $x) (i32.const 0)))
                    (drop (select (result f32) (f32.const 1) (f32.const -inf) (local.get $x)))
                    (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))
                    (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
                    (memory.init $d (i32.const 0) (i32.const 1) (i32.const 2)) (data.drop $d)
                    (table.init $passive (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $passive)
                    (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 2))
                    (drop (table.grow $t (ref.null func) (i32.const 1))) (drop (table.size $e))
                    (table.fill $t (i32.const 0) (ref.func $all) (i32.const 1))
                    (table.set $t (i32.const 0) (table.get $t (i32.const 1)))
                    (drop (ref.is_null (local.get 4)))
                    (drop (memory.grow (memory.size)))
                    (drop (i64.trunc_sat_f64_u (f64.const -0x1.8p-1000)))
                    (drop (i64.extend32_s (i64.const 0x7fffffffffffffff)))
                    (i32.store8 offset=3 align=1 (i32.const -0x80000000) (i32.const 0x7fffffff))
                    (if (result i32) (i32.eqz (local.get $x))
                      (then (throw $tag (i32.const 3)))
                      (else (call_indirect (type $unary) (local.get $x) (i32.const 1))))))
                """);
        byte[] prepared = ModulePreparation.prepare(wasm).wasm();
        assertThat(prepared).isNotEqualTo(wasm);
        assertThat(Parser.parse(prepared).codeSection().functionBodyCount()).isEqualTo(1);
    }

    @Test
    void several_memories_exceptions_and_typed_references_are_read() {
        String functions =
                """
                03 02 01 00                                    a function
                05 05 02 00 01 00 01                           two memories
                0d 03 01 00 00                                 a tag
                """;
        for (String code : List.of(
                "41 00  2b 43 01 90 80 80 80 08  1a", // f64.load of memory 1, far away
                "41 00  3f 01  40 01  1a 1a", // memory.size and grow of memory 1
                "02 40  1f 40 02 00 00 00 02 00  0b 0b", // try_table with catch and catch_all
                "d0 00 14 00", // call_ref of a typed null
                "d0 00 1a", // ref.null of type 0
                "02 63 00 d0 00 0b 1a", // a block that gives a reference
                "d0 70 d4 1a  d0 70 d5 00  1a  02 64 70  d0 70  d6 00  00 0b 1a", // as_non_null, br_on_null, ...
                "fe 03 00  41 00 fe 10 02 00 1a")) { // atomic.fence and load
            ModulePreparation.prepare(module(functions, code));
        }
    }

    @Test
    void what_the_engine_runs_wrongly_is_refused_by_name() {
        String functions =
                """
                03 02 01 00                                    a function
                0d 03 01 00 00                                 a tag
                """;
        for (String code : List.of("12 00", "11 00 00  13 00 00", "d0 00 15 00")) {
            assertThatThrownBy(() -> ModulePreparation.prepare(module(functions, code)))
                    .isInstanceOf(InvalidModuleException.class)
                    .hasMessageContaining("tail calls");
        }
        for (String code : List.of("02 40  1f 40 01 01 00 00  0b 0b", "02 40  1f 40 01 03 00  0b 0b", "d0 69 0a")) {
            assertThatThrownBy(() -> ModulePreparation.prepare(module(functions, code)))
                    .isInstanceOf(InvalidModuleException.class)
                    .hasMessageContaining("references to exceptions");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_32_bit_product_has_32_bits(EngineUnderTest engine) {
        byte[] wasm = Wat.assemble(
                """
                (module
                  (global $g (mut i32) (i32.const 0))
                  (func (export "isZero") (param i32 i32) (result i32)
                    (global.set $g (i32.mul (local.get 0) (local.get 1)))
                    (if (result i32) (i32.mul (local.get 0) (local.get 1))
                      (then (i32.const 0)) (else (i32.const 1)))))
                """);
        Instance instance = engine.instantiate(ModulePreparation.prepare(wasm).wasm());

        assertThat(instance.export("isZero").apply(0x10000, 0x10000)[0]).isEqualTo(1);
        assertThat(instance.export("isZero").apply(31, 1L << 31)[0]).isZero();
        assertThat((int) instance.global(0).getValueLow()).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void simd_is_refused_by_name() {
        for (String text : List.of(
                "(func (drop (v128.const i32x4 0 0 0 0)))",
                "(func (param v128))",
                "(func (local v128))",
                "(global v128 (v128.const i32x4 0 0 0 0))",
                "(import \"a\" \"b\" (global v128))",
                "(func (block (result v128) unreachable) drop)",
                "(func (drop (select (result v128) (unreachable) (unreachable) (unreachable))))")) {
            assertThatThrownBy(() -> ModulePreparation.prepare(Wat.assemble("(module " + text + ")")))
                    .isInstanceOf(InvalidModuleException.class)
                    .hasMessageContaining("uses SIMD (v128)")
                    .hasMessageContaining("without simd128");
        }
    }

    @Test
    void what_the_engine_or_a_snapshot_cannot_hold_is_refused_by_name() {
        assertThatThrownBy(() -> ModulePreparation.prepare(
                        Wat.assemble("(module (tag $t) (func (try (do (throw $t)) (catch $t) (catch_all))))")))
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining("the first version of exception handling");
        assertThatThrownBy(() -> ModulePreparation.prepare(Wat.assemble("(module (memory i64 1))")))
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining("64-bit addresses");
        for (String type : List.of("5f 00", "5e 7f 00", "50 00 60 00 00", "4e 01 60 00 00", "60 01 6e 00")) {
            assertThatThrownBy(() -> ModulePreparation.prepare(
                            bytes("00 61 73 6d 01 00 00 00 01 %02x 01 %s".formatted(type.split(" ").length + 1, type))))
                    .isInstanceOf(InvalidModuleException.class)
                    .hasMessageContaining("garbage-collected types");
        }
        for (String code : List.of("fb 01 00", "d0 6d", "02 6e 0b")) {
            assertThatThrownBy(() -> ModulePreparation.prepare(module("03 02 01 00", code)))
                    .isInstanceOf(InvalidModuleException.class)
                    .hasMessageContaining("garbage-collected types");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(func (param i32))", "(func (result i32) (i32.const 1))"})
    void a_start_function_that_takes_or_returns_something_is_refused(String function) {
        byte[] wasm = Wat.assemble("(module %s (start 0))".formatted(function), "--no-check");
        assertThatThrownBy(() -> ModulePreparation.prepare(wasm))
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining("a start function that takes and returns nothing");
    }

    /** {@return a module with one type () -> (), these sections, and one function of this code} */
    static byte[] module(String sections, String code) {
        int size = code.split(" +").length + 2;
        return bytes("00 61 73 6d 01 00 00 00 01 04 01 60 00 00 %s 0a %02x 01 %02x 00 %s 0b"
                .formatted(sections.replaceAll("  +.*", ""), size + 2, size, code));
    }

    static byte[] bytes(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal.replaceAll("\\s", ""));
    }
}
