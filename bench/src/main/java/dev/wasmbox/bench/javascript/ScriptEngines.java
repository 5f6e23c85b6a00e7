package dev.wasmbox.bench.javascript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;

/** Five programs in one engine, whichever javax.script finds by its name: their first run, and one when all is warm. */
final class ScriptEngines {

    private static final List<String> PROGRAMS = List.of("calls", "objects", "text", "json", "closures");
    private static final int PASSES = 5;

    private ScriptEngines() {}

    private interface Work {
        Object run() throws ScriptException, NoSuchMethodException;
    }

    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        long passNanos = Long.parseLong(arguments[1]) * 1_000_000;
        long start = System.nanoTime();
        ScriptEngine first = engine(name);
        Object two = first.eval("1 + 1");
        report("start", System.nanoTime() - start, 0, two);
        first.eval("var x = 1");
        measure("x + 1", () -> first.eval("x + 1"), passNanos);
        for (String program : PROGRAMS) {
            ScriptEngine engine = engine(name);
            engine.eval(source(program));
            measure(program, () -> ((Invocable) engine).invokeFunction("run"), passNanos);
        }
        System.exit(0); // engines may have threads of their own
    }

    private static ScriptEngine engine(String name) {
        return Objects.requireNonNull(
                new ScriptEngineManager().getEngineByName(name), () -> "there is no engine named " + name);
    }

    private static String source(String program) throws IOException {
        try (InputStream in = ScriptEngines.class.getResourceAsStream(program + ".js")) {
            return new String(Objects.requireNonNull(in, program).readAllBytes(), UTF_8);
        }
    }

    /** The first run, and the mean of the best of some passes. */
    private static void measure(String what, Work work, long passNanos) throws Exception {
        long start = System.nanoTime();
        Object value = work.run();
        long firstNanos = System.nanoTime() - start;
        double best = Double.MAX_VALUE;
        for (int pass = 0; pass < PASSES; pass++) {
            long begin = System.nanoTime();
            long now = begin;
            int runs = 0;
            while (now - begin < passNanos) {
                work.run();
                runs++;
                now = System.nanoTime();
            }
            best = Math.min(best, (now - begin) / (double) runs);
        }
        report(what, firstNanos, best, value);
    }

    /** A line: what, the first run in milliseconds, a later one in microseconds, and what it came to. */
    private static void report(String what, long firstNanos, double laterNanos, Object value) {
        System.out.printf(
                Locale.ROOT,
                "%s\t%.2f\t%.2f\t%d%n",
                what,
                firstNanos / 1e6,
                laterNanos / 1e3,
                ((Number) value).longValue());
    }
}
