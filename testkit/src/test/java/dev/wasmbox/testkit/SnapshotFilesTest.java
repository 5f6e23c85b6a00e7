package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Engine;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots in files: whole or not there, and never in another's place. */
class SnapshotFilesTest {

    @TempDir
    private Path folder = Path.of("");

    private final WasmBox<String, String> box =
            Guests.load("counter", Engine.COMPILED).start();

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        box.send("up");
        box.setClock(BoxClock.fixed(Instant.ofEpochSecond(12)));
        Snapshot snapshot = box.snapshot();
        Path file = folder.resolve("größer 1.bin");
        snapshot.write(file);
        assertThat(files()).containsExactly(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(snapshot.toBytes());
        Snapshot read = Snapshot.read(file);
        assertThat(read).isEqualTo(snapshot).hasSameHashCodeAs(snapshot);
        assertThat(read.clock()).isEqualTo(Instant.ofEpochSecond(12));
        assertThat(read.messages()).isEqualTo(1);
        assertThat(read.outputs()).isEqualTo(1);
        assertThat(read.moduleDigest()).isEqualTo(box.module().digest());
        assertThat(read.memoryBytes()).isEqualTo(snapshot.memoryBytes()).isPositive();
        assertThat(box.module().restore(read).send("up")).containsExactly("value=2");
    }

    @Test
    void aSnapshotIsSmall() {
        assertThat(box.snapshot().toBytes().length).isLessThan(64 << 10);
        assertThat(box.snapshot().memoryBytes()).isGreaterThan(1 << 20);
    }

    @Test
    void noFileIsOverwritten() throws IOException {
        Path file = folder.resolve("a.bin");
        Files.writeString(file, "mine");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> box.snapshot().write(file))
                .withMessageContaining("a.bin");
        Path sub = Files.createDirectory(folder.resolve("folder"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> box.snapshot().write(sub));
        Path dangling = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> box.snapshot().write(dangling));
        assertThat(Files.readString(file)).isEqualTo("mine");
        assertThat(files()).containsExactlyInAnyOrder(file, sub, dangling);
    }

    @Test
    void aMissingFolderIsNamed() throws IOException {
        Path file = folder.resolve("missing").resolve("a.bin");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> box.snapshot().write(file))
                .withMessageContaining("missing");
        assertThat(files()).isEmpty();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Snapshot.read(file));
    }

    @Test
    void aFileInTheFoldersPlaceIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> box.snapshot().write(file.resolve("a.bin")));
        assertThat(files()).containsExactly(file);
    }

    @Test
    void ofManyWritersOneIsFirst() throws Exception {
        Path file = folder.resolve("a.bin");
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            box.send("up");
            snapshots.add(box.snapshot());
        }
        List<Snapshot> written = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> writers = snapshots.stream()
                    .<Callable<Void>>map(snapshot -> () -> {
                        try {
                            snapshot.write(file);
                            written.add(snapshot);
                        } catch (FileAlreadyExistsException e) {
                            assertThat(e).hasMessageContaining("a.bin");
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> future : executor.invokeAll(writers)) {
                future.get();
            }
        }
        assertThat(written).hasSize(1);
        assertThat(Snapshot.read(file)).isEqualTo(written.getFirst());
        assertThat(files()).containsExactly(file);
    }

    @Test
    void anEmptyFileAndAModuleAreNoSnapshots() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Snapshot.read(empty))
                .withMessageContaining("this is not a snapshot");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Snapshot.read(Guests.file("counter")))
                .withMessageContaining("this is not a snapshot");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Snapshot.read(folder));
    }
}
