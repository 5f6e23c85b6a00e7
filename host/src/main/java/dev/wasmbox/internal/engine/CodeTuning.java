package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.execution.Watchdog;
import dev.wasmbox.internal.execution.WatchedCode;

/**
 * Moves the switches of a module's code to where they cost least. Safe for any number of threads.
 *
 * <p>Marks cost a guest that computes some of its time. Without them, a capture costs a comparison of the whole memory. So
 * the code begins with marks, does without while its guests compute for long and are captured seldom, and comes back to
 * them. How long guests compute is sampled by the watchdog, which looks at what runs anyway. A switch is moved when its
 * position has cost more than the other would have, by as much as moving it costs.
 */
final class CodeTuning implements WatchedCode {

    /** The part of a guest's time that marks cost: see RATIONALE. */
    private static final double MARKS_SHARE = 0.15;

    /** The time that comparing a byte takes. */
    private static final double COMPARING_NANOS_PER_BYTE = 0.025;

    /** What moving the switch costs at first, in nanoseconds; each time twice as much, so that it comes to rest. */
    private static final double FIRST_MOVE_NANOS = 10e6;

    private static final double MAXIMUM_MOVE_NANOS = 10e9;

    /** Whoever was interrupted so often is likely to be again: the code goes on looking. */
    private static final int INTERRUPTS_REMEMBERED = 3;

    private final CodeSwitches switches;

    // Guarded by this.
    private double moveNanos = FIRST_MOVE_NANOS;
    private double regretNanos;
    private int interrupting;
    private int interrupts;

    CodeTuning(CodeSwitches switches) {
        this.switches = switches;
    }

    /** A memory of that size was captured or set. */
    void captured(int memoryBytes) {
        regret(-COMPARING_NANOS_PER_BYTE * memoryBytes);
    }

    @Override
    public void seenRunning() {
        regret(MARKS_SHARE * Watchdog.LOOK_NANOS);
    }

    /** Something happened that costs so much more with marks than without. */
    private synchronized void regret(double nanosOfMarks) {
        boolean marking = switches.isMarking();
        regretNanos = Math.max(0, regretNanos + (marking ? nanosOfMarks : -nanosOfMarks));
        if (regretNanos > moveNanos) {
            switches.setMarking(!marking);
            regretNanos = 0;
            moveNanos = Math.min(MAXIMUM_MOVE_NANOS, 2 * moveNanos);
        }
    }

    @Override
    public synchronized void beginInterrupt() {
        interrupting++;
        switches.setInterruptible(true);
    }

    @Override
    public synchronized void endInterrupt() {
        interrupting--;
        interrupts++;
        if (interrupting == 0 && interrupts < INTERRUPTS_REMEMBERED) {
            switches.setInterruptible(false);
        }
    }
}
