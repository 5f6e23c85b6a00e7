package dev.wasmbox.internal.engine;

/**
 * What a module's code can be told while it runs. To HotSpot each switch is a constant: code that is compiled for the
 * one position does not ask, and is thrown away when the switch is moved. So moving one costs what warming up costs.
 * Safe for any number of threads.
 */
public interface CodeSwitches {

    /** Switches for code that asks every time, as the interpreter does: it always marks, and always checks. */
    CodeSwitches FIXED = new CodeSwitches() {
        @Override
        public boolean isMarking() {
            return true;
        }

        @Override
        public int markingEpoch() {
            return 0;
        }

        @Override
        public void setMarking(boolean marking) {}

        @Override
        public boolean isRoomy() {
            return true;
        }

        @Override
        public void setRoomy() {}

        @Override
        public void setInterruptible(boolean interruptible) {}
    };

    /** {@return whether stores mark the pages that they touch} */
    boolean isMarking();

    /** {@return a number that is another one after marking has been switched} */
    int markingEpoch();

    /** Switches marking. Code that runs in another thread may go on as before for the rest of its message. */
    void setMarking(boolean marking);

    /** {@return whether a memory's array may be longer than the memory} */
    boolean isRoomy();

    /** Lets arrays be longer than their memories, from when this returns. */
    void setRoomy();

    /** Switches whether loops and calls look if their thread has been interrupted. */
    void setInterruptible(boolean interruptible);
}
