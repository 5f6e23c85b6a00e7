package dev.wasmbox.internal.prepare;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Every instruction that can compute a NaN, and what Java's own arithmetic gives for it. */
final class FloatOperators {

    static final int CANONICAL_32 = 0x7FC0_0000;
    static final long CANONICAL_64 = 0x7FF8_0000_0000_0000L;

    static final List<String> UNARY = List.of("ceil", "floor", "trunc", "nearest", "sqrt");
    static final List<String> BINARY = List.of("add", "sub", "mul", "div", "min", "max");

    /** On double, which is exact enough for float: the result is rounded once more to the same number. */
    private static final Map<String, DoubleUnaryOperator> JAVA_UNARY = Map.of(
            "ceil", Math::ceil,
            "floor", Math::floor,
            "trunc", value -> Math.copySign(Math.floor(Math.abs(value)), value),
            "nearest", Math::rint,
            "sqrt", Math::sqrt);

    private static final Map<String, DoubleBinaryOperator> JAVA_BINARY = Map.of(
            "add",
            Double::sum,
            "sub",
            (a, b) -> a - b,
            "mul",
            (a, b) -> a * b,
            "div",
            (a, b) -> a / b,
            "min",
            Math::min,
            "max",
            Math::max);

    private FloatOperators() {}

    /** {@return a module that exports every operator on bits, as f32.add and so on} */
    static String module() {
        StringBuilder text = new StringBuilder("(module\n");
        all().forEach((name, body) -> text.append("(func (export \"%s\") %s)\n".formatted(name, body)));
        all().forEach((name, body) -> text.append(loop(name, body)));
        return text.append(")").toString();
    }

    /** {@return parameters, result and code of every operator} */
    static Map<String, String> all() {
        Map<String, String> bodies = new TreeMap<>();
        for (String type : List.of("32", "64")) {
            for (String name : UNARY) {
                bodies.put("f" + type + "." + name, unary(type, type, "f" + type + "." + name));
            }
            for (String name : BINARY) {
                bodies.put(
                        "f" + type + "." + name,
                        "(param i%1$s i%1$s) (result i%1$s) (i%1$s.reinterpret_f%1$s (f%1$s.%2$s %3$s %4$s))"
                                .formatted(type, name, argument(type, 0), argument(type, 1)));
            }
        }
        bodies.put("f32.demote_f64", unary("64", "32", "f32.demote_f64"));
        bodies.put("f64.promote_f32", unary("32", "64", "f64.promote_f32"));
        return bodies;
    }

    private static String unary(String from, String to, String instruction) {
        return "(param i%1$s) (result i%2$s) (i%2$s.reinterpret_f%2$s (%3$s %4$s))"
                .formatted(from, to, instruction, argument(from, 0));
    }

    private static String argument(String type, int index) {
        return "(f%1$s.reinterpret_i%1$s (local.get %2$d))".formatted(type, index);
    }

    /** Calls the operator often, with another payload each time; counts the results that were not canonical. */
    private static String loop(String name, String body) {
        boolean binary = body.startsWith("(param i32 i32)") || body.startsWith("(param i64 i64)");
        String from = body.startsWith("(param i32") ? "32" : "64";
        String to = body.contains("(result i32)") ? "32" : "64";
        String nan = from.equals("32") ? "0xFF800001" : "0xFFF0000000000001";
        String payload = from.equals("32") ? "(local.get $i)" : "(i64.extend_i32_u (local.get $i))";
        String argument = "(f%1$s.reinterpret_i%1$s (i%1$s.or (i%1$s.const %2$s) %3$s))".formatted(from, nan, payload);
        String other = "(f%1$s.reinterpret_i%1$s (i%1$s.xor (i%1$s.const %2$s) (i%1$s.shl %3$s (i%1$s.const 1))))"
                .formatted(from, nan, payload);
        String canonical = to.equals("32") ? "0x7FC00000" : "0x7FF8000000000000";
        return """
                (func (export "loop %s") (param $n i32) (result i32) (local $i i32) (local $wrong i32)
                  (loop $again
                    (local.set $wrong (i32.add (local.get $wrong) (i%s.ne (i%s.const %s)
                        (i%s.reinterpret_f%s (%s %s)))))
                    (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
                  (local.get $wrong))
                """
                .formatted(name, to, to, canonical, to, to, name, binary ? argument + " " + other : argument);
    }

    static boolean isBinary(String name) {
        return BINARY.contains(name.substring(4));
    }

    static boolean takes32(String name) {
        return name.startsWith("f32") ? !name.equals("f32.demote_f64") : name.equals("f64.promote_f32");
    }

    static boolean gives32(String name) {
        return name.startsWith("f32");
    }

    /** {@return the bits of the result as WebAssembly wants them, with the canonical NaN for every NaN} */
    static long expected(String name, long a, long b) {
        double first = takes32(name) ? Float.intBitsToFloat((int) a) : Double.longBitsToDouble(a);
        double second = takes32(name) ? Float.intBitsToFloat((int) b) : Double.longBitsToDouble(b);
        return canonicalBits(gives32(name), apply(name, first, second));
    }

    static double apply(String name, double first, double second) {
        String operator = name.substring(4);
        double result = JAVA_BINARY.containsKey(operator)
                ? JAVA_BINARY.get(operator).applyAsDouble(first, second)
                : JAVA_UNARY.getOrDefault(operator, value -> value).applyAsDouble(first);
        return gives32(name) ? (float) result : result;
    }

    static long canonicalBits(boolean is32, double value) {
        if (is32) {
            return Double.isNaN(value) ? CANONICAL_32 : Float.floatToRawIntBits((float) value);
        }
        return Double.isNaN(value) ? CANONICAL_64 : Double.doubleToRawLongBits(value);
    }

    /** NaNs of every kind: quiet and signalling, of both signs, with small and large payloads. */
    static List<Long> nans(boolean is32) {
        return is32
                ? Stream.of(
                                0x7FC00000,
                                0xFFC00000,
                                0x7FC00001,
                                0xFFFFFFFF,
                                0x7FFFFFFF,
                                0x7F800001,
                                0xFF800001,
                                0x7FA12345,
                                0xFFBFFFFF)
                        .map(bits -> (long) bits)
                        .toList()
                : List.of(
                        0x7FF8000000000000L,
                        0xFFF8000000000000L,
                        0x7FF8000000000001L,
                        0xFFFFFFFFFFFFFFFFL,
                        0x7FFFFFFFFFFFFFFFL,
                        0x7FF0000000000001L,
                        0xFFF0000000000001L,
                        0x7FF0000020000000L,
                        0xFFF7FFFFFFFFFFFFL);
    }

    /** Numbers at the edges: zeros, subnormals, halves, large integers, the largest, infinities. */
    static List<Long> edges(boolean is32) {
        double[] numbers = {
            0.0,
            1.0,
            0.5,
            1.5,
            2.5,
            0.1,
            3.0,
            1e10,
            8388607.5,
            8388608.0,
            4503599627370495.5,
            9007199254740992.0,
            Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            Double.POSITIVE_INFINITY
        };
        double[] only64 = {Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, 1e-45, 7e-46, 3.4028235677973366e38};
        return Stream.of(numbers, is32 ? new double[0] : only64)
                .flatMapToDouble(Arrays::stream)
                .flatMap(number -> DoubleStream.of(number, -number))
                .mapToObj(number ->
                        is32 ? (long) Float.floatToRawIntBits((float) number) : Double.doubleToRawLongBits(number))
                .toList();
    }
}
