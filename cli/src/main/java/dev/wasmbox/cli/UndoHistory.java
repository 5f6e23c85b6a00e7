package dev.wasmbox.cli;

import dev.wasmbox.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;

/** The snapshots that {@code !!undo} goes back to, the last ones of them: so many, and not more memory than allowed. */
final class UndoHistory {

    private final int maximumSteps;
    private final long maximumBytes;
    private final Deque<Snapshot> snapshots = new ArrayDeque<>();
    private long bytes;

    UndoHistory(int maximumSteps, long maximumBytes) {
        this.maximumSteps = maximumSteps;
        this.maximumBytes = maximumBytes;
    }

    boolean isEnabled() {
        return maximumSteps > 0;
    }

    int size() {
        return snapshots.size();
    }

    void push(Snapshot snapshot) {
        snapshots.addLast(snapshot);
        bytes += snapshot.memoryBytes();
        // The last step is kept however large it is.
        while (snapshots.size() > maximumSteps || (bytes > maximumBytes && snapshots.size() > 1)) {
            bytes -= snapshots.removeFirst().memoryBytes();
        }
    }

    /** Takes back the last push. */
    void drop() {
        bytes -= snapshots.removeLast().memoryBytes();
    }

    /** Lets go of all steps. */
    void clear() {
        snapshots.clear();
        bytes = 0;
    }

    /** The snapshot some steps back, from 1 to {@link #size()}. */
    Snapshot get(int steps) {
        var newestFirst = snapshots.descendingIterator();
        Snapshot snapshot = newestFirst.next();
        for (int i = 1; i < steps; i++) {
            snapshot = newestFirst.next();
        }
        return snapshot;
    }
}
