package dev.wasmbox.inspect;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is not in one snapshot as it is in another. Immutable; any number of threads may use one.
 *
 * {@snippet :
 * SnapshotDiff diff = SnapshotDiff.between(before, after);
 * for (MemoryChange memory : diff.memories()) {
 *     memory.ranges().forEach(range -> System.out.println(range + ": " + HexFormat.of().formatHex(memory.after(range))));
 * }
 * }
 *
 * <p>Two snapshots of one box share the pages that did not change between them, and these are not looked at. The two may be
 * of different modules, though what their memories mean is then not the same.
 */
public final class SnapshotDiff {

    private final Snapshot before;
    private final Snapshot after;
    private final List<MemoryChange> memories;
    private final List<GlobalChange> globals;
    private final List<TableChange> tables;

    private SnapshotDiff(Snapshot before, Snapshot after) {
        this.before = before;
        this.after = after;
        this.memories = memories(before.memories(), after.memories());
        this.globals = globals(before.globals(), after.globals());
        this.tables = tables(before.tables(), after.tables());
    }

    /**
     * Compares two snapshots.
     *
     * @param before the one
     * @param after the other
     * @return what is not in the other as it is in the one
     */
    public static SnapshotDiff between(Snapshot before, Snapshot after) {
        return new SnapshotDiff(before, after);
    }

    private static List<MemoryChange> memories(List<MemoryContents> before, List<MemoryContents> after) {
        List<MemoryChange> changes = new ArrayList<>();
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            MemoryChange change = new MemoryChange(i, at(before, i), at(after, i));
            if (!change.isEmpty()) {
                changes.add(change);
            }
        }
        return List.copyOf(changes);
    }

    private static List<GlobalChange> globals(List<GlobalContents> before, List<GlobalContents> after) {
        List<GlobalChange> changes = new ArrayList<>();
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            if (!Objects.equals(at(before, i), at(after, i))) {
                changes.add(new GlobalChange(i, at(before, i), at(after, i)));
            }
        }
        return List.copyOf(changes);
    }

    private static List<TableChange> tables(List<int[]> before, List<int[]> after) {
        List<TableChange> changes = new ArrayList<>();
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            int[] old = at(before, i);
            int[] now = at(after, i);
            List<TableChange.Element> elements = new ArrayList<>();
            for (int j = 0; now != null && j < now.length; j++) {
                int was = old == null || j >= old.length ? -1 : old[j];
                if (was != now[j]) {
                    elements.add(new TableChange.Element(j, was, now[j]));
                }
            }
            int sizeBefore = old == null ? 0 : old.length;
            int sizeAfter = now == null ? 0 : now.length;
            if (!elements.isEmpty() || sizeBefore != sizeAfter || (old == null) != (now == null)) {
                changes.add(new TableChange(i, sizeBefore, sizeAfter, elements));
            }
        }
        return List.copyOf(changes);
    }

    private static <T> @Nullable T at(List<T> list, int index) {
        return index < list.size() ? list.get(index) : null;
    }

    /** {@return the one snapshot} */
    public Snapshot before() {
        return before;
    }

    /** {@return the other snapshot} */
    public Snapshot after() {
        return after;
    }

    /** {@return whether the two are equal} */
    public boolean isEmpty() {
        return before.equals(after);
    }

    /** {@return whether the two are of the same module} */
    public boolean sameModule() {
        return before.moduleDigest().equals(after.moduleDigest());
    }

    /** {@return the memories that are not as they were} */
    public List<MemoryChange> memories() {
        return memories;
    }

    /** {@return the globals that are not as they were} */
    public List<GlobalChange> globals() {
        return globals;
    }

    /** {@return the tables that are not as they were} */
    public List<TableChange> tables() {
        return tables;
    }

    /** {@return how far the realtime clock went on; negative if it went back} */
    public Duration clock() {
        return Duration.between(before.clock(), after.clock());
    }

    /** {@return how far the monotonic clock went on} */
    public Duration uptime() {
        return after.uptime().minus(before.uptime());
    }

    /** {@return what became of the entropy} */
    public EntropyChange entropy() {
        return EntropyChange.of(before.seed().equals(after.seed()), before.entropyPosition(), after.entropyPosition());
    }

    /** {@return how many messages were handled from the one to the other} */
    public long messages() {
        return after.messages() - before.messages();
    }

    /** {@return how many outputs were sent from the one to the other} */
    public long outputs() {
        return after.outputs() - before.outputs();
    }

    /** {@return whether the guest's program has ended in one and not in the other} */
    public boolean finished() {
        return before.finished() != after.finished();
    }

    /** {@return the indexes of the data segments that are dropped in one and not in the other, in a new set} */
    public BitSet droppedDataSegments() {
        BitSet different = before.droppedDataSegments();
        different.xor(after.droppedDataSegments());
        return different;
    }

    /** {@return the indexes of the element segments that are dropped in one and not in the other, in a new set} */
    public BitSet droppedElementSegments() {
        BitSet different = before.droppedElementSegments();
        different.xor(after.droppedElementSegments());
        return different;
    }

    @Override
    public String toString() {
        return "SnapshotDiff[" + before + " to " + after + "]";
    }
}
