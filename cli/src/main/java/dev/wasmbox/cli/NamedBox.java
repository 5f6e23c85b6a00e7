package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.cli.UndoHistory.Step;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One of a session's boxes: its name, what can be undone in it, and whether its clock follows the host's. */
final class NamedBox {

    private final String name;
    private final SessionBox box;
    private final UndoHistory history;
    private boolean follows;

    NamedBox(String name, SessionBox box, UndoHistory history, boolean follows) {
        this.name = name;
        this.box = box;
        this.history = history;
        this.follows = follows;
    }

    String name() {
        return name;
    }

    SessionBox box() {
        return box;
    }

    UndoHistory history() {
        return history;
    }

    boolean follows() {
        return follows;
    }

    void setClock(BoxClock clock) {
        box.setClock(clock);
        follows = clock instanceof BoxClock.Following;
    }

    /**
     * Where the next thing that is done here would be undone to.
     *
     * @return that, to be pushed to the history, or null if nothing can be
     */
    @Nullable
    Step here() {
        return history.isEnabled() && box.state() != BoxState.TRAPPED ? new Step(box.snapshot(), follows) : null;
    }

    /**
     * Goes back, as if what was done since had not been done.
     *
     * @param steps how far, from 1 to what the history has
     * @param hostTime what a clock follows that follows
     * @return the state that the box is in now
     */
    Snapshot undo(int steps, InstantSource hostTime) {
        Step step = history.get(steps);
        boolean before = follows;
        if (step.follows() != before) {
            // First, since setting the clock changes what it shows, which the restore then puts right.
            follow(step.follows(), hostTime);
        }
        try {
            box.restore(step.snapshot(), RestoreOptions.identical());
        } catch (WasmBoxException e) {
            if (before != follows) {
                follow(before, hostTime);
            }
            throw e;
        }
        for (int i = 0; i < steps; i++) {
            history.drop();
        }
        return step.snapshot();
    }

    private void follow(boolean host, InstantSource hostTime) {
        setClock(host ? BoxClock.following(hostTime) : BoxClock.fixed(box.clock()));
    }

    /**
     * A new box in this one's state. It has nothing to undo: what was done before the fork was done here, and a box that
     * went back to it would be this one's twin, random numbers included, whoever asked for that or not.
     */
    NamedBox fork(String forkName, Entropy entropy, UndoHistory forkHistory) {
        return new NamedBox(forkName, box.fork(entropy), forkHistory, follows);
    }
}
