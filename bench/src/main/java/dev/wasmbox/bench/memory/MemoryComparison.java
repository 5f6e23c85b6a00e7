package dev.wasmbox.bench.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the designs of a memory and prints tables: {@code bench/memory} says how.
 *
 * <p>Each design runs in processes of its own, round by round and in turn, since HotSpot compiles the same module
 * differently from one process to the next; a figure is the best of its rounds, and its spread goes over them.
 */
public final class MemoryComparison {

    private final List<String> folders;
    private final int rounds;
    private final int millisPerCase;

    /** Under kind and name, the numbers of all rounds. */
    private final Map<Design, Map<String, List<Long>>> measured = new EnumMap<>(Design.class);

    private final Map<String, Long> results = new HashMap<>();

    private MemoryComparison(List<String> folders, int rounds, int millisPerCase) {
        this.folders = folders;
        this.rounds = rounds;
        this.millisPerCase = millisPerCase;
    }

    /**
     * Runs it.
     *
     * @param arguments the folder of the guests, the module of the programs, the number of rounds, how many
     *     milliseconds each case is repeated for, and what to measure: compute, snapshot, or both
     * @throws IOException if a process cannot be started, or read
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MemoryComparison comparison = new MemoryComparison(
                List.of(arguments[0], arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        List<String> what = List.of(arguments).subList(4, arguments.length);
        comparison.measure(what);
        if (what.contains("compute")) {
            comparison.printCompute();
        }
        if (what.contains("snapshot")) {
            comparison.printSnapshots();
            comparison.printGuests();
        }
    }

    // Measuring.

    private void measure(List<String> what) throws IOException, InterruptedException {
        for (Design design : Design.TO_TAKE_SNAPSHOTS_OF) {
            run(design, "check");
        }
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            for (Design design : Design.values()) {
                if (what.contains("compute") && Design.TO_COMPUTE_WITH.contains(design)) {
                    run(design, "compute");
                }
                if (what.contains("snapshot") && Design.TO_TAKE_SNAPSHOTS_OF.contains(design)) {
                    run(design, "snapshot");
                }
            }
        }
    }

    private void run(Design design, String what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("-XX:-DontCompileHugeMethods", "-Xbatch"));
        // Without the pre-touch, a snapshot's new pages are paid for by the operating system's, five times over.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+AlwaysPreTouch", "-Xms1500m", "-Xmx1500m", "-Xmn512m"));
        command.addAll(design.options());
        command.addAll(List.of(Measurement.class.getName(), design.name(), what));
        command.addAll(folders);
        command.add(Integer.toString(millisPerCase));
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(design, line.split("\t", -1));
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("measuring " + design + " failed");
        }
    }

    private void take(Design design, String[] line) {
        long value = Long.parseLong(line[2]);
        if (line[0].equals("result")) {
            Long other = results.putIfAbsent(line[1], value);
            if (other != null && other != value) {
                throw new IllegalStateException(line[1] + " is another one with " + design);
            }
        } else {
            measured.computeIfAbsent(design, key -> new HashMap<>())
                    .computeIfAbsent(line[0] + line[1], key -> new ArrayList<>())
                    .add(value);
        }
    }

    private List<Long> all(Design design, String name) {
        return measured.getOrDefault(design, Map.of()).getOrDefault(name, List.of());
    }

    private long best(Design design, String name) {
        return Collections.min(all(design, name));
    }

    // Printing.

    private static void row(String first, List<Design> designs, Function<Design, String> cell) {
        System.out.println(designs.stream().map(cell).collect(Collectors.joining(" | ", "| " + first + " | ", " |")));
    }

    private static void heading(String sentence, String first, List<Design> designs) {
        System.out.println();
        System.out.println(sentence);
        System.out.println();
        row(first, designs, design -> design.title);
        System.out.println(
                "|---".repeat((int) first.chars().filter(c -> c == '|').count() + 1 + designs.size()) + "|");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void printCompute() {
        List<Design> designs = Design.TO_COMPUTE_WITH;
        heading(
                "Time of guests without snapshots, as a ratio of the flat memory's (in brackets, of the rounds' bests);"
                        + " for the flat memory, ms. The counter and the hash map get 1,000 messages.",
                "guest",
                designs);
        List<String> programs = Stream.concat(Measurement.PROGRAMS.stream(), Measurement.GUESTS.stream())
                .toList();
        for (String program : programs) {
            double flat = best(Design.FLAT, "time" + program);
            row(program, designs, design -> {
                double unit = design == Design.FLAT ? 1e6 : flat;
                List<Long> nanos = all(design, "time" + program);
                return format(
                        "%.2f (%.2f-%.2f)",
                        Collections.min(nanos) / unit, Collections.min(nanos) / unit, Collections.max(nanos) / unit);
            });
        }
        row(
                "geometric mean",
                designs,
                design -> format(
                        "%.2f",
                        Math.exp(programs.stream()
                                .mapToDouble(program -> Math.log(
                                        (double) best(design, "time" + program) / best(Design.FLAT, "time" + program)))
                                .average()
                                .orElseThrow())));
    }

    private void printSnapshots() {
        List<Design> designs = Design.TO_TAKE_SNAPSHOTS_OF;
        List<String> cases = new ArrayList<>();
        for (int megabytes : Measurement.MEGABYTES) {
            for (boolean sparse : new boolean[] {true, false}) {
                for (int touched : Measurement.TOUCHED) {
                    String name = Measurement.caseOf(megabytes, touched, sparse);
                    if (measured.getOrDefault(Design.FLAT, Map.of()).containsKey("time" + name)) {
                        cases.add(name);
                    }
                }
            }
        }
        heading(
                "Stores into so many pages of 4 KiB and the snapshot after them, us (best, and worst of the rounds'"
                        + " bests). In a sparse memory 15 of 16 pages are zero.",
                "memory | touched",
                designs);
        for (String name : cases) {
            row(name, designs, design -> {
                List<Long> nanos = all(design, "time" + name);
                return format("%.1f-%.1f", Collections.min(nanos) / 1e3, Collections.max(nanos) / 1e3);
            });
        }
        heading("What such a snapshot takes of the heap, KiB.", "memory | touched", designs);
        for (String name : cases) {
            row(name, designs, design -> format("%.1f", best(design, "space" + name) / 1024.0));
        }
    }

    private void printGuests() {
        List<Design> designs = Design.TO_TAKE_SNAPSHOTS_OF;
        heading(
                "A message to a guest, alone and with a snapshot after it, us; pages that were new.",
                "guest | ",
                designs);
        for (String guest : Measurement.GUESTS) {
            String name = guest + " | ";
            long bytes = best(Design.FLAT, "space" + name + "memory");
            for (String what : List.of("message", "and snapshot")) {
                row(name + what, designs, design -> {
                    List<Long> nanos = all(design, "time" + name + what);
                    return format("%.1f-%.1f", Collections.min(nanos) / 1e3, Collections.max(nanos) / 1e3);
                });
            }
            row(
                    name + "new pages of " + bytes / 1024 + " KiB",
                    designs,
                    design -> Long.toString(best(design, "space" + name + "new pages")));
        }
    }
}
