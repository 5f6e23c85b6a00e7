package dev.wasmbox.bench.compute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Prints tables of what {@code bench/compute} measured, and writes it as lines of JSON. Fails if two engines, or two
 * rounds, had different results.
 *
 * <p>What was measured comes in lines of fields with tabs between: {@code about} with a name and a value;
 * {@code engine} with its name and a title; {@code skipped} with an engine and the reason; {@code time} with a round, an
 * engine, and what a {@link Harness} prints for a program.
 */
public final class ComputeReport {

    private static final String OURS = "wasmbox";

    /** The fields of each kind of line. */
    private static final Map<String, List<String>> FIELDS = Map.of(
            "about", List.of("kind", "name", "value"),
            "engine", List.of("kind", "engine", "title"),
            "skipped", List.of("kind", "engine", "reason"),
            "time", List.of("kind", "round", "engine", "program", "result", "best_nanos", "median_nanos", "runs"));

    private static final Set<String> NUMBERS = Set.of("round", "best_nanos", "median_nanos", "runs");

    private final Map<String, String> titles = new LinkedHashMap<>();
    private final Set<String> programs = new LinkedHashSet<>();
    private final Map<String, String> results = new LinkedHashMap<>();

    /** Under engine and program, the rounds' times, in milliseconds. */
    private final Map<String, List<Double>> bests = new LinkedHashMap<>();

    private final Map<String, List<Double>> medians = new LinkedHashMap<>();
    private int rounds;

    private ComputeReport() {}

    /**
     * Makes the report.
     *
     * @param arguments the file that was measured into, and the file for JSON
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        ComputeReport report = new ComputeReport();
        List<String> json = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]), UTF_8)) {
            String[] values = line.split("\t", -1);
            json.add(json(values));
            report.take(values);
        }
        Files.write(Path.of(arguments[1]), json, UTF_8);
        report.printTimes();
        report.titles.keySet().stream()
                .filter(engine -> engine.startsWith(OURS))
                .forEach(report::printRatios);
    }

    private static String json(String[] values) {
        List<String> fields = of(FIELDS, values[0]);
        List<String> members = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            String value = NUMBERS.contains(fields.get(i)) ? values[i] : quoted(values[i]);
            members.add(quoted(fields.get(i)) + ": " + value);
        }
        return members.stream().collect(joining(", ", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void take(String[] values) {
        switch (values[0]) {
            case "engine" -> titles.put(values[1], values[2]);
            case "time" -> {
                rounds = Math.max(rounds, Integer.parseInt(values[1]));
                String program = values[3];
                programs.add(program);
                String result = results.putIfAbsent(program, values[4]);
                if (result != null && !result.equals(values[4])) {
                    throw new IllegalStateException(
                            program + " is " + result + ", but " + values[4] + " in " + titles.get(values[2]));
                }
                String key = values[2] + program;
                bests.computeIfAbsent(key, absent -> new ArrayList<>()).add(Double.parseDouble(values[5]) / 1e6);
                medians.computeIfAbsent(key, absent -> new ArrayList<>()).add(Double.parseDouble(values[6]) / 1e6);
            }
            default -> {}
        }
    }

    private void printTimes() {
        System.out.println("Milliseconds of processor time: the best of all rounds, and the middle round's median.");
        System.out.println();
        heading("program", titles.keySet());
        for (String program : programs) {
            row(program, titles.keySet(), engine -> {
                List<Double> sorted = new ArrayList<>(of(medians, engine + program));
                Collections.sort(sorted);
                return format(
                        "%.1f, %.1f", Collections.min(of(bests, engine + program)), sorted.get(sorted.size() / 2));
            });
        }
    }

    private void printRatios(String ours) {
        List<String> peers =
                titles.keySet().stream().filter(engine -> !engine.equals(ours)).toList();
        System.out.println();
        System.out.println("The time of " + titles.get(ours)
                + " as a multiple of the others': of the bests, and in brackets from the"
                + " least to the most of the rounds.");
        System.out.println();
        heading("program", peers);
        for (String program : programs) {
            row(
                    program,
                    peers,
                    peer -> spread(best -> best.applyAsDouble(ours + program) / best.applyAsDouble(peer + program)));
        }
        row(
                "geometric mean",
                peers,
                peer -> spread(best -> geometricMean(programs.stream()
                        .mapToDouble(
                                program -> best.applyAsDouble(ours + program) / best.applyAsDouble(peer + program)))));
    }

    /** A ratio of the bests of all rounds, and its range over the rounds. */
    private String spread(Function<ToDoubleFunction<String>, Double> ratio) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            int round = i;
            ratios.add(ratio.apply(key -> of(bests, key).get(round)));
        }
        return format(
                "%.2f (%.2f-%.2f)",
                ratio.apply(key -> Collections.min(of(bests, key))), Collections.min(ratios), Collections.max(ratios));
    }

    private static <T> T of(Map<String, T> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static double geometricMean(DoubleStream values) {
        return Math.exp(values.map(Math::log).average().orElseThrow());
    }

    private void heading(String first, Iterable<String> engines) {
        row(first, engines, engine -> titles.getOrDefault(engine, engine));
        row("---", engines, engine -> "---");
    }

    private static void row(String first, Iterable<String> engines, Function<String, String> cell) {
        StringBuilder line = new StringBuilder("| " + first + " |");
        engines.forEach(engine -> line.append(' ').append(cell.apply(engine)).append(" |"));
        System.out.println(line);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
