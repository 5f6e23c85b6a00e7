package dev.wasmbox.internal.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Programs on floating-point numbers that are made up at random, as text and as what WebAssembly says they compute when
 * every instruction that computes a NaN gives the canonical one at once.
 */
final class RandomPrograms {

    private static final int LOCALS = 4;
    private static final int CELLS = 8;

    /** What a program works on: locals and memory, all of them bits; the locals of even number are f32. */
    private static final class Machine {
        private final long[] locals = new long[LOCALS];
        private final long[] cells = new long[CELLS];
    }

    /** Something that gives a value of a type, as bits. */
    private interface Expression {
        String text();

        long evaluate(Machine machine);
    }

    /** Something that changes the machine. */
    private interface Statement {
        String text();

        void run(Machine machine);
    }

    private record Term(String text, ToLongFunction<Machine> meaning) implements Expression {
        @Override
        public long evaluate(Machine machine) {
            return meaning.applyAsLong(machine);
        }
    }

    private record Step(String text, Consumer<Machine> meaning) implements Statement {
        @Override
        public void run(Machine machine) {
            meaning.accept(machine);
        }
    }

    /** A program with the bits that its memory cells should hold in the end. */
    record Program(String text, List<Long> expectedCells) {}

    private final Random random;

    RandomPrograms(long seed) {
        random = new Random(seed);
    }

    /** {@return the text of a module that exports its programs by their number} */
    static String module(List<Program> programs) {
        StringBuilder text = new StringBuilder("(module (memory (export \"memory\") 1)\n");
        for (int i = 0; i < programs.size(); i++) {
            text.append("(func (export \"%d\") (local f32 f64 f32 f64)\n%s)\n"
                    .formatted(i, programs.get(i).text()));
        }
        return text.append(")").toString();
    }

    List<Program> programs(int count) {
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Statement statement = block(6, 3);
            Machine machine = new Machine();
            statement.run(machine);
            programs.add(new Program(
                    statement.text(), Arrays.stream(machine.cells).boxed().toList()));
        }
        return programs;
    }

    private Statement block(int length, int depth) {
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            statements.add(statement(depth));
        }
        String text = String.join("\n", statements.stream().map(Statement::text).toList());
        return new Step(text, machine -> statements.forEach(statement -> statement.run(machine)));
    }

    private Statement statement(int depth) {
        boolean is32 = random.nextBoolean();
        return switch (random.nextInt(depth == 0 ? 7 : 10)) {
            case 0, 1, 2 -> {
                int local = local(is32);
                Expression value = expression(is32, 4);
                yield new Step(
                        "(local.set %d %s)".formatted(local, value.text()),
                        machine -> machine.locals[local] = value.evaluate(machine));
            }
            case 3, 4, 5 -> {
                int cell = random.nextInt(CELLS);
                Expression value = expression(is32, 4);
                yield new Step(
                        "(f%s.store (i32.const %d) %s)".formatted(is32 ? "32" : "64", 8 * cell, value.text()),
                        machine -> machine.cells[cell] = is32
                                ? (machine.cells[cell] & 0xFFFF_FFFF_0000_0000L)
                                        | (value.evaluate(machine) & 0xFFFF_FFFFL)
                                : value.evaluate(machine));
            }
            case 6 -> {
                Expression value = expression(is32, 4);
                yield new Step("(drop %s)".formatted(value.text()), value::evaluate);
            }
            case 7, 8 -> {
                Expression condition = condition(2);
                Statement then = block(3, depth - 1);
                Statement otherwise = block(2, depth - 1);
                yield new Step(
                        "(if %s (then %s) (else %s))".formatted(condition.text(), then.text(), otherwise.text()),
                        machine -> (condition.evaluate(machine) != 0 ? then : otherwise).run(machine));
            }
            default -> {
                Expression condition = condition(2);
                Statement skipped = block(3, depth - 1);
                yield new Step("(block (br_if 0 %s) %s)".formatted(condition.text(), skipped.text()), machine -> {
                    if (condition.evaluate(machine) == 0) {
                        skipped.run(machine);
                    }
                });
            }
        };
    }

    private Expression expression(boolean is32, int depth) {
        String type = is32 ? "f32" : "f64";
        String integer = is32 ? "i32" : "i64";
        return switch (random.nextInt(depth == 0 ? 3 : 16)) {
            case 0 -> {
                long bits = constant(is32);
                yield new Term("(%s.reinterpret_%s (%s.const %d))".formatted(type, integer, integer, bits), _ -> bits);
            }
            case 1 -> {
                int local = local(is32);
                yield new Term("(local.get %d)".formatted(local), machine -> machine.locals[local]);
            }
            case 2 -> {
                int cell = random.nextInt(CELLS);
                yield new Term(
                        "(%s.load (i32.const %d))".formatted(type, 8 * cell),
                        machine -> is32 ? (int) machine.cells[cell] : machine.cells[cell]);
            }
            case 3 -> {
                int local = local(is32);
                Expression value = expression(is32, depth - 1);
                yield new Term("(local.tee %d %s)".formatted(local, value.text()), machine -> {
                    long bits = value.evaluate(machine);
                    machine.locals[local] = bits;
                    return bits;
                });
            }
            case 4 -> {
                Expression value = expression(is32, depth - 1);
                long sign = is32 ? 0xFFFF_FFFF_8000_0000L : Long.MIN_VALUE;
                yield random.nextBoolean()
                        ? new Term("(%s.neg %s)".formatted(type, value.text()), m -> flip(is32, value.evaluate(m)))
                        : new Term("(%s.abs %s)".formatted(type, value.text()), m -> value.evaluate(m) & ~sign);
            }
            case 5 -> {
                Expression value = expression(is32, depth - 1);
                Expression sign = expression(is32, depth - 1);
                yield new Term("(%s.copysign %s %s)".formatted(type, value.text(), sign.text()), machine -> {
                    long bits = value.evaluate(machine);
                    return (bits ^ sign.evaluate(machine)) < 0 ? flip(is32, bits) : bits;
                });
            }
            case 6 -> {
                Expression first = expression(is32, depth - 1);
                Expression second = expression(is32, depth - 1);
                Expression condition = condition(depth - 1);
                yield new Term(
                        "(select %s %s %s)".formatted(first.text(), second.text(), condition.text()), machine -> {
                            long a = first.evaluate(machine);
                            long b = second.evaluate(machine);
                            return condition.evaluate(machine) != 0 ? a : b;
                        });
            }
            case 7 -> {
                Expression condition = condition(depth - 1);
                Expression first = expression(is32, depth - 1);
                Expression second = expression(is32, depth - 1);
                yield new Term(
                        "(if (result %s) %s (then %s) (else %s))"
                                .formatted(type, condition.text(), first.text(), second.text()),
                        m -> (condition.evaluate(m) != 0 ? first : second).evaluate(m));
            }
            case 8 -> {
                Expression value = expression(is32, depth - 1);
                yield new Term(
                        "(%1$s.reinterpret_%2$s (%2$s.reinterpret_%1$s %3$s))".formatted(type, integer, value.text()),
                        value::evaluate);
            }
            case 9 -> {
                Expression value = expression(!is32, depth - 1);
                String name = is32 ? "f32.demote_f64" : "f64.promote_f32";
                yield arithmetic(name, value, value, value.text());
            }
            case 10, 11 -> {
                Expression value = expression(is32, depth - 1);
                String name = type + "." + FloatOperators.UNARY.get(random.nextInt(FloatOperators.UNARY.size()));
                yield arithmetic(name, value, value, value.text());
            }
            default -> {
                Expression first = expression(is32, depth - 1);
                Expression second = expression(is32, depth - 1);
                String name = type + "." + FloatOperators.BINARY.get(random.nextInt(FloatOperators.BINARY.size()));
                yield arithmetic(name, first, second, first.text() + " " + second.text());
            }
        };
    }

    private static Expression arithmetic(String name, Expression first, Expression second, String operands) {
        boolean binary = FloatOperators.isBinary(name);
        return new Term("(%s %s)".formatted(name, operands), machine -> {
            long a = first.evaluate(machine);
            return FloatOperators.expected(name, a, binary ? second.evaluate(machine) : a);
        });
    }

    private Expression condition(int depth) {
        boolean is32 = random.nextBoolean();
        Expression first = expression(is32, Math.max(0, depth));
        Expression second = expression(is32, Math.max(0, depth));
        if (random.nextBoolean()) {
            return new Term("(i32.trunc_sat_f%s_s %s)".formatted(is32 ? "32" : "64", first.text()), machine ->
                    (int) number(is32, first.evaluate(machine)));
        }
        return new Term(
                "(f%s.lt %s %s)".formatted(is32 ? "32" : "64", first.text(), second.text()),
                machine -> number(is32, first.evaluate(machine)) < number(is32, second.evaluate(machine)) ? 1 : 0);
    }

    private static double number(boolean is32, long bits) {
        return is32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private static long flip(boolean is32, long bits) {
        return is32 ? (int) bits ^ Integer.MIN_VALUE : bits ^ Long.MIN_VALUE;
    }

    private int local(boolean is32) {
        return random.nextInt(LOCALS / 2) * 2 + (is32 ? 0 : 1);
    }

    private long constant(boolean is32) {
        List<Long> candidates = random.nextInt(3) > 0 ? FloatOperators.nans(is32) : FloatOperators.edges(is32);
        return candidates.get(random.nextInt(candidates.size()));
    }
}
