package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.Parent;
import dev.wasmbox.internal.state.SnapshotFormat;
import dev.wasmbox.internal.state.StateDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Whatever the bytes are: they are a snapshot, and the same one when it is written and read again, or they are refused. */
class SnapshotFuzzTest {

    @FuzzTest
    void anyBytes(byte[] bytes) {
        read(bytes);
    }

    /** The input is a file, too, but its checksum is made right: so whole files may be the corpus. */
    @FuzzTest
    void sealedBytes(byte[] bytes) {
        read(SnapshotFiles.sealed(bytes.clone()));
    }

    /** The input is what lies between the version and the checksum. */
    @FuzzTest
    void contents(byte[] bytes) {
        read(SnapshotFiles.around(1, bytes));
        read(SnapshotFiles.around(2, bytes));
    }

    /** The input says what a forger does to a whole file. */
    @FuzzTest
    void editedFile(FuzzedDataProvider data) {
        byte[] file = data.pickValue(SnapshotFiles.WHOLE);
        for (int edits = data.consumeInt(0, 8); edits > 0; edits--) {
            file = Edit.one(file, data);
        }
        read(SnapshotFiles.sealed(file.clone()));
    }

    /** The input says what a state is, and what another is that it is told as the difference from. */
    @FuzzTest
    void states(FuzzedDataProvider data) {
        BoxImage parent = States.any(data, null);
        BoxImage child = States.any(data, parent);
        byte[] parentFile = SnapshotFormat.write(parent, null, null);
        requireSame(parent, Snapshot.of(parentFile));
        requireSame(child, Snapshot.of(SnapshotFormat.write(child, null, null)));
        byte[] delta = SnapshotFormat.write(child, new Parent(Parent.Kind.SNAPSHOT, parent), null);
        if (!Arrays.equals(StateDigest.of(parent), StateDigest.of(child))) {
            requireSame(
                    child,
                    SnapshotReader.standard()
                            .withSource(_ -> Optional.of(parentFile))
                            .read(delta));
        }
    }

    private static void requireSame(BoxImage expected, Snapshot actual) {
        if (!HexFormat.of().formatHex(StateDigest.of(expected)).equals(actual.digest())) {
            throw new AssertionError("what is read is not what was written");
        }
    }

    /** Reads a file whose parent is where it should be; whatever else it asks for is the file itself. */
    private static void read(byte[] bytes) {
        Snapshot snapshot;
        try {
            SnapshotFormat.peek(bytes);
            SnapshotFormat.describe(bytes);
            SnapshotFormat.wasm(bytes);
        } catch (SnapshotException e) {
            Refusals.requireASentence(e);
        }
        try {
            snapshot = SnapshotReader.standard()
                    .withSource(digest ->
                            Optional.of(digest.equals(SnapshotFiles.PARENT_DIGEST) ? SnapshotFiles.PARENT : bytes))
                    .read(bytes);
        } catch (SnapshotException e) {
            Refusals.requireASentence(e);
            return;
        }
        if (!Snapshot.of(snapshot.toBytes()).equals(snapshot)) {
            throw new AssertionError("read again, it is another");
        }
    }
}
