package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of a snapshot's file: what each needs to be read, and where that is found. */
class SnapshotFormsTest {

    private static final GuestModule COUNTER = Guests.load("counter", Engine.COMPILED);

    @TempDir
    private Path folder = Path.of("");

    /** States of one box, each a message after the other. */
    private static List<Snapshot> states(int count) {
        List<Snapshot> states = new ArrayList<>();
        try (WasmBox<String, String> box = COUNTER.start()) {
            for (int i = 0; i < count; i++) {
                box.send("up");
                states.add(box.snapshot());
            }
        }
        return states;
    }

    private Path write(String name, Snapshot snapshot, SnapshotForm form) throws IOException {
        Path file = folder.resolve(name);
        snapshot.write(file, form);
        return file;
    }

    /** The reader that knows the format's description only, on files that are not made for tests. */
    @ParameterizedTest
    @ValueSource(strings = {"counter", "random", "hashmap", "tasks", "panicker", "original-echo"})
    void aReaderThatKnowsTheDescriptionOnlyReadsAllForms(String guest) {
        GuestModule module = Guests.load(guest, Engine.COMPILED);
        Map<String, byte[]> files = new HashMap<>();
        files.put(module.digest(), module.base().toBytes());
        PlainSnapshot.Parents parents = PlainSnapshot.parents(files);
        try (WasmBox<String, String> box = module.start(BoxOptions.strings().withLog((_, _) -> {}))) {
            Snapshot before = box.snapshot();
            files.put(before.digest(), before.toBytes(SnapshotForm.deltaFromBase(module)));
            for (String message : List.of("a one", "set two 2", "b three", "alloc 3", "number")) {
                box.send(message);
                Snapshot snapshot = box.snapshot();
                byte[] delta = snapshot.toBytes(SnapshotForm.deltaFrom(before));
                byte[] selfContained = snapshot.toBytes(SnapshotForm.selfContained(module));
                for (byte[] file : List.of(
                        snapshot.toBytes(),
                        selfContained,
                        snapshot.toBytes(SnapshotForm.deltaFromBase(module)),
                        delta)) {
                    PlainSnapshot plain = PlainSnapshot.read(file, parents);
                    assertThat(plain.digestHex()).isEqualTo(snapshot.digest());
                    for (int i = 0; i < plain.memories().size(); i++) {
                        byte[] memory = snapshot.memories()
                                .get(i)
                                .read(0, plain.memories().get(i).sizeBytes());
                        assertThat(memory.length)
                                .isEqualTo(snapshot.memories().get(i).sizeBytes());
                        assertThat(PlainSnapshot.whole(plain.memories().get(i))).isEqualTo(memory);
                    }
                }
                assertThat(PlainSnapshot.wasm(selfContained)).isEqualTo(module.wasm());
                files.put(snapshot.digest(), delta);
                before = snapshot;
            }
        }
    }

    @Test
    void aChainIsReadFromItsFolder() throws IOException {
        List<Snapshot> states = states(6);
        Path last = write("0", states.getFirst(), SnapshotForm.whole());
        for (int i = 1; i < states.size(); i++) {
            last = write("" + i, states.get(i), SnapshotForm.deltaFrom(states.get(i - 1)));
        }
        assertThat(Snapshot.read(last)).isEqualTo(states.getLast());
        assertThat(COUNTER.restore(Snapshot.read(last)).send("up")).containsExactly("value=7");

        // From elsewhere, by the folder's name.
        Path elsewhere = Files.move(
                last, Files.createDirectory(folder.resolve("elsewhere")).resolve("delta"));
        Path there = elsewhere;
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Snapshot.read(there))
                .withMessageContaining(
                        "is a delta against the snapshot " + states.get(4).digest())
                .withMessageContaining("name the folder");
        SnapshotReader reader = SnapshotReader.standard().withFolder(folder);
        assertThat(reader.read(elsewhere)).isEqualTo(states.getLast());
        assertThat(reader.read(Files.readAllBytes(elsewhere))).isEqualTo(states.getLast());

        // A file that is gone breaks those that need it, and says which.
        Files.delete(folder.resolve("2"));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> reader.read(there))
                .withMessageContaining(
                        "is a delta against the snapshot " + states.get(2).digest());
        assertThat(Snapshot.read(folder.resolve("1"))).isEqualTo(states.get(1));
    }

    @Test
    void whatElseIsInTheFolderDoesNoHarm() throws IOException {
        List<Snapshot> states = states(2);
        Path whole = write("whole", states.getFirst(), SnapshotForm.whole());
        Path delta = write("delta", states.getLast(), SnapshotForm.deltaFrom(states.getFirst()));
        byte[] damaged = Files.readAllBytes(whole);
        damaged[damaged.length / 2] ^= 1;
        Files.write(folder.resolve("a damaged copy, which comes first"), damaged);
        Files.write(folder.resolve("its beginning"), java.util.Arrays.copyOf(damaged, 64));
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("text"), "WASMBOX is not all that it takes");
        Files.createDirectory(folder.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        Files.copy(Guests.file("counter"), folder.resolve("module"));
        assertThat(Snapshot.read(delta)).isEqualTo(states.getLast());

        Files.delete(whole);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Snapshot.read(delta))
                .withMessageContaining("damaged");
    }

    /** After an undo, a folder has two files of a state, of which the later leads through the earlier. */
    @Test
    void aStateThatWasUndoneToIsRead() throws IOException {
        try (WasmBox<String, String> box = COUNTER.start()) {
            Snapshot root = box.snapshot();
            write("d-root", root, SnapshotForm.whole());
            box.send("up");
            Snapshot first = box.snapshot();
            write("c-first", first, SnapshotForm.deltaFrom(root));
            box.send("up");
            Snapshot second = box.snapshot();
            write("b-second", second, SnapshotForm.deltaFrom(first));
            box.restore(first, RestoreOptions.identical());
            Path undone = write("a-undone", box.snapshot(), SnapshotForm.deltaFrom(second));
            assertThat(Snapshot.read(undone)).isEqualTo(first);
            box.send("down");
            Path last = write("e-last", box.snapshot(), SnapshotForm.deltaFrom(first));
            assertThat(Snapshot.read(last)).isEqualTo(box.snapshot());
        }
    }

    @Test
    void aFileOfVersionOneCanBeAParent() throws IOException {
        List<Snapshot> states = states(2);
        Files.write(
                folder.resolve("old"),
                PlainSnapshot.read(states.getFirst().toBytes()).toVersionOne());
        Path delta = write("delta", states.getLast(), SnapshotForm.deltaFrom(states.getFirst()));
        assertThat(Snapshot.read(delta)).isEqualTo(states.getLast());
    }

    @Test
    void aDeltaFromTheBaseNeedsItsModule() throws IOException {
        Snapshot snapshot = states(3).getLast();
        Path delta = write("delta", snapshot, SnapshotForm.deltaFromBase(COUNTER));
        assertThat(Files.size(delta)).isLessThan(1000);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Snapshot.read(delta))
                .withMessageContaining("the base of the module with SHA-256 " + COUNTER.digest())
                .withMessageContaining("name that module");
        SnapshotReader reader = SnapshotReader.standard()
                .withModule(Guests.load("echo", Engine.COMPILED))
                .withModule(Guests.load("counter", Engine.INTERPRETED));
        assertThat(reader.read(delta)).isEqualTo(snapshot);
        Path chained = write("chained", states(4).getLast(), SnapshotForm.deltaFrom(snapshot));
        assertThat(reader.read(chained).messages()).isEqualTo(4);
    }

    @Test
    void aBoxCanBeTheBaseItself() {
        Snapshot base = COUNTER.base();
        byte[] file = base.toBytes(SnapshotForm.deltaFromBase(COUNTER));
        assertThat(SnapshotReader.standard().withModule(COUNTER).read(file)).isEqualTo(base);
        assertThat(base.toBytes(SnapshotForm.deltaFrom(base)))
                .as("of an equal state there is no difference to tell")
                .isEqualTo(base.toBytes());
    }

    @Test
    void anotherModulesStateIsNoParentAndAnotherModuleNotContained() {
        Snapshot snapshot = states(1).getFirst();
        GuestModule other = Guests.load("echo", Engine.COMPILED);
        for (SnapshotForm form : List.of(
                SnapshotForm.deltaFrom(other.base()),
                SnapshotForm.deltaFromBase(other),
                SnapshotForm.selfContained(other))) {
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> snapshot.toBytes(form))
                    .withMessageContaining(COUNTER.digest())
                    .withMessageContaining(other.digest());
        }
    }

    /** Ten thousand are allowed, and one more is refused before memory runs out. */
    @Test
    void aChainHasAnEnd() {
        GuestModule module = Wat.load(
                Wat.guest(
                        """
                        (func (export "wasmbox_send") (param i32 i32)
                          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))))
                        """),
                Engine.COMPILED);
        Map<String, byte[]> files = new HashMap<>();
        SnapshotReader reader = SnapshotReader.standard().withSource(digest -> Optional.ofNullable(files.get(digest)));
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            Snapshot last = box.snapshot();
            files.put(last.digest(), last.toBytes());
            for (int i = 0; i < 1_000; i++) {
                box.send("x".getBytes(UTF_8));
                Snapshot next = box.snapshot();
                files.put(next.digest(), next.toBytes(SnapshotForm.deltaFrom(last)));
                last = next;
            }
            byte[] longest = files.getOrDefault(last.digest(), new byte[0]);
            assertThat(reader.read(longest)).isEqualTo(last);
            box.send("x".getBytes(UTF_8));
            byte[] tooLong = box.snapshot().toBytes(SnapshotForm.deltaFrom(last));
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> reader.read(tooLong))
                    .withMessageContaining("through more than 1000 others; flatten one of them");
            files.put(last.digest(), last.toBytes());
            assertThat(reader.read(tooLong)).isEqualTo(box.snapshot());
        }
    }
}
