package dev.wasmbox.cli;

import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where {@code !!undo} goes back to, the last steps of it: so many, and not more memory than allowed.
 *
 * <p>Snapshots of one box share the pages that did not change between them. So the newest step counts with all of its
 * pages, and each older one with those in which it differs from the next.
 */
final class UndoHistory {

    /**
     * Where it goes back to.
     *
     * @param snapshot the state
     * @param follows whether the clock followed the host's
     */
    record Step(Snapshot snapshot, boolean follows) {}

    private final int maximumSteps;
    private long maximumBytes;

    /** The newest is the last. */
    private final Deque<Step> steps = new ArrayDeque<>();

    /** For each step but the newest, in the same order, how much memory it takes besides. */
    private final Deque<Long> olderBytes = new ArrayDeque<>();

    private long newestBytes;
    private long allOlderBytes;

    UndoHistory(int maximumSteps, long maximumBytes) {
        this.maximumSteps = maximumSteps;
        this.maximumBytes = maximumBytes;
    }

    boolean isEnabled() {
        return maximumSteps > 0;
    }

    int size() {
        return steps.size();
    }

    void push(Step step) {
        if (!steps.isEmpty()) {
            long bytes = changedBytes(steps.getLast().snapshot(), step.snapshot());
            olderBytes.addLast(bytes);
            allOlderBytes += bytes;
        }
        steps.addLast(step);
        newestBytes = bytesInUse(step.snapshot());
        trim();
    }

    /** Allows another amount of memory. */
    void limitTo(long bytes) {
        maximumBytes = bytes;
        trim();
    }

    /** The last step is kept however large it is. */
    private void trim() {
        while (steps.size() > maximumSteps || (newestBytes + allOlderBytes > maximumBytes && steps.size() > 1)) {
            steps.removeFirst();
            allOlderBytes -= olderBytes.removeFirst();
        }
    }

    /** Takes back the last push. */
    void drop() {
        steps.removeLast();
        if (steps.isEmpty()) {
            newestBytes = 0;
        } else {
            allOlderBytes -= olderBytes.removeLast();
            newestBytes = bytesInUse(steps.getLast().snapshot());
        }
    }

    /** Lets go of all steps. */
    void clear() {
        steps.clear();
        olderBytes.clear();
        newestBytes = 0;
        allOlderBytes = 0;
    }

    /** The step so many back, from 1 to {@link #size()}. */
    Step get(int back) {
        var newestFirst = steps.descendingIterator();
        Step step = newestFirst.next();
        for (int i = 1; i < back; i++) {
            step = newestFirst.next();
        }
        return step;
    }

    /** How much memory the pages of a snapshot take that are not all zero. */
    static long bytesInUse(Snapshot snapshot) {
        return bytes(snapshot.memories().stream().flatMapToInt(MemoryContents::pagesInUse));
    }

    private static long changedBytes(Snapshot snapshot, Snapshot next) {
        List<MemoryContents> memories = snapshot.memories();
        List<MemoryContents> others = next.memories();
        return bytes(
                IntStream.range(0, memories.size()).flatMap(i -> memories.get(i).changedPages(others.get(i))));
    }

    private static long bytes(IntStream pages) {
        return pages.count() * MemoryContents.PAGE_BYTES;
    }
}
