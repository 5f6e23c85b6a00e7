package dev.wasmbox.inspect;

import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.internal.state.Parent;
import dev.wasmbox.internal.state.SnapshotFile;
import dev.wasmbox.internal.state.SnapshotFormat;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a snapshot's file says of itself, which can be told without what it is told as the difference from. The file is
 * whole and undamaged; its contents are not looked at.
 *
 * @param version the version of the format
 * @param bytes the length of the file
 * @param digest the digest of the state, as {@link Snapshot#digest()} has it
 * @param moduleDigest the digest of the module that it is of
 * @param form what is needed to read it
 * @param parentDigest the digest of the state that it is told as the difference from, if there is one
 * @param containsModule whether the module is in the file
 * @param sections the parts that the file consists of, none in the first version
 * @param storedPages how many pages of memories and tables are stored
 * @param storedContents how many different contents they have
 */
public record SnapshotFileInfo(
        int version,
        int bytes,
        String digest,
        String moduleDigest,
        Form form,
        Optional<String> parentDigest,
        boolean containsModule,
        List<Section> sections,
        int storedPages,
        int storedContents) {

    /** What is needed to read a snapshot's file. */
    public enum Form {
        /** Nothing else. */
        WHOLE,
        /** The base of its module, and so its module. */
        DELTA_FROM_BASE,
        /** Another snapshot. */
        DELTA
    }

    /**
     * A part of a file.
     *
     * @param name its four letters
     * @param known whether this WasmBox knows what it is for
     * @param bytes how long its contents are
     */
    public record Section(String name, boolean known, int bytes) {}

    /**
     * Reads what a file says of itself.
     *
     * @param file the bytes of the file
     * @return the description
     * @throws SnapshotException if the bytes are damaged, or no snapshot, or one of a later format
     */
    public static SnapshotFileInfo of(byte[] file) {
        SnapshotFile parts = SnapshotFormat.describe(file);
        if (parts == null) {
            Snapshot snapshot = Snapshot.of(file);
            return new SnapshotFileInfo(
                    1,
                    file.length,
                    snapshot.digest(),
                    snapshot.moduleDigest(),
                    Form.WHOLE,
                    Optional.empty(),
                    false,
                    List.of(),
                    (int) snapshot.memories().stream()
                            .mapToLong(memory -> memory.pagesInUse().count())
                            .sum(),
                    0);
        }
        HexFormat hex = HexFormat.of();
        Parent.Kind kind = parts.parentKind();
        Form form =
                switch (kind) {
                    case null -> Form.WHOLE;
                    case BASE -> Form.DELTA_FROM_BASE;
                    case SNAPSHOT -> Form.DELTA;
                };
        int[] stored = parts.storedPages();
        return new SnapshotFileInfo(
                2,
                file.length,
                hex.formatHex(parts.stateDigest()),
                hex.formatHex(parts.moduleDigest()),
                form,
                kind == null ? Optional.empty() : Optional.of(hex.formatHex(parts.parentDigest())),
                parts.hasModule(),
                parts.sections().stream()
                        .map(part -> new Section(part.kind(), part.known(), part.length()))
                        .toList(),
                stored[0],
                stored[1]);
    }

    /**
     * Whether a file is meant to be a snapshot, whatever its condition.
     *
     * @param beginning the first bytes of a file
     * @return whether it begins as a snapshot does
     */
    public static boolean isSnapshot(byte[] beginning) {
        return SnapshotFormat.isSnapshot(beginning);
    }
}
