package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.execution.Watchdog;
import dev.wasmbox.internal.execution.WatchedCode;
import java.util.concurrent.atomic.LongAdder;

/**
 * Moves the switches of a module's code to where they cost least. Safe for any number of threads.
 *
 * <p>Marks cost a guest that computes some of its time. Without them, a capture costs a comparison of the whole memory. So
 * the code begins with marks, and does without while its guests compute for long and are captured seldom. How long they
 * compute is sampled by the watchdog, which looks at what runs anyway.
 */
final class CodeTuning implements WatchedCode {

    /** The part of a guest's time that marks cost, and the time that comparing a byte takes: see RATIONALE. */
    private static final double MARKS_SHARE = 0.15;

    private static final double COMPARING_NANOS_PER_BYTE = 0.025;

    /** After so many looks at running code it is decided for the first time, and more after each change. */
    private static final int FIRST_LOOKS = 20;

    private static final int MAXIMUM_LOOKS = 20_000;

    /** Whoever was interrupted so often is likely to be again: the code goes on looking. */
    private static final int INTERRUPTS_REMEMBERED = 3;

    private final CodeSwitches switches;
    private final LongAdder capturedBytes = new LongAdder();

    // Of the watchdog's thread.
    private int looks;
    private int looksUntilDecision = FIRST_LOOKS;

    // Guarded by this.
    private int interrupting;
    private int interrupts;

    CodeTuning(CodeSwitches switches) {
        this.switches = switches;
    }

    /** A memory of that size was captured or set. */
    void captured(int memoryBytes) {
        capturedBytes.add(memoryBytes);
    }

    @Override
    public void seenRunning() {
        if (++looks < looksUntilDecision) {
            return;
        }
        double marks = MARKS_SHARE * looks * Watchdog.LOOK_NANOS;
        double comparing = COMPARING_NANOS_PER_BYTE * capturedBytes.sumThenReset();
        looks = 0;
        boolean marking = switches.isMarking();
        boolean better = marking ? 2 * comparing < marks : comparing > 2 * marks;
        if (better) {
            switches.setMarking(!marking);
            looksUntilDecision = Math.min(MAXIMUM_LOOKS, 2 * looksUntilDecision);
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
