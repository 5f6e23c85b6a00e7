package dev.wasmbox.script;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * An interpreter's box, used by one thread at a time, that remembers its last states, and tells a recorder what it was given.
 *
 * @param <Q> what the guest takes
 * @param <A> what it sends
 */
public final class Interpreter<Q, A> {

    private final Setup<Q, A> setup;
    private final RecordedCalls calls;
    private final WasmBox<Q, A> box;

    // Guarded by this.
    private BoxClock clock;
    private final Deque<Snapshot> history = new ArrayDeque<>();

    private Interpreter(Setup<Q, A> setup, RecordedCalls calls, WasmBox<Q, A> box) {
        this.setup = setup;
        this.calls = calls;
        this.box = box;
        this.clock = setup.box().clock();
    }

    public static <Q, A> Interpreter<Q, A> start(GuestModule module, Setup<Q, A> setup) {
        RecordedCalls calls = setup.calls();
        return new Interpreter<>(setup, calls, module.start(setup.boxWith(calls)));
    }

    public static <Q, A> Interpreter<Q, A> restore(
            GuestModule module, Setup<Q, A> setup, Snapshot snapshot, RestoreOptions restoring) {
        RecordedCalls calls = setup.calls();
        return new Interpreter<>(setup, calls, module.restore(snapshot, setup.boxWith(calls), restoring));
    }

    /** {@return the box, for what needs neither history nor recorder} */
    public WasmBox<Q, A> box() {
        return box;
    }

    /** Does something while no other thread does. */
    public <T> T alone(Supplier<T> action) {
        // Refuses a call from within a listener, which may be on another thread than the one that holds the lock.
        box.clock();
        synchronized (this) {
            return action.get();
        }
    }

    /** Does something while no other thread does. */
    public void alone(Runnable action) {
        alone(() -> {
            action.run();
            return this;
        });
    }

    /** Asks what runs nothing of the program's: it leaves no trace in the box either. */
    public A ask(Q request) {
        return alone(() -> {
            Snapshot before = box.snapshot();
            try {
                return box.send(request).getLast();
            } finally {
                box.restore(before, RestoreOptions.identical());
            }
        });
    }

    /** Has something done that can be undone, and is recorded. */
    public List<A> send(Q request) {
        return alone(() -> {
            // The time is an input, too: it is known here, and is the box's from now on.
            Optional<Instant> time = clock instanceof BoxClock.Following following
                    ? Optional.of(following.source().instant())
                    : Optional.empty();
            calls.record();
            long messages = box.messages();
            try {
                return send(request, time);
            } finally {
                boolean handled = box.messages() > messages; // also if a listener has thrown something
                if (handled && setup.recorder() != null) {
                    setup.recorder().accept(new Recording<>(request, time, calls.replies()));
                }
            }
        });
    }

    /** Has done again what was recorded, without the host's functions. */
    public List<A> replay(Recording<Q> recording) {
        return alone(() -> {
            Queue<byte[]> replies = new ArrayDeque<>(recording.replies());
            calls.replay(replies);
            List<A> answers = send(recording.request(), recording.time());
            if (!replies.isEmpty()) {
                throw new IllegalStateException(
                        "the program called fewer functions of the host than were recorded: it is"
                                + " not in the state that it was in");
            }
            return answers;
        });
    }

    private List<A> send(Q request, Optional<Instant> time) {
        Snapshot before = setup.undo() > 0 && box.state() == BoxState.READY ? box.snapshot() : null;
        long messages = box.messages();
        time.ifPresent(now -> box.setClock(BoxClock.fixed(now)));
        try {
            return box.send(request);
        } finally {
            // What was refused, and has not run, is nothing to undo.
            if (before != null && (box.messages() > messages || box.state() == BoxState.TRAPPED)) {
                remember(before);
            }
        }
    }

    private void remember(Snapshot state) {
        history.addLast(state);
        if (history.size() > setup.undo()) {
            history.removeFirst();
        }
    }

    /** Goes back to before so many of the last calls; if there were fewer, nothing is done but to say so. */
    public void undo(int count) {
        alone(() -> {
            if (count < 1 || count > history.size()) {
                throw new IllegalArgumentException(
                        "this box can undo 1 to " + history.size() + " calls, but was asked for " + count);
            }
            Snapshot state = history.getLast();
            for (int i = 0; i < count; i++) {
                state = history.removeLast();
            }
            box.restore(state, RestoreOptions.identical());
        });
    }

    /** {@return how many calls can be undone} */
    public int undoable() {
        return alone(history::size);
    }

    /** {@return another one in this one's state, with the same history} */
    public Interpreter<Q, A> fork(Entropy entropy) {
        return alone(() -> {
            Interpreter<Q, A> fork = restore(
                    box.module(),
                    setup,
                    box.snapshot(),
                    RestoreOptions.standard().withEntropy(entropy));
            fork.clock = clock;
            fork.history.addAll(history);
            return fork;
        });
    }

    /** {@return whether the time comes from elsewhere} */
    public boolean isFollowing() {
        return alone(() -> clock instanceof BoxClock.Following);
    }

    public void setClock(BoxClock newClock) {
        alone(() -> {
            box.setClock(Setup.standing(newClock));
            clock = newClock;
        });
    }
}
