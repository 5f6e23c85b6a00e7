package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that write snapshots and are killed at any moment: what they leave is whole, and in nobody's way. What a
 * machine leaves whose power fails is {@code AtomicFileTest}'s subject.
 */
class SnapshotCrashTest {

    private static final int CRASHES = 5;

    /** Large, so that a file stays half written for a while: its state takes 1.5 MB, which cannot be compressed. */
    private static final String GUEST = Wat.guest(
            """
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 25)
            (func (export "wasmbox_send") (param i32 i32)
              (drop (call $random (i32.const 4096) (i32.const 1500000))))
            """);

    @TempDir
    private Path folder = Path.of("");

    private final GuestModule module = Wat.load(GUEST, Engine.INTERPRETED);
    private final Random random = new Random();

    /** The same program in another process: a folder, what to do with its file, and what to do it with. */
    static final class Writer {
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            List<Snapshot> snapshots =
                    List.of(Snapshot.read(folder.resolve("one")), Snapshot.read(folder.resolve("two")));
            for (int i = 0; ; i++) {
                Snapshot snapshot = snapshots.get(i % 2);
                switch (args[1]) {
                    case "replace" -> snapshot.replace(folder.resolve("state"));
                    case "write" -> snapshot.write(folder.resolve("state-" + args[2] + "-" + i));
                    default -> throw new IllegalArgumentException(args[1]);
                }
                System.out.write(1);
                System.out.flush();
            }
        }
    }

    /** Kills a writer in the middle of what it does, and returns how many writes it has reported. */
    private int crash(String... args) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        ProcessHandle.current().info().command().orElseThrow(),
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Writer.class.getName(),
                                        folder.toString()),
                                Stream.of(args))
                        .toList())
                .redirectError(Redirect.INHERIT)
                .start();
        try (InputStream reports = process.getInputStream()) {
            int awaited = random.nextInt(2);
            assertThat(reports.readNBytes(awaited))
                    .as("the writer's reports, whose errors are above")
                    .hasSize(awaited);
            awaitAChange(process);
            spin(random.nextInt(3_000_000));
            process.toHandle().destroyForcibly(); // unlike the process's own method, it leaves us the reports
            process.waitFor();
            return awaited + reports.readAllBytes().length;
        }
    }

    /** Returns as soon as a file comes, goes or changes: that is when a writer is not just computing. */
    private void awaitAChange(Process process) throws IOException {
        Set<String> before = sight();
        while (before.equals(sight())) {
            assertThat(process.isAlive())
                    .as("the writer, whose errors are above")
                    .isTrue();
        }
    }

    private Set<String> sight() throws IOException {
        Set<String> sight = new HashSet<>();
        for (Path file : files("")) {
            try {
                sight.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            } catch (NoSuchFileException e) {
                sight.add(file + " has gone");
            }
        }
        return sight;
    }

    /** Passes some time, so that not all writers are killed at the same place; how much of it does not matter. */
    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private Snapshot snapshot(WasmBox<byte[], byte[]> box, String name) throws IOException {
        box.send(new byte[0]);
        Snapshot snapshot = box.snapshot();
        snapshot.write(folder.resolve(name));
        return snapshot;
    }

    private List<Path> files(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    @Test
    void aKilledWriterLeavesTheOldFileOrTheNewOne() throws Exception {
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            List<Snapshot> snapshots = List.of(snapshot(box, "one"), snapshot(box, "two"));
            Path state = folder.resolve("state");
            snapshots.get(1).write(state);
            for (int i = 0; i < CRASHES; i++) {
                crash("replace");
                Snapshot read = Snapshot.read(state);
                // The last one that was reported, or its successor, of which nobody has heard: one of the two, always.
                assertThat(snapshots).contains(read);
                box.restore(read, RestoreOptions.identical());
                assertThat(box.snapshot()).isEqualTo(read);
            }
            // What the dead have left is neither read nor in the way.
            assertThat(files(".new-")).hasSizeLessThanOrEqualTo(CRASHES);
            for (Snapshot snapshot : snapshots) {
                snapshot.replace(state);
                assertThat(Snapshot.read(state)).isEqualTo(snapshot);
            }
        }
    }

    @Test
    void aKilledWriterLeavesNewFilesWholeOrNotAtAll() throws Exception {
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            List<Snapshot> snapshots = List.of(snapshot(box, "one"), snapshot(box, "two"));
            for (int crash = 0; crash < CRASHES; crash++) {
                int reported = crash("write", String.valueOf(crash));
                List<Path> written = files("state-" + crash + "-");
                assertThat(written).hasSizeBetween(reported, reported + 1);
                for (int i = 0; i < written.size(); i++) {
                    assertThat(Snapshot.read(folder.resolve("state-" + crash + "-" + i)))
                            .isEqualTo(snapshots.get(i % 2));
                }
            }
            assertThat(files(".new-")).hasSizeLessThanOrEqualTo(CRASHES);
            snapshots.getFirst().write(folder.resolve("state"));
        }
    }
}
