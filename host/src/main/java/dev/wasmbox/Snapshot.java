package dev.wasmbox;

import dev.wasmbox.internal.files.NewFile;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.SnapshotFormat;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A whole box at one moment, between two messages: everything that decides what the guest does next, and the identity of
 * the module that it belongs to. Immutable; any number of threads and boxes may use one.
 *
 * <p>Two snapshots are equal when their states are: their {@link #digest()}s are, then, whatever machine, engine or file
 * they came from. The file form is described in docs/snapshot-format.md.
 *
 * <p>A snapshot holds what the guest holds, secrets and the seed of its entropy included. Keep its file as you would
 * keep those.
 */
public final class Snapshot {

    private final BoxImage image;

    /** Computed when it is first asked for; two threads that do so at once compute the same. */
    private volatile @Nullable String digest;

    Snapshot(BoxImage image) {
        this.image = image;
    }

    BoxImage image() {
        return image;
    }

    /**
     * The SHA-256 of the state, the module's identity included.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        String known = digest;
        if (known == null) {
            known = HexFormat.of().formatHex(SnapshotFormat.digest(image));
            digest = known;
        }
        return known;
    }

    /**
     * The SHA-256 of the module's bytes: a box of that module only can be restored to this snapshot.
     *
     * @return 64 hexadecimal digits
     */
    public String moduleDigest() {
        return HexFormat.of().formatHex(image.moduleDigest());
    }

    /** {@return the box's realtime clock at that moment} */
    public Instant clock() {
        return WasmBox.instantOf(image.host().realtimeNanos());
    }

    /** {@return how many messages the box had handled} */
    public long messages() {
        return image.host().messages();
    }

    /** {@return how many outputs the guest had sent} */
    public long outputs() {
        return image.host().outputs();
    }

    /** {@return whether the guest's program had ended by itself} */
    public boolean finished() {
        return image.host().finished();
    }

    /** {@return the size of all of the guest's memories, in bytes} */
    public long memoryBytes() {
        return image.guest().memories().stream()
                .mapToLong(memory -> (long) memory.pages() * Limits.PAGE_BYTES)
                .sum();
    }

    /** {@return its file form, in a new array} */
    public byte[] toBytes() {
        return SnapshotFormat.write(image);
    }

    /**
     * Reads a snapshot from its file form.
     *
     * @param bytes the whole file; it is not kept
     * @return the snapshot
     * @throws SnapshotException if the bytes are damaged, or no snapshot, or one of a later format
     */
    public static Snapshot of(byte[] bytes) {
        return new Snapshot(SnapshotFormat.read(bytes));
    }

    /**
     * Reads a snapshot from a file.
     *
     * @param file the file
     * @return the snapshot
     * @throws IOException if the file cannot be read
     * @throws SnapshotException if it is damaged, or no snapshot, or one of a later format
     */
    public static Snapshot read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a snapshot");
        }
        return of(Files.readAllBytes(file));
    }

    /**
     * Writes the snapshot to a new file, which only its owner can read. The file is there whole or not at all, whenever
     * the process may end.
     *
     * @param file a file that does not exist yet
     * @throws FileAlreadyExistsException if it does
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        NewFile.write(file, toBytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot snapshot && digest().equals(snapshot.digest());
    }

    @Override
    public int hashCode() {
        return digest().hashCode();
    }

    @Override
    public String toString() {
        return "Snapshot[" + digest().substring(0, 12) + ", " + messages() + " messages]";
    }
}
