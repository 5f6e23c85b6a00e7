package dev.wasmbox.bench.sizes;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.GuestModule;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.WasmBox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Prints the table of sizes of docs/snapshot-format.md: for each guest in a folder, in bytes, what the whole of its memory is, and
 * what its snapshot is in every form. {@code bench/sizes} runs it.
 */
public final class SnapshotSizes {

    /** What a guest is sent, in turn. A guest that is not named here is only initialised. */
    private static final Map<String, IntFunction<String>> MESSAGES = Map.ofEntries(
            Map.entry("counter", i -> "up"),
            Map.entry("countersync", i -> "up"),
            Map.entry("original-counter", i -> "up"),
            Map.entry("echo", i -> "hello " + i),
            Map.entry("original-echo", i -> "hello " + i),
            Map.entry("random", i -> "number"),
            Map.entry("original-random", i -> "go"),
            Map.entry("hashmap", i -> "set key" + i + " " + i * i),
            Map.entry("tasks", i -> i % 2 == 0 ? "a text" + i : "b text" + i),
            Map.entry("finisher", i -> "text " + i),
            Map.entry("panicker", i -> "print line " + i));

    private static final int MESSAGE_COUNT = 100;

    private SnapshotSizes() {}

    public static void main(String[] folders) throws IOException {
        System.out.println(
                "| guest | messages | memory | its gzip | version 1 | pages, Deflate | whole | self-contained | delta from"
                        + " base | delta from the message before |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (String folder : folders) {
            List<Path> files;
            try (Stream<Path> paths = Files.list(Path.of(folder))) {
                files = paths.filter(path -> path.toString().endsWith(".wasm"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                System.out.println(row(file));
            }
        }
    }

    private static String row(Path file) throws IOException {
        String guest = file.getFileName().toString().replace(".wasm", "");
        GuestModule module = GuestModule.load(file);
        try (WasmBox<String, String> box = module.start(BoxOptions.strings().withLog((_, _) -> {}))) {
            IntFunction<String> messages = MESSAGES.get(guest);
            Snapshot before = box.snapshot();
            for (int i = 0; messages != null && i < MESSAGE_COUNT && box.state() == BoxState.READY; i++) {
                before = box.snapshot();
                box.send(messages.apply(i));
            }
            Snapshot snapshot = box.snapshot();
            long gzip = compressed(snapshot, GZIPOutputStream::new, false);
            long deflated = compressed(
                    snapshot, out -> new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION)), true);
            int previous = snapshot.equals(before) ? 0 : snapshot.toBytes(SnapshotForm.deltaFrom(before)).length;
            return "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %s |"
                    .formatted(
                            guest,
                            snapshot.messages(),
                            snapshot.memoryBytes(),
                            gzip,
                            versionOne(snapshot),
                            deflated,
                            snapshot.toBytes().length,
                            snapshot.toBytes(SnapshotForm.selfContained(module)).length,
                            snapshot.toBytes(SnapshotForm.deltaFromBase(module)).length,
                            previous == 0 ? "" : "%,d".formatted(previous));
        }
    }

    /** What the file of version 1 would be, which nothing writes any more. */
    private static long versionOne(Snapshot snapshot) {
        long size = 52 + 32 + 73 + 4L * 5;
        for (MemoryContents memory : snapshot.memories()) {
            size += 8 + memory.pagesInUse().count() * (4 + MemoryContents.PAGE_BYTES);
        }
        size += 17L * snapshot.globals().size();
        for (int[] table : snapshot.tables()) {
            size += 4 + 4L * table.length;
        }
        return size
                + 4L * snapshot.droppedDataSegments().cardinality()
                + 4L * snapshot.droppedElementSegments().cardinality();
    }

    /** Something that compresses what it passes on. */
    private interface Compression {
        OutputStream to(OutputStream out) throws IOException;
    }

    private static long compressed(Snapshot snapshot, Compression compression, boolean pagesInUseOnly)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.to(bytes)) {
            for (MemoryContents memory : snapshot.memories()) {
                IntStream pages = pagesInUseOnly ? memory.pagesInUse() : IntStream.range(0, memory.pageCount());
                pages.forEach(page -> {
                    try {
                        out.write(memory.read(page * MemoryContents.PAGE_BYTES, MemoryContents.PAGE_BYTES));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        return bytes.size();
    }
}
