package dev.wasmbox.internal.prepare;

import static dev.wasmbox.internal.prepare.FloatOperators.CANONICAL_32;
import static dev.wasmbox.internal.prepare.FloatOperators.CANONICAL_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import run.endive.runtime.Instance;

/** A NaN that the guest computes has the same bits everywhere, and nothing else changes. */
class CanonicalNansTest {

    private static final byte[] OPERATORS = Wat.assemble(FloatOperators.module());

    private static final Map<EngineUnderTest, Instance> INSTANCES = new ConcurrentHashMap<>();

    static Stream<Arguments> operatorsOnEngines() {
        return FloatOperators.all().keySet().stream()
                .flatMap(name -> Stream.of(EngineUnderTest.values()).map(engine -> Arguments.of(name, engine)));
    }

    @ParameterizedTest
    @MethodSource("operatorsOnEngines")
    void a_computed_nan_is_canonical_whatever_the_operands(String operator, EngineUnderTest engine) {
        boolean is32 = FloatOperators.takes32(operator);
        List<Long> operands = new ArrayList<>(FloatOperators.nans(is32));
        operands.addAll(FloatOperators.edges(is32));
        for (long a : FloatOperators.nans(is32)) {
            for (long b : operands) {
                assertThat(run(engine, operator, a, b)).isEqualTo(canonical(operator));
                if (FloatOperators.isBinary(operator)) {
                    assertThat(run(engine, operator, b, a)).isEqualTo(canonical(operator));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operatorsOnEngines")
    void it_stays_canonical_when_the_jvm_compiles(String operator, EngineUnderTest engine) {
        int times = engine == EngineUnderTest.COMPILED ? 100_000 : 20_000;
        for (int round = 0; round < 3; round++) {
            assertThat(instance(engine).export("loop " + operator).apply(times)[0])
                    .as("results that were not canonical")
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("operatorsOnEngines")
    void numbers_come_out_as_java_computes_them(String operator, EngineUnderTest engine) {
        List<Long> edges = FloatOperators.edges(FloatOperators.takes32(operator));
        for (long a : edges) {
            for (long b : edges) {
                assertThat(run(engine, operator, a, b))
                        .as("%s(%x, %x)", operator, a, b)
                        .isEqualTo(FloatOperators.expected(operator, a, b));
            }
        }
    }

    @Property(tries = 500)
    void any_bits_come_out_as_java_computes_them(
            @ForAll("operators") String operator,
            @ForAll EngineUnderTest engine,
            @ForAll("bits") long a,
            @ForAll("bits") long b) {
        assertThat(run(engine, operator, a, b)).isEqualTo(FloatOperators.expected(operator, a, b));
    }

    @Provide
    Arbitrary<String> operators() {
        return Arbitraries.of(FloatOperators.all().keySet());
    }

    @Provide
    Arbitrary<Long> bits() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.of(FloatOperators.edges(false)),
                Arbitraries.of(FloatOperators.nans(false)),
                Arbitraries.doubles().map(Double::doubleToRawLongBits));
    }

    @ParameterizedTest
    @EnumSource
    void a_nan_that_is_only_passed_on_keeps_its_bits(EngineUnderTest engine) {
        for (String type : List.of("32", "64")) {
            boolean is32 = type.equals("32");
            long sign = is32 ? 0x8000_0000L : Long.MIN_VALUE;
            Instance instance = engine.prepareAndInstantiate(Wat.assemble(
                    """
                    (module
                      (memory 1)
                      (global $g (mut f%1$s) (f%1$s.const 0))
                      (func $identity (param f%1$s) (result f%1$s) (local.get 0))
                      (func (export "neg") (param i%1$s) (result i%1$s)
                        (i%1$s.reinterpret_f%1$s (f%1$s.neg (f%1$s.reinterpret_i%1$s (local.get 0)))))
                      (func (export "abs") (param i%1$s) (result i%1$s)
                        (i%1$s.reinterpret_f%1$s (f%1$s.abs (f%1$s.reinterpret_i%1$s (local.get 0)))))
                      (func (export "copysign") (param i%1$s) (result i%1$s)
                        (i%1$s.reinterpret_f%1$s (f%1$s.copysign
                          (f%1$s.reinterpret_i%1$s (local.get 0)) (f%1$s.const -1))))
                      (func (export "around") (param i%1$s) (result i%1$s) (local f%1$s)
                        (local.set 1 (f%1$s.reinterpret_i%1$s (local.get 0)))
                        (f%1$s.store (i32.const 8) (local.get 1))
                        (global.set $g (f%1$s.load (i32.const 8)))
                        (f%1$s.store (i32.const 0)
                          (call $identity (select (global.get $g) (f%1$s.const 0) (i32.const 1))))
                        (drop (f%1$s.add (local.get 1) (f%1$s.load (i32.const 0))))
                        (i%1$s.load (i32.const 0))))
                    """
                            .formatted(type)));
            for (long nan : FloatOperators.nans(is32)) {
                assertThat(call(instance, is32, "around", nan)).isEqualTo(bits(is32, nan));
                assertThat(call(instance, is32, "neg", nan)).isEqualTo(bits(is32, nan ^ sign));
                assertThat(call(instance, is32, "abs", nan)).isEqualTo(bits(is32, nan & ~sign));
                assertThat(call(instance, is32, "copysign", nan)).isEqualTo(bits(is32, nan | sign));
            }
        }
    }

    @Test
    void a_function_whose_results_only_feed_arithmetic_and_comparisons_stays_as_it_is() {
        byte[] wasm = Wat.assemble(
                """
                (module
                  (func (export "f") (param f64 f64) (result i32) (local $x f64) (local $i i32)
                    (loop $again
                      (local.set $x (f64.neg (f64.sqrt (f64.add (local.get $x)
                        (f64.mul (f64.sub (local.get 0) (local.get 1)) (f64.sub (local.get 0) (local.get 1)))))))
                      (drop (select (local.get $x) (f64.abs (local.tee $x (f64.max (local.get $x) (local.get 0))))
                        (f64.eq (local.get $x) (local.get 0))))
                      (br_if $again (i32.eqz (local.tee $i (i32.const 1)))))
                    (i32.trunc_f64_s (f64.promote_f32 (f32.demote_f64 (local.get $x))))))
                """);
        assertThat(ModulePreparation.prepare(wasm).wasm()).isSameAs(wasm);
    }

    /** Each of these lets a result's bits out by a different way; both operands of the addition are NaNs. */
    @ParameterizedTest
    @EnumSource
    void every_way_out_is_covered(EngineUnderTest engine) {
        String sum = "(f64.add (local.get 0) (local.get 1))";
        Map<String, String> ways = Map.ofEntries(
                Map.entry("result", sum),
                Map.entry("return", "(return %s)".formatted(sum)),
                Map.entry("branch", "(block $b (result f64) (br $b %s))".formatted(sum)),
                Map.entry("block", "(block (result f64) %s)".formatted(sum)),
                Map.entry("block parameter", sum + "(block (param f64) (result f64) f64.abs)"),
                Map.entry("if", "(if (result f64) (i32.const 1) (then %s) (else (f64.const 1)))".formatted(sum)),
                Map.entry("branch table", "(block $b (result f64) (br_table $b $b %s (i32.const 1)))".formatted(sum)),
                Map.entry("call", "(call $identity %s)".formatted(sum)),
                Map.entry("indirect call", "(call_indirect (param f64) (result f64) %s (i32.const 0))".formatted(sum)),
                Map.entry("store", "(f64.store (i32.const 0) %s) (f64.load (i32.const 0))".formatted(sum)),
                Map.entry("reinterpret", "(f64.reinterpret_i64 (i64.reinterpret_f64 %s))".formatted(sum)),
                Map.entry("global", "(global.set $g %s) (global.get $g)".formatted(sum)),
                Map.entry("local", "(local.set $x %s) (local.get $x)".formatted(sum)),
                Map.entry(
                        "chain of locals",
                        """
                        (local.set $x %s) (local.set $y (local.get $x)) (local.set $x (f64.const 1)) (local.get $y)
                        """
                                .formatted(sum)),
                Map.entry(
                        "loop",
                        """
                        (loop $l (local.set $y (local.get $x)) (local.set $x %s)
                          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
                        (local.get $y)"""
                                .formatted(sum)),
                Map.entry("tee", "(drop (f64.sqrt (local.tee $x %s))) (local.get $x)".formatted(sum)),
                Map.entry("tee's own value", "(local.tee $x %s)".formatted(sum)),
                Map.entry("parameter", "(local.set 0 %s) (local.get 0)".formatted(sum)),
                Map.entry("select", "(select %s (f64.const 1) (i32.const 1))".formatted(sum)),
                Map.entry("select's second", "(select (f64.const 1) %s (i32.const 0))".formatted(sum)),
                Map.entry("typed select", "(select (result f64) %s (f64.const 1) (i32.const 1))".formatted(sum)),
                Map.entry("below a block", sum + "(block (nop)) (f64.abs)"),
                Map.entry("below a call", sum + "(call $nothing)"),
                Map.entry("absolute", "(f64.abs %s)".formatted(sum)),
                Map.entry("copysign", "(f64.copysign %s (f64.const 1))".formatted(sum)));
        StringBuilder text = new StringBuilder(
                """
                (module (memory 1) (global $g (mut f64) (f64.const 0))
                  (table funcref (elem $identity))
                  (func $identity (param f64) (result f64) (local.get 0))
                  (func $nothing)
                """);
        ways.forEach((name, code) -> text.append(
                """
                (func (export "%s") (param f64 f64) (result f64) (local $x f64) (local $y f64) (local $i i32) %s)
                """
                        .formatted(name, code)));
        Instance instance = engine.prepareAndInstantiate(Wat.assemble(text + ")"));
        for (String way : ways.keySet()) {
            for (long a : FloatOperators.nans(false)) {
                assertThat(instance.export(way).apply(a, 0xFFF8_0000_0000_1234L)[0])
                        .as(way)
                        .isEqualTo(CANONICAL_64);
            }
        }
    }

    /** If an instruction were thought to take or leave another number of values, the sum below would go unnoticed. */
    @ParameterizedTest
    @EnumSource
    void a_result_below_any_plain_instruction_is_not_lost(EngineUnderTest engine) {
        Map<String, List<String>> instructions = Map.ofEntries(
                Map.entry("(i32.const 1)", List.of("(drop)", "(local.set $i)", "(global.set $k)")),
                Map.entry("", List.of("(nop)")),
                Map.entry("(f64.const 1)", List.of("(drop)", "(local.set $x)", "(global.set $g)")),
                Map.entry("(i32.const 0) (i32.const 1)", storesOf("i32", "store", "store8", "store16")),
                Map.entry("(i32.const 0) (i64.const 1)", storesOf("i64", "store", "store8", "store16", "store32")),
                Map.entry("(i32.const 0) (f32.const 1)", List.of("(f32.store)")),
                Map.entry("(i32.const 0) (f64.const 1)", List.of("(f64.store)")),
                Map.entry(";", dropped("local.get $x", "global.get $g", "memory.size", "f32.const 1")),
                Map.entry(
                        "(i32.const 0) ;",
                        dropped(
                                "i32.load",
                                "i64.load",
                                "f32.load",
                                "f64.load",
                                "i64.load32_u",
                                "memory.grow",
                                "i32.eqz",
                                "i32.clz",
                                "i32.popcnt",
                                "i32.extend8_s",
                                "i64.extend_i32_u",
                                "f32.convert_i32_s",
                                "f64.convert_i32_u",
                                "f32.reinterpret_i32",
                                "local.tee $i")),
                Map.entry("(i32.const 5) (i32.const 3)", dropped("i32.add", "i32.rotr", "i32.eq", "i32.ge_u")),
                Map.entry("(i64.const 5) (i64.const 3)", dropped("i64.add", "i64.rotr", "i64.eq", "i64.ge_u")),
                Map.entry(
                        "(i64.const 5)",
                        dropped(
                                "i64.eqz",
                                "i64.ctz",
                                "i64.popcnt",
                                "i32.wrap_i64",
                                "i64.extend32_s",
                                "f32.convert_i64_u",
                                "f64.reinterpret_i64")),
                Map.entry(
                        "(f32.const 5)",
                        dropped(
                                "f32.abs",
                                "f32.neg",
                                "f32.ceil",
                                "f32.sqrt",
                                "i32.trunc_f32_s",
                                "i64.trunc_f32_u",
                                "i32.trunc_sat_f32_s",
                                "f64.promote_f32",
                                "i32.reinterpret_f32")),
                Map.entry(
                        "(f64.const 5)",
                        dropped(
                                "f64.abs",
                                "f64.neg",
                                "f64.ceil",
                                "f64.sqrt",
                                "i32.trunc_f64_u",
                                "i64.trunc_f64_s",
                                "i64.trunc_sat_f64_u",
                                "f32.demote_f64",
                                "i64.reinterpret_f64",
                                "local.tee $x")),
                Map.entry(
                        "(f32.const 5) (f32.const 3)",
                        dropped("f32.add", "f32.max", "f32.eq", "f32.ge", "f32.copysign")),
                Map.entry(
                        "(f64.const 5) (f64.const 3)",
                        dropped("f64.add", "f64.max", "f64.eq", "f64.ge", "f64.copysign")),
                Map.entry("(f64.const 5) (f64.const 3) (i32.const 1)", dropped("select")));
        StringBuilder text = new StringBuilder(
                "(module (memory 1) (global $g (mut f64) (f64.const 0)) (global $k (mut i32) (i32.const 0))\n");
        List<String> names = new ArrayList<>();
        instructions.forEach((operands, codes) -> codes.forEach(code -> {
            names.add(operands + code);
            text.append(
                    """
                    (func (export "%s") (param f64 f64) (result i64) (local $x f64) (local $i i32) (local $r i64)
                      (f64.const 0) (f64.const 0) (f64.add (local.get 0) (local.get 1)) %s %s
                      (local.set $r (i64.reinterpret_f64)) (f64.eq) (drop) (local.get $r))
                    """
                            .formatted(operands + code, operands.replace(";", ""), code));
        }));
        Instance instance = engine.prepareAndInstantiate(Wat.assemble(text + ")"));
        for (String name : names) {
            assertThat(instance.export(name).apply(0x7FF0_0000_0000_0001L, 0xFFF8_0000_0000_1234L)[0])
                    .as(name)
                    .isEqualTo(CANONICAL_64);
        }
    }

    private static List<String> storesOf(String type, String... names) {
        return Stream.of(names).map(name -> "(" + type + "." + name + ")").toList();
    }

    private static List<String> dropped(String... names) {
        return Stream.of(names).map(name -> "(" + name + ") (drop)").toList();
    }

    @ParameterizedTest
    @EnumSource
    void the_sign_of_a_computed_nan_shows_through_copysign_and_neg(EngineUnderTest engine) {
        Instance instance = engine.prepareAndInstantiate(
                Wat.assemble(
                        """
                (module
                  (func (export "copysign") (param f32 f32) (result f32)
                    (f32.copysign (f32.const 2) (f32.sub (local.get 0) (local.get 1))))
                  (func (export "neg") (param f32 f32) (result f32)
                    (f32.neg (f32.sub (local.get 0) (local.get 1)))))
                """));
        for (long a : FloatOperators.nans(true)) {
            for (long b : FloatOperators.nans(true)) {
                assertThat((int) instance.export("copysign").apply(a, b)[0]).isEqualTo(Float.floatToRawIntBits(2));
                assertThat((int) instance.export("neg").apply(a, b)[0]).isEqualTo(CANONICAL_32 | 0x8000_0000);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void dead_code_stays_valid(EngineUnderTest engine) {
        Instance instance = engine.prepareAndInstantiate(
                Wat.assemble(
                        """
                (module (func (export "f") (result f32)
                  (return (f32.const 7)) f32.add f32.sqrt drop unreachable f32.min f64.promote_f32 f32.demote_f64))
                """));
        assertThat(instance.export("f").apply()[0]).isEqualTo(Float.floatToRawIntBits(7));
    }

    private static long run(EngineUnderTest engine, String operator, long a, long b) {
        Instance instance = instance(engine);
        boolean is32 = FloatOperators.takes32(operator);
        long first = bits(is32, a);
        long[] results = FloatOperators.isBinary(operator)
                ? instance.export(operator).apply(first, bits(is32, b))
                : instance.export(operator).apply(first);
        return FloatOperators.gives32(operator) ? (int) results[0] : results[0];
    }

    private static long call(Instance instance, boolean is32, String name, long value) {
        return bits(is32, instance.export(name).apply(bits(is32, value))[0]);
    }

    private static long bits(boolean is32, long value) {
        return is32 ? value & 0xFFFF_FFFFL : value;
    }

    private static Instance instance(EngineUnderTest engine) {
        return INSTANCES.computeIfAbsent(engine, e -> e.prepareAndInstantiate(OPERATORS));
    }

    private static long canonical(String operator) {
        return FloatOperators.gives32(operator) ? CANONICAL_32 : CANONICAL_64;
    }
}
