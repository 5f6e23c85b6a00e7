package dev.wasmbox;

import dev.wasmbox.internal.files.AtomicFile;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.SnapshotFormat;
import dev.wasmbox.internal.state.StateDigest;
import dev.wasmbox.internal.state.TableImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole box at one moment, between two messages: everything that decides what the guest does next, and the identity of
 * the module that it belongs to. Immutable; any number of threads and boxes may use one.
 *
 * <p>Two snapshots are equal when their states are: their {@link #digest()}s are, then, whatever machine, engine or file
 * they came from. A file can have several {@linkplain SnapshotForm forms}, which docs/snapshot-format.md describes.
 *
 * <p>In memory, snapshots of one box share the pages that did not change between them, and so do those of its forks and of
 * the boxes restored from them. A thousand of them cost what the changes cost.
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
            known = HexFormat.of().formatHex(StateDigest.of(image));
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
                .mapToLong(memory -> memory.sizeBytes())
                .sum();
    }

    // What the state consists of.

    /** {@return the box's monotonic clock: how long the box had run, by its own time} */
    public Duration uptime() {
        return Duration.ofNanos(image.host().monotonicNanos());
    }

    /** {@return what the guest's random numbers are made from: whoever knows it can foretell them} */
    public Seed seed() {
        return Seed.of(image.host().seed());
    }

    /** {@return how many random bytes the guest had had} */
    public long entropyPosition() {
        return image.host().entropyPosition();
    }

    /** {@return the guest's memories, in the module's order} */
    public List<MemoryContents> memories() {
        return image.guest().memories().stream().map(MemoryContents::new).toList();
    }

    /** {@return the guest's mutable globals, in the module's order} */
    public List<GlobalContents> globals() {
        return image.guest().globals().stream().map(GlobalContents::of).toList();
    }

    /**
     * The guest's tables.
     *
     * @return for each of them, in the module's order, its elements in a new array: the function's index, or -1 for null
     */
    public List<int[]> tables() {
        return image.guest().tables().stream().map(TableImage::references).toList();
    }

    /** {@return the indexes of the data segments that the guest had dropped, in a new set} */
    public BitSet droppedDataSegments() {
        return (BitSet) image.guest().droppedData().clone();
    }

    /** {@return the indexes of the element segments that were dropped, in a new set} */
    public BitSet droppedElementSegments() {
        return (BitSet) image.guest().droppedElements().clone();
    }

    /**
     * This state with other entropy.
     *
     * @param entropy the policy
     * @return the snapshot, which shares everything else; this one itself if the entropy is identical
     */
    public Snapshot with(Entropy entropy) {
        if (entropy.isIdentical()) {
            return this;
        }
        return new Snapshot(new BoxImage(image.moduleDigest(), image.guest(), entropy.apply(image.host())));
    }

    // Files.

    /**
     * Its file form, {@linkplain SnapshotForm#whole() whole}.
     *
     * @return a new array
     * @throws LimitException if the Java heap has no room for it, or it would be longer than 2 GiB
     */
    public byte[] toBytes() {
        return toBytes(SnapshotForm.whole());
    }

    /**
     * Its file form.
     *
     * @param form which of the forms
     * @return a new array
     * @throws SnapshotException if the form needs a module or a parent that is not the snapshot's
     * @throws TrapException if the form needs the module's base, and the guest is ended in its initialisation
     * @throws LimitException if the Java heap has no room for it, or it would be longer than 2 GiB
     */
    public byte[] toBytes(SnapshotForm form) {
        return SnapshotFormat.write(image, form.parentOf(image), form.wasmOf(image));
    }

    /**
     * Reads a snapshot from its file form. Deltas are read by a {@link SnapshotReader}.
     *
     * @param bytes the whole file; it is not kept
     * @return the snapshot
     * @throws SnapshotException if the bytes are damaged, or no snapshot, or one of a later format, or a delta
     */
    public static Snapshot of(byte[] bytes) {
        return SnapshotReader.standard().read(bytes);
    }

    /**
     * Reads a snapshot from a file. Another snapshot that it is told as the difference from has to be in the same folder;
     * for deltas from a base, and for other places, there is {@link SnapshotReader}.
     *
     * @param file the file
     * @return the snapshot
     * @throws IOException if the file cannot be read
     * @throws SnapshotException if it is damaged, or no snapshot, or one of a later format, or a delta from what is not
     *     there
     */
    public static Snapshot read(Path file) throws IOException {
        return SnapshotReader.standard().read(file);
    }

    /**
     * Writes the snapshot to a new file, which only its owner can read. The file is there whole or not at all, whenever
     * the process or the machine may end.
     *
     * @param file a file that does not exist yet
     * @throws FileAlreadyExistsException if it does
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        write(file, SnapshotForm.whole());
    }

    /**
     * Writes the snapshot to a new file, which only its owner can read. The file is there whole or not at all, whenever
     * the process or the machine may end.
     *
     * @param file a file that does not exist yet
     * @param form which of the forms
     * @throws FileAlreadyExistsException if it does
     * @throws IOException if it cannot be written
     * @throws SnapshotException if the form needs a module or a parent that is not the snapshot's
     * @throws TrapException if the form needs the module's base, and the guest is ended in its initialisation
     */
    public void write(Path file, SnapshotForm form) throws IOException {
        AtomicFile.create(file, toBytes(form));
    }

    /**
     * Writes the snapshot over the file that is there, or to a new one; only its owner can read it. There is the old
     * file or the new one, whole, whenever the process or the machine may end.
     *
     * @param file a file; a link is replaced itself, not what it leads to
     * @throws IOException if it cannot be written; the old one is there, then, or already the new one
     */
    public void replace(Path file) throws IOException {
        replace(file, SnapshotForm.whole());
    }

    /**
     * Writes the snapshot over the file that is there, or to a new one; only its owner can read it. There is the old
     * file or the new one, whole, whenever the process or the machine may end. A file that others are told as the
     * difference from must not be replaced: they could not be read any more.
     *
     * @param file a file; a link is replaced itself, not what it leads to
     * @param form which of the forms
     * @throws IOException if it cannot be written; the old one is there, then, or already the new one
     * @throws SnapshotException if the form needs a module or a parent that is not the snapshot's
     * @throws TrapException if the form needs the module's base, and the guest is ended in its initialisation
     */
    public void replace(Path file, SnapshotForm form) throws IOException {
        AtomicFile.replace(file, toBytes(form));
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
