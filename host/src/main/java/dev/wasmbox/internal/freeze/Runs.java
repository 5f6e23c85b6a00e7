package dev.wasmbox.internal.freeze;

import java.util.function.IntPredicate;

/** The parts of a long sequence in which there is something, without the gaps between them. */
final class Runs {

    /** What to do with a run. */
    @FunctionalInterface
    interface Consumer {
        void accept(int start, int end);
    }

    private Runs() {}

    /**
     * Finds the runs.
     *
     * @param length of the sequence
     * @param isSet whether there is something at a place
     * @param gap how many places with nothing a run may have in a row
     * @param consumer gets each run, in their order: its first place and the one after its last
     */
    static void forEach(int length, IntPredicate isSet, int gap, Consumer consumer) {
        int start = -1;
        int end = 0;
        for (int i = 0; i < length; i++) {
            if (isSet.test(i)) {
                if (start < 0) {
                    start = i;
                } else if (i - end > gap) {
                    consumer.accept(start, end);
                    start = i;
                }
                end = i + 1;
            }
        }
        if (start >= 0) {
            consumer.accept(start, end);
        }
    }

    /** {@return how many runs there are} */
    static int count(int length, IntPredicate isSet, int gap) {
        int[] count = {0};
        forEach(length, isSet, gap, (_, _) -> count[0]++);
        return count[0];
    }
}
