package dev.wasmbox.cli;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import dev.wasmbox.inspect.EntropyChange;
import dev.wasmbox.inspect.GlobalChange;
import dev.wasmbox.inspect.MemoryChange;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.Region;
import dev.wasmbox.inspect.RegionChange;
import dev.wasmbox.inspect.SnapshotDiff;
import dev.wasmbox.inspect.TableChange;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox diff}: what changed from one snapshot to another. */
@Command(
        name = "diff",
        description = {
            "Tell what changed from one snapshot to another.",
            "",
            "That is clock, entropy, counts, globals, tables and memory, of which each row of sixteen bytes is shown as it "
                    + "was and as it is. The files may have any form; what counts is the states."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox diff one.bin two.bin --module counter.wasm",
            "  wasmbox diff one.bin two.bin --summary",
            "  wasmbox diff one.bin two.bin --exit-code --summary >/dev/null || echo they differ",
            "",
            "Exit codes: 0 done, whether they differ or not; 1 a file could not be read; 4 with --exit-code: they differ."
        })
final class DiffCommand implements Callable<Integer> {

    private static final int ROWS = 16;
    private static final int ELEMENTS = 16;

    private final Console console;

    @Parameters(index = "0", paramLabel = "A", description = "The one snapshot.")
    private Path one = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The other snapshot.")
    private Path other = Path.of("");

    @Option(names = "--summary", description = "Leave out the bytes.")
    private boolean summary;

    @Option(names = "--all", description = "Show all bytes and elements, not only the first " + ROWS + " rows.")
    private boolean all;

    @Option(names = "--exit-code", description = "End with exit code 4 if the two differ.")
    private boolean exitCode;

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    private Style style = Style.PLAIN;

    DiffCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (summary && all) {
            throw Failure.usage("--summary leaves out what --all shows; give one of them.");
        }
        SnapshotOptions.Opened before = options.open(console, one);
        SnapshotOptions.Opened after = options.open(console, other);
        ModuleLayout layout = after.layout().isKnown() ? after.layout() : before.layout();
        SnapshotDiff diff = SnapshotDiff.between(before.snapshot(), after.snapshot());
        if (json) {
            console.out().println(json(diff, layout));
        } else {
            style = Style.of(console.environment().colours(console.environment().terminalOut()));
            print(diff, layout);
        }
        return exitCode && !diff.isEmpty() ? ExitCode.NO : ExitCode.OK;
    }

    // For people.

    private void print(SnapshotDiff diff, ModuleLayout layout) {
        if (diff.isEmpty()) {
            console.out().println("The two are equal: " + diff.after().digest());
            return;
        }
        Snapshot before = diff.before();
        Snapshot after = diff.after();
        if (!diff.sameModule()) {
            row("module", before.moduleDigest() + " -> " + after.moduleDigest());
        }
        if (!diff.clock().isZero()) {
            row("clock", before.clock() + " -> " + after.clock());
        }
        if (!diff.uptime().isZero()) {
            row("uptime", Text.duration(before.uptime()) + " -> " + Text.duration(after.uptime()));
        }
        if (diff.messages() != 0) {
            row("messages", before.messages() + " -> " + after.messages());
        }
        if (diff.outputs() != 0) {
            row("outputs", before.outputs() + " -> " + after.outputs());
        }
        if (diff.finished()) {
            row("finished", yes(before.finished()) + " -> " + yes(after.finished()));
        }
        EntropyChange entropy = diff.entropy();
        switch (entropy.kind()) {
            case SAME -> {}
            case ADVANCED, REWOUND ->
                row(
                        "entropy",
                        Text.signed(entropy.positionAfter() - entropy.positionBefore()) + " bytes of the same seed");
            case RESEEDED -> row("entropy", "another seed");
        }
        for (GlobalChange global : diff.globals()) {
            row(
                    "global " + Text.global(layout, global.index()),
                    value(layout, global.before()) + " -> " + value(layout, global.after()));
        }
        diff.tables().forEach(table -> print(table, layout));
        printDropped("data segments", diff.droppedDataSegments());
        printDropped("element segments", diff.droppedElementSegments());
        diff.memories().forEach(memory -> print(memory, diff, layout));
        if (diff.memories().isEmpty()) {
            row("memory", "as it was");
        } else if (!summary) {
            rows(diff, layout);
        }
    }

    private void row(String label, String text) {
        PrintStream out = console.out();
        out.println(style.faint(label + " ".repeat(Math.max(1, 10 - label.length()))) + text);
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String value(ModuleLayout layout, @Nullable GlobalContents global) {
        return global == null ? "none" : Text.value(layout, global);
    }

    private void printDropped(String what, BitSet segments) {
        if (!segments.isEmpty()) {
            row("dropped", what + " " + segments);
        }
    }

    private void print(TableChange table, ModuleLayout layout) {
        row(
                "table " + table.table(),
                (table.sizeBefore() == table.sizeAfter()
                                ? ""
                                : table.sizeBefore() + " -> " + table.sizeAfter() + " elements, ")
                        + table.elements().size() + " changed");
        if (summary) {
            return;
        }
        int most = all ? Integer.MAX_VALUE : ELEMENTS;
        table.elements().stream().limit(most).forEach(element -> console.out()
                .println("  " + element.index() + ": " + name(layout, element.before()) + " -> "
                        + name(layout, element.after())));
        if (table.elements().size() > most) {
            console.out().println("  ... " + (table.elements().size() - most) + " more; --all shows them");
        }
    }

    private static String name(ModuleLayout layout, int function) {
        return Style.harmless(layout.functionName(function));
    }

    private void print(MemoryChange memory, SnapshotDiff diff, ModuleLayout layout) {
        boolean several = Math.max(
                        diff.before().memories().size(), diff.after().memories().size())
                > 1;
        String grown = memory.bytesBefore() == memory.bytesAfter()
                ? ""
                : Sizes.text(memory.bytesBefore()) + " -> " + Sizes.text(memory.bytesAfter()) + ", ";
        row(
                several ? "memory " + memory.memory() : "memory",
                grown + Text.plural(memory.changedBytes(), "byte") + " in "
                        + Text.plural(memory.pages().count(), "page") + " of "
                        + pages(memory.bytesAfter()));
        if (layout.isKnown()) {
            for (RegionChange change : memory.byRegion(layout.regions(memory.memory(), memory.bytesAfter()))) {
                row(
                        "  " + change.region().kind().label(),
                        Text.plural(change.changedBytes(), "byte") + " in "
                                + Text.plural(change.changedPages(), "page"));
            }
        }
    }

    private static int pages(int bytes) {
        return (int) (((long) bytes + MemoryContents.PAGE_BYTES - 1) / MemoryContents.PAGE_BYTES);
    }

    private void rows(SnapshotDiff diff, ModuleLayout layout) {
        HexRows rows = new HexRows(console.out(), style, layout, all ? Integer.MAX_VALUE : ROWS);
        boolean several = diff.memories().size() > 1;
        for (MemoryChange memory : diff.memories()) {
            console.out().println();
            if (several) {
                console.out().println("memory " + memory.memory());
            }
            rows.print(memory);
        }
        if (rows.leftOut() > 0) {
            console.out().println("... " + Text.plural(rows.leftOut(), "more row") + "; --all shows them");
        }
    }

    // For programs.

    private Json json(SnapshotDiff diff, ModuleLayout layout) {
        EntropyChange entropy = diff.entropy();
        Json result = Json.ofType("diff")
                .with("equal", diff.isEmpty())
                .with("sameModule", diff.sameModule())
                .with("before", side(one, diff.before()))
                .with("after", side(other, diff.after()))
                .with("clockNanos", nanos(diff.clock()))
                .with("uptimeNanos", nanos(diff.uptime()))
                .with("messages", diff.messages())
                .with("outputs", diff.outputs())
                .with("finished", diff.finished())
                .with("entropy", entropy.kind().name().toLowerCase(Locale.ROOT))
                .with("entropyBytes", entropy.positionAfter() - entropy.positionBefore())
                .with(
                        "memories",
                        diff.memories().stream()
                                .map(memory -> object(memory, layout))
                                .toList())
                .with(
                        "globals",
                        diff.globals().stream()
                                .map(global -> object(global, layout))
                                .toList())
                .with(
                        "tables",
                        diff.tables().stream()
                                .map(table -> object(table, layout))
                                .toList())
                .with(
                        "droppedDataSegments",
                        diff.droppedDataSegments().stream().boxed().toList())
                .with(
                        "droppedElementSegments",
                        diff.droppedElementSegments().stream().boxed().toList());
        return result;
    }

    private static Number nanos(java.time.Duration duration) {
        return java.math.BigInteger.valueOf(duration.getSeconds())
                .multiply(java.math.BigInteger.valueOf(1_000_000_000))
                .add(java.math.BigInteger.valueOf(duration.getNano()));
    }

    private static Map<String, Object> side(Path file, Snapshot snapshot) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file.toString());
        object.put("digest", snapshot.digest());
        object.put("messages", snapshot.messages());
        return object;
    }

    private Map<String, Object> object(MemoryChange memory, ModuleLayout layout) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("memory", memory.memory());
        object.put("bytesBefore", memory.bytesBefore());
        object.put("bytesAfter", memory.bytesAfter());
        object.put("changedBytes", memory.changedBytes());
        object.put("changedPages", memory.pages().count());
        List<Object> regions = new ArrayList<>();
        for (RegionChange change : memory.byRegion(layout.regions(memory.memory(), memory.bytesAfter()))) {
            Region region = change.region();
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("region", region.kind().label());
            part.put("start", region.start());
            part.put("end", region.end());
            part.put("changedBytes", change.changedBytes());
            part.put("changedPages", change.changedPages());
            regions.add(part);
        }
        object.put("regions", regions);
        if (!summary) {
            object.put(
                    "ranges",
                    memory.ranges()
                            .map(range -> {
                                Map<String, Object> part = new LinkedHashMap<>();
                                part.put("address", range.address());
                                part.put("before", HexFormat.of().formatHex(memory.before(range)));
                                part.put("after", HexFormat.of().formatHex(memory.after(range)));
                                return part;
                            })
                            .toList());
        }
        return object;
    }

    private static Map<String, @Nullable Object> object(GlobalChange global, ModuleLayout layout) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("global", global.index());
        object.put("name", layout.globalName(global.index()));
        object.put("before", global.before() == null ? null : Text.value(layout, global.before()));
        object.put("after", global.after() == null ? null : Text.value(layout, global.after()));
        return object;
    }

    private Map<String, Object> object(TableChange table, ModuleLayout layout) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("table", table.table());
        object.put("sizeBefore", table.sizeBefore());
        object.put("sizeAfter", table.sizeAfter());
        object.put("changedElements", table.elements().size());
        if (!summary) {
            List<Object> elements = new ArrayList<>();
            for (TableChange.Element element : table.elements()) {
                Map<String, Object> part = new LinkedHashMap<>();
                part.put("element", element.index());
                part.put("before", layout.functionName(element.before()));
                part.put("after", layout.functionName(element.after()));
                elements.add(part);
            }
            object.put("elements", elements);
        }
        return object;
    }
}
