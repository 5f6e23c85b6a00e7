package dev.wasmbox.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasmbox.bench.report.Plot.Vertical;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a page of what {@code bench/run} measured: tables, plots, and how it compares with what was to be reached. */
public final class Report {

    private static final String OURS = "wasmbox";

    /** The operations as a table has them, and how {@link dev.wasmbox.bench.boxes.Measurement} calls them. */
    private static final Map<String, String> OPERATIONS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("message", "a message and its answer");
        OPERATIONS.put("start", "a new box");
        OPERATIONS.put("start+message", "a new box and its first answer");
        OPERATIONS.put("life", "the same, and its end");
        OPERATIONS.put("snapshot", "a snapshot, after a message");
        OPERATIONS.put("restore", "a restore, of a message ago");
        OPERATIONS.put("fork", "a fork");
        OPERATIONS.put("fork+message", "a fork and its first answer");
        OPERATIONS.put("fork, kept", "a fork, where 200 are kept");
        OPERATIONS.put("file", "a snapshot as a file");
        OPERATIONS.put("wake", "a box from a file");
    }

    private static final List<String> PLOTTED = List.of("life", "fork", "restore", "snapshot", "message");

    /** The operations of {@code bench/original}, which has others, as we call them. */
    private static final Map<String, String> ORIGINAL_OPERATIONS = Map.of(
            "start of a compiled module", "start",
            "snapshot to bytes", "file",
            "restore from bytes", "wake");

    private final Results about;
    private final Results compute;
    private final Results boxes;
    private final Results original;
    private final Results many;
    private final Results startup;
    private final Path sizes;
    private final Page page;
    private final Goals goals = new Goals();
    private final Map<String, String> titles = new LinkedHashMap<>();

    private Report(Path folder, Path file, Path plots) throws IOException {
        about = Results.read(folder.resolve("about.json"));
        compute = Results.read(folder.resolve("compute.json"));
        original = Results.read(folder.resolve("original.json"));
        boxes = Results.read(folder.resolve("boxes.json"))
                .and(original.with(Map.of("kind", "time")).map(Report::asOfBoxes));
        many = Results.read(folder.resolve("many.json"));
        startup = Results.read(folder.resolve("startup.json"));
        sizes = folder.resolve("sizes.md");
        page = new Page(file, plots);
        for (JsonNode engine : about.with(Map.of("kind", "engine")).lines()) {
            titles.put(engine.path("engine").asText(), engine.path("title").asText());
        }
        for (JsonNode engine : compute.with(Map.of("kind", "engine")).lines()) {
            titles.putIfAbsent(
                    engine.path("engine").asText(), engine.path("title").asText());
        }
    }

    /** A line of {@code bench/original}, which measures its own counter, as one of {@code bench/boxes}. */
    private static ObjectNode asOfBoxes(ObjectNode line) {
        String operation = line.path("operation").asText();
        line.put("operation", ORIGINAL_OPERATIONS.getOrDefault(operation, operation));
        return line.put("guest", "counter").put("threads", 1);
    }

    /**
     * Makes the page, and prints it.
     *
     * @param arguments the folder with the results, the page's file, and the folder for its plots
     * @throws IOException if a file cannot be read or written
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Report report = new Report(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        report.write();
        System.out.println(report.page);
    }

    private void write() throws IOException, InterruptedException {
        page.title("Performance");
        page.paragraph(
                """
                Made by `bench/run`, which measures all of this again. Every figure is the median of a process, of which
                there was one in each round; where there were several rounds it is the median of these, with the least and
                the most behind it. Figures of different runs do not compare; ratios do, roughly.
                """);
        page.table(
                List.of("", ""),
                about.with(Map.of("kind", "about")).lines().stream()
                        .map(line -> List.of(
                                line.path("name").asText(), line.path("value").asText()))
                        .toList());
        setGoals();
        page.heading("What was to be reached");
        page.paragraph(
                goals.missed() == 0
                        ? "None of these was missed."
                        : "Of these, " + goals.missed() + " of " + goals.rows().size() + " were missed.");
        page.table(List.of("", "goal", "here", ""), goals.rows());
        writeSkipped();
        writeCompute();
        writeBoxes();
        writeScaling();
        writeMany();
        writeStartup();
        if (Files.exists(sizes)) {
            page.heading("Sizes of snapshots");
            page.paragraph("In bytes, after the messages; [what the columns mean](snapshot-format.md).");
            page.paragraph(Files.readString(sizes));
        }
        page.write();
    }

    private void setGoals() {
        goals.atLeast(
                2, "computing, against Endive as it comes: how many times as fast", speed("endive"), Figure::times);
        goals.atLeast(1, "the same, of the program that gains least", slowest(), Figure::times);
        goals.atMost(
                1.3, "computing: the time as a multiple of V8's", speed("node").map(Report::inverse), Figure::times);
        goals.atMost(250, "a counter's message and answer", ours("counter", "message", 1), Figure::nanos);
        for (String operation : List.of("start", "fork", "restore")) {
            goals.atMost(10_000, OPERATIONS.get(operation) + ", counter", ours("counter", operation, 1), Figure::nanos);
            goals.atMost(
                    50_000, OPERATIONS.get(operation) + ", 20 MB", ours("pages", operation, 20 << 20), Figure::nanos);
        }
        goals.atMost(20_000, "a snapshot after a message, counter", ours("counter", "snapshot", 1), Figure::nanos);
        goals.atMost(
                1_000_000, "a snapshot after a message, 64 MB", ours("pages", "snapshot", 64 << 20), Figure::nanos);
        Results hundredThousand = many.with(Map.of("engine", OURS, "boxes", 100_000));
        goals.atMost(2e9, "100,000 counters: used of the heap", hundredThousand.figure("used_bytes"), Figure::bytes);
        goals.atMost(2e9, "the same: the process", hundredThousand.figure("process_bytes"), Figure::bytes);
        goals.atLeast(
                100_000,
                "the same: messages a second at random, on one thread",
                hundredThousand.with(Map.of("pattern", "random", "threads", 1)).figure("messages_per_second"),
                Figure::count);
        goals.atMost(5e8, "from the shell to the first answer, counter", started("counter", "code+aot"), Figure::nanos);
        goals.atMost(8e8, "from the shell to the first answer, QuickJS", started("quickjs", "code+aot"), Figure::nanos);
        goals.atMost(8e8, "the same, wasmbox js", started("js", "code+aot"), Figure::nanos);
    }

    private void writeSkipped() {
        List<String> lines = Stream.of(compute, boxes, original, many)
                .flatMap(results -> results.with(Map.of("kind", "skipped")).lines().stream())
                .map(line -> "- " + title(line.path("engine").asText()) + ": "
                        + line.path("reason").asText())
                .distinct()
                .toList();
        if (!lines.isEmpty()) {
            page.paragraph("Left out were:");
            page.paragraph(String.join("\n", lines));
        }
    }

    private String title(String engine) {
        return titles.getOrDefault(engine, engine);
    }

    /** Its title, without the versions of what it is made of. */
    private String name(String engine) {
        return title(engine).replaceFirst(" \\(.*", "");
    }

    // Computing.

    private List<Double> computing(String engine, String program) {
        return compute.with(Map.of("kind", "time", "engine", engine, "program", program))
                .values("best_nanos");
    }

    private List<String> programs() {
        return compute.with(Map.of("kind", "time")).names("program");
    }

    /** How many times as fast as a peer we are, over all programs. */
    private Optional<Figure> speed(String peer) {
        List<List<Double>> ratios = new ArrayList<>();
        for (String program : programs()) {
            List<Double> theirs = computing(peer, program);
            List<Double> ours = computing(OURS, program);
            if (theirs.isEmpty() || theirs.size() != ours.size()) {
                return Optional.empty();
            }
            for (int round = 0; round < ours.size(); round++) {
                if (ratios.size() == round) {
                    ratios.add(new ArrayList<>());
                }
                ratios.get(round).add(theirs.get(round) / ours.get(round));
            }
        }
        return ratios.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Figure.of(ratios.stream().map(Report::geometricMean).toList()));
    }

    private Optional<Figure> slowest() {
        return programs().stream()
                .filter(program -> !computing("endive", program).isEmpty())
                .map(program -> Figure.ratio(computing("endive", program), computing(OURS, program)))
                .min(Comparator.comparingDouble(Figure::middle));
    }

    private static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }

    private static Figure inverse(Figure figure) {
        return new Figure(1 / figure.most(), 1 / figure.middle(), 1 / figure.least());
    }

    private void writeCompute() {
        if (compute.isEmpty()) {
            return;
        }
        List<String> engines = compute.with(Map.of("kind", "time")).names("engine");
        page.heading("Computing");
        page.paragraph(
                """
                Ten programs in one module: a round's best time in WasmBox, and how many times as long the others take.
                `bench/compute` prints more.
                """);
        List<String> peers =
                engines.stream().filter(engine -> !engine.equals(OURS)).toList();
        List<List<String>> rows = new ArrayList<>();
        for (String program : programs()) {
            List<String> row = new ArrayList<>(
                    List.of(program, Figure.of(computing(OURS, program)).text(Figure::nanos)));
            for (String peer : peers) {
                row.add(Figure.ratio(computing(peer, program), computing(OURS, program))
                        .text(Figure::times));
            }
            rows.add(row);
        }
        List<String> means = new ArrayList<>(List.of("geometric mean", ""));
        peers.forEach(peer ->
                means.add(speed(peer).map(figure -> figure.text(Figure::times)).orElse("")));
        rows.add(means);
        page.table(headed(List.of("program", title(OURS)), peers), rows);
    }

    private List<String> headed(List<String> first, List<String> engines) {
        return Stream.concat(first.stream(), engines.stream().map(this::title)).toList();
    }

    // Boxes.

    private Results measured(String engine, String guest, String operation) {
        return boxes.with(Map.of("kind", "time", "engine", engine, "guest", guest, "operation", operation));
    }

    /** Ours, on one thread, where a message changes one page at most. */
    private Optional<Figure> ours(String guest, String operation, int memoryBytes) {
        return figure(OURS, guest, operation, memoryBytes);
    }

    private Optional<Figure> figure(String engine, String guest, String operation, int memoryBytes) {
        return times(engine, guest, operation, memoryBytes).figure("median_nanos");
    }

    private Results times(String engine, String guest, String operation, int memoryBytes) {
        Results all = measured(engine, guest, operation).with(Map.of("threads", 1));
        return guest.equals("pages") ? all.with(Map.of("memory_bytes", memoryBytes, "pages", 1)) : all;
    }

    private void writeBoxes() {
        if (boxes.isEmpty()) {
            return;
        }
        page.heading("Messages and boxes");
        page.paragraph(
                """
                One thread. In Endive, GraalWasm and V8 a box is an instance, and a state is a copy of its memory: they have
                nothing else. A box of theirs ends when it is collected, which the times of new boxes contain. Where a box is
                in a pool, two can be awake; a fork there makes room for itself by putting another to rest. The original is
                measured with a counter of its own, for a longer time and once; its snapshot is not one after a message, and
                its new box is an engine and a module of its own.
                """);
        writeOperations("The counter, with a memory of 1.1 MB", "counter", 0);
        for (int megabytes : List.of(20, 64)) {
            writeOperations(
                    "A guest with " + megabytes
                            + " MB, something in each page of it, of which a message changes one page",
                    "pages",
                    megabytes << 20);
        }
    }

    private void writeOperations(String title, String guest, int memoryBytes) {
        List<String> engines = boxes.with(Map.of("kind", "time", "guest", guest)).names("engine").stream()
                .filter(engine -> OPERATIONS.keySet().stream()
                        .anyMatch(operation ->
                                figure(engine, guest, operation, memoryBytes).isPresent()))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        OPERATIONS.forEach((operation, words) -> {
            List<String> row = new ArrayList<>(List.of(words));
            for (String engine : engines) {
                Results theirs = times(engine, guest, operation, memoryBytes);
                Results ours = times(OURS, guest, operation, memoryBytes);
                String cell = theirs.figure("median_nanos")
                        .map(figure -> figure.text(Figure::nanos))
                        .orElse("");
                if (!engine.startsWith(OURS) && !cell.isEmpty() && !ours.isEmpty()) {
                    cell += "<br>"
                            + Figure.ratio(theirs.values("median_nanos"), ours.values("median_nanos"))
                                    .text(Figure::times);
                }
                row.add(cell);
            }
            if (row.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
                rows.add(row);
            }
        });
        if (!rows.isEmpty()) {
            page.paragraph(title + ", and how many times as long as in WasmBox it takes elsewhere:");
            page.table(headed(List.of(""), engines), rows);
        }
    }

    // How costs grow.

    private void writeScaling() throws IOException, InterruptedException {
        if (boxes.isEmpty()) {
            return;
        }
        page.heading("How costs grow");
        Plot memory = new Plot("What a box costs", "memory of the guest", "B", Vertical.SECONDS, true);
        for (String operation : PLOTTED) {
            addSizes(memory, curve(operation), OURS, operation);
        }
        addSizes(memory, "Endive: restore", "endive", "restore");
        addSizes(memory, "Node: restore", "node", "restore");
        page.plot("memory", memory);
        page.paragraph("Each message changes one page of 4,096 bytes.");

        Plot touched = new Plot(
                "What a box of 64 MB costs", "pages of 4,096 bytes that a message changes", "", Vertical.SECONDS, true);
        for (String operation : PLOTTED) {
            Results lines = measured(OURS, "pages", operation).with(Map.of("memory_bytes", 64 << 20));
            addCurve(touched, curve(operation), lines, "pages");
        }
        page.plot("pages", touched);

        Plot messages = new Plot("A message and its echo", "length of the message", "B", Vertical.SECONDS, true);
        for (String engine : boxes.with(Map.of("guest", "echo")).names("engine")) {
            addCurve(messages, name(engine), measured(engine, "echo", "message"), "message_bytes");
        }
        page.plot("messages", messages);
    }

    private static String curve(String operation) {
        return operation.equals("life") ? "new box, answer, end" : operation;
    }

    private void addSizes(Plot plot, String curve, String engine, String operation) {
        addCurve(plot, curve, measured(engine, "pages", operation).with(Map.of("pages", 1)), "memory_bytes");
    }

    /** In seconds, for which plots have prefixes. */
    private static void addCurve(Plot plot, String curve, Results lines, String horizontal) {
        for (String x : lines.names(horizontal)) {
            Figure nanos =
                    lines.with(Map.of(horizontal, x)).figure("median_nanos").orElseThrow();
            plot.add(
                    curve,
                    Double.parseDouble(x),
                    new Figure(nanos.least() / 1e9, nanos.middle() / 1e9, nanos.most() / 1e9));
        }
    }

    // Many boxes.

    private void writeMany() throws IOException, InterruptedException {
        if (many.isEmpty()) {
            return;
        }
        page.heading("Many boxes");
        page.paragraph(
                """
                Counters in one pool of which 64 may be awake, in a heap of 2 GB. Messages go to any of them at random, or nine
                in ten to a tenth or a hundredth of them. Every answer is held against what the box was sent before. Bytes are
                those of the heap after a collection, less what it held before there was a box.
                """);
        Results ours = many.with(Map.of("engine", OURS));
        Results throughput = ours.with(Map.of("kind", "throughput"));
        List<String> patterns = throughput.names("pattern");
        List<String> heading = new ArrayList<>(List.of("boxes", "bytes per box", "at rest"));
        for (String pattern : patterns) {
            heading.add(pattern + ", messages/s");
            heading.add("on two threads");
        }
        List<List<String>> rows = new ArrayList<>();
        for (String count : ours.names("boxes")) {
            Results here = ours.with(Map.of("boxes", count));
            List<String> row = new ArrayList<>();
            row.add(Figure.count(Double.parseDouble(count)));
            row.add(here.figure("bytes_per_box")
                    .filter(figure -> figure.least() > 0)
                    .map(figure -> figure.text(Figure::bytes))
                    .orElse("")); // else too few to be found in the heap
            row.add(resting(here));
            for (String pattern : patterns) {
                for (int threads = 1; threads <= 2; threads++) {
                    row.add(here.with(Map.of("pattern", pattern, "threads", threads))
                            .figure("messages_per_second")
                            .map(figure -> figure.text(Figure::count))
                            .orElse(""));
                }
            }
            rows.add(row);
        }
        page.table(heading, rows);

        Plot bytes = new Plot("What each of many counters takes", "counters", "", Vertical.BYTES, true);
        Plot speed = new Plot("Messages a second to many counters", "counters", "", Vertical.NUMBER, true);
        for (String engine : many.names("engine")) {
            for (JsonNode line :
                    many.with(Map.of("engine", engine, "kind", "memory")).lines()) {
                double value = line.path("bytes_per_box").asDouble();
                bytes.add(name(engine), line.path("boxes").asDouble(), new Figure(value, value, value));
            }
            for (String pattern : patterns) {
                for (int threads = 1; threads <= 2; threads++) {
                    if (engine.equals(OURS)
                            ? !pattern.startsWith("hot 10")
                            : pattern.equals("random") && threads == 1) {
                        String curve = name(engine) + ": " + pattern + (threads == 1 ? "" : ", 2 threads");
                        addThroughput(speed, curve, engine, pattern, threads);
                    }
                }
            }
        }
        page.plot("boxes-bytes", bytes);
        page.plot("boxes-speed", speed);
        writeThreads(throughput);
    }

    private static String resting(Results lines) {
        return lines.with(Map.of("kind", "memory")).lines().stream()
                .map(line -> {
                    long resting = line.path("boxes").asLong()
                            - line.path("resident_boxes").asLong();
                    return resting == 0
                            ? ""
                            : Figure.bytes(line.path("resting_bytes").asDouble() / resting) + " each";
                })
                .collect(Collectors.joining());
    }

    private void addThroughput(Plot plot, String curve, String engine, String pattern, int threads) {
        Results lines = many.with(Map.of("engine", engine, "pattern", pattern, "threads", threads));
        for (String count : lines.names("boxes")) {
            plot.add(
                    curve,
                    Double.parseDouble(count),
                    lines.with(Map.of("boxes", count))
                            .figure("messages_per_second")
                            .orElseThrow());
        }
    }

    private void writeThreads(Results throughput) throws IOException, InterruptedException {
        Plot threads = new Plot("Work done, as a multiple of one thread''s", "threads", "", Vertical.NUMBER, false);
        for (String operation : List.of("message", "life")) {
            Results lines = measured(OURS, "counter", operation);
            List<Double> one = lines.with(Map.of("threads", 1)).values("median_nanos");
            List<Double> two = lines.with(Map.of("threads", 2)).values("median_nanos");
            if (!one.isEmpty() && !two.isEmpty()) {
                addSpeedUp(threads, "a counter: " + curve(operation), Figure.ratio(one, two));
            }
        }
        Optional<String> most = throughput.names("boxes").stream().max(Comparator.comparingInt(Integer::parseInt));
        for (String pattern : throughput.names("pattern")) {
            Results lines = throughput.with(Map.of("boxes", most.orElseThrow(), "pattern", pattern));
            List<Double> one = lines.with(Map.of("threads", 1)).values("messages_per_second");
            List<Double> two = lines.with(Map.of("threads", 2)).values("messages_per_second");
            if (!one.isEmpty() && !two.isEmpty()) {
                String count = Figure.count(Double.parseDouble(most.orElseThrow()));
                addSpeedUp(threads, count + " boxes: " + pattern, Figure.ratio(two, one));
            }
        }
        page.plot("threads", threads);
    }

    private static void addSpeedUp(Plot plot, String curve, Figure speedUp) {
        plot.add(curve, 1, new Figure(1, 1, 1));
        plot.add(curve, 2, speedUp);
    }

    // Start-up.

    private Optional<Figure> started(String guest, String start) {
        return startup.with(Map.of("guest", guest, "start", start))
                .figure("values")
                .map(millis -> new Figure(millis.least() * 1e6, millis.middle() * 1e6, millis.most() * 1e6));
    }

    private void writeStartup() {
        if (startup.isEmpty()) {
            return;
        }
        page.heading("Start-up");
        page.paragraph(
                """
                From the shell to the first answer, by what there is already from earlier starts: the guest's compiled code, and
                Java's AOT cache of the command line.
                """);
        Map<String, String> starts = new LinkedHashMap<>();
        starts.put("nothing", "nothing");
        starts.put("code", "compiled code");
        starts.put("aot", "AOT cache");
        starts.put("code+aot", "both");
        starts.put("node", title("node"));
        List<List<String>> rows = new ArrayList<>();
        Map<String, String> guests = new LinkedHashMap<>();
        guests.put("counter", "counter");
        guests.put("quickjs", "QuickJS, 600 KB");
        guests.put("js", "wasmbox js");
        guests.put("python", "wasmbox python");
        guests.forEach((guest, shown) -> {
            List<String> row = new ArrayList<>(List.of(shown));
            starts.keySet()
                    .forEach(start -> row.add(started(guest, start)
                            .map(figure -> figure.text(Figure::nanos))
                            .orElse("")));
            if (row.stream().anyMatch(cell -> cell.endsWith(")"))) {
                rows.add(row);
            }
        });
        page.table(Stream.concat(Stream.of(""), starts.values().stream()).toList(), rows);
        started("java", "hello")
                .ifPresent(figure ->
                        page.paragraph("Java's own hello world takes " + figure.text(Figure::nanos) + " here."));
    }
}
