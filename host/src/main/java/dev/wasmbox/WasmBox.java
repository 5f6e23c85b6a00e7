package dev.wasmbox;

import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.abi.Guest;
import dev.wasmbox.internal.execution.GuestStacks;
import dev.wasmbox.internal.execution.StackHeadroom;
import dev.wasmbox.internal.execution.Watchdog;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.HostState;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestWorld;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One running guest: messages in, outputs out, and between any two messages the whole of it as a value.
 *
 * <p><b>Threads.</b> A box may be used by any number of threads, one at a time: a call waits until the one in progress has
 * ended. A call from within a listener of the same box is refused with a {@link BoxStateException}. Different boxes run
 * in parallel.
 *
 * <p><b>Errors.</b> A {@link TrapException} ends the guest in the middle of a message: the box is
 * {@linkplain BoxState#TRAPPED trapped} then, and can be restored. Every other exception leaves the guest in a state
 * between two messages.
 *
 * <p><b>Ownership.</b> A box holds memory only, no file and no thread. {@link #close()} lets go of it; forgetting to call
 * it does no harm.
 *
 * @param <I> the type of the messages
 * @param <O> the type of the outputs
 */
public final class WasmBox<I, O> implements AutoCloseable {

    private final GuestModule module;
    private final BoxOptions<I, O> options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Watchdog watchdog = new Watchdog();
    private final long nanosPerMessage;

    // Guarded by the lock. The guest and its world are replaced together by a restore.
    private @Nullable Guest guest;
    private GuestWorld world;
    private BoxClock clock;
    private volatile BoxState state = BoxState.READY;
    private String trap = "";
    private List<O> outputs = new ArrayList<>();
    private List<O> initialOutputs = List.of();
    private @Nullable Throwable firstFailure;

    /** Whether the output codec's classes are there: the first output may be the first time that they are used. */
    private boolean hasDecoded;

    /** The thread that runs the guest now: whoever calls the box on it does so from within a listener. */
    private volatile @Nullable Thread runner;

    /** A box that has yet to be {@linkplain #initialize() initialised} or {@linkplain #restore(Snapshot) restored}. */
    WasmBox(GuestModule module, BoxOptions<I, O> options) {
        this.module = module;
        this.options = options;
        this.clock = options.clock();
        this.nanosPerMessage = options.limits().timePerMessage().toNanos();
        this.world = newWorld(initialHostState(0));
    }

    private HostState initialHostState(long realtimeNanos) {
        return new HostState(realtimeNanos, 0, options.seed().toBytes(), 0, 0, 0, false);
    }

    private static long now(BoxClock clock) {
        return switch (clock) {
            case BoxClock.Fixed fixed -> BoxClock.nanosOf(fixed.instant());
            case BoxClock.Following following ->
                BoxClock.nanosOf(following.source().instant());
        };
    }

    static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }

    private GuestWorld newWorld(HostState hostState) {
        return new GuestWorld(hostState, options.limits(), this::output, this::log);
    }

    /** Runs the guest's initialisation. A guest that traps in it makes no box: the exception is all there is. */
    void initialize() {
        initialize(initialHostState(now(clock)), null);
    }

    /**
     * Runs the guest's initialisation.
     *
     * @param hostState what the guest sees of the world
     * @param exportedState what the guest is to go on with, or null
     */
    void initialize(HostState hostState, byte @Nullable [] exportedState) {
        lock.lock();
        try {
            requireUninterrupted();
            world = newWorld(hostState);
            Guest initialised = module.instantiate(world, options.limits());
            guest = initialised;
            run(() -> {
                initialised.initialize();
                if (exportedState != null) {
                    initialised.importState(exportedState);
                }
            });
            if (exportedState == null) {
                module.share(initialised); // what a user's box brought along is not for others to keep
            }
            initialOutputs = takeOutputs();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the guest hand out its state. What it may do to its state in doing so, it has done. */
    List<O> exportState() {
        enter();
        try {
            Guest ready = requireReady();
            requireUninterrupted();
            run(ready::exportState);
            return takeOutputs();
        } finally {
            lock.unlock();
        }
    }

    // Messages.

    /**
     * Sends a message, and returns when the guest has handled it.
     *
     * @param message the message
     * @return the outputs that it caused, in their order, in a new list
     * @throws TrapException if the guest was ended; the box is trapped from then on
     * @throws LimitException if the encoded message is longer than {@link Limits#messageBytes()}
     * @throws CodecException if the message has no form in the input codec, and the guest has not run; or if an output
     *     is not of the output codec's form, and the guest has handled the message
     * @throws BoxStateException if the box is finished, trapped or closed, if this thread is interrupted, or if this is
     *     called from within a listener
     */
    public List<O> send(I message) {
        enter();
        try {
            Guest ready = requireReady();
            byte[] bytes = options.input().encode(message);
            if (bytes.length > options.limits().messageBytes()) {
                throw new LimitException("this message has " + bytes.length + " bytes, but the box allows "
                        + options.limits().messageBytes() + "; send it in parts or raise the limit");
            }
            requireUninterrupted();
            if (clock instanceof BoxClock.Following) {
                world.setRealtimeNanos(now(clock));
            }
            run(() -> {
                ready.send(bytes);
                world.countMessage();
            });
            return takeOutputs();
        } finally {
            lock.unlock();
        }
    }

    /** {@return the outputs that the guest sent while it was initialised, before any message; none after a restore} */
    public List<O> initialOutputs() {
        enter();
        try {
            return initialOutputs;
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable work) {
        outputs = new ArrayList<>();
        firstFailure = null;
        world.beginMessage();
        try {
            GuestStacks.run(options.limits().stackBytes(), () -> runWatched(work));
        } catch (GuestFault e) {
            throw trapped(e);
        } catch (RuntimeException | Error e) {
            // Nothing else should come out of a guest. If it does, the guest was ended in the middle all the same.
            state = BoxState.TRAPPED;
            guest = null;
            trap = "an error of the host: " + e;
            throw e;
        } finally {
            // Done already, unless the stack overflowed just there.
            watchdog.disarm();
            runner = null;
        }
        if (world.finished()) {
            state = BoxState.FINISHED;
        }
    }

    private void runWatched(Runnable work) {
        boolean timeIsUp;
        GuestFault fault = null;
        try {
            runner = Thread.currentThread();
            watchdog.arm(nanosPerMessage);
            work.run();
        } catch (GuestFault e) {
            fault = e;
        } finally {
            timeIsUp = watchdog.disarm();
            world.endMessage();
            runner = null;
        }
        if (fault == null) {
            return; // a guest that was done when its time was up has handled the message
        }
        if (fault.reason() == Reason.INTERRUPTED) {
            if (timeIsUp) {
                throw new GuestFault(
                        Reason.TIME,
                        "the guest took longer than the "
                                + options.limits().timePerMessage().toMillis()
                                + " ms that the box allows for a message");
            }
            Thread.currentThread().interrupt();
        }
        throw fault;
    }

    private TrapException trapped(GuestFault fault) {
        Reason reason = fault.reason();
        String message = fault.getMessage();
        if (reason == Reason.TRAP) {
            String panic = world.panic();
            String written = world.standardErrorTail();
            if (panic != null) {
                reason = Reason.PANIC;
                message = panic.isBlank() ? "the guest panicked without saying why" : panic;
            } else if (written.contains("panicked at")) {
                // A guest that cannot report a panic writes it to standard error; the original crate's do.
                reason = Reason.PANIC;
                message = written.strip();
            } else {
                message = "the guest trapped: " + message
                        + (written.isEmpty() ? "" : "; before, it wrote: " + written.strip());
            }
        }
        state = BoxState.TRAPPED;
        trap = Objects.requireNonNullElse(message, reason.name());
        guest = null;
        outputs = new ArrayList<>();
        TrapException exception = new TrapException(reason, trap, fault.getCause());
        if (firstFailure != null) {
            exception.addSuppressed(firstFailure);
        }
        return exception;
    }

    private void output(byte[] bytes) {
        try {
            var listener = options.listener();
            if (listener != null || !hasDecoded) {
                StackHeadroom.require();
            }
            O output = options.output().decode(bytes);
            hasDecoded = true;
            outputs.add(output);
            if (listener != null) {
                listener.accept(output);
            }
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw e; // the guest's, which has used up what the listener needs
        } catch (RuntimeException | Error e) {
            remember(e);
        }
    }

    private void log(LogListener.Stream stream, String line) {
        try {
            StackHeadroom.require();
            options.log().line(stream, line);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw e; // the guest's, which has used up what the listener needs
        } catch (RuntimeException | Error e) {
            remember(e);
        }
    }

    /** What a listener or a codec throws must not run through the guest's frames: it is thrown after the message. */
    private void remember(Throwable failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        } else if (firstFailure != failure) {
            firstFailure.addSuppressed(failure);
        }
    }

    private List<O> takeOutputs() {
        Throwable failure = firstFailure;
        List<O> taken = outputs;
        firstFailure = null;
        outputs = new ArrayList<>();
        switch (failure) {
            case null -> {
                return taken;
            }
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }

    // State.

    /**
     * Takes the whole box as a value.
     *
     * @return the snapshot
     * @throws BoxStateException if the box is trapped or closed, or if this is called from within a listener
     */
    public Snapshot snapshot() {
        enter();
        try {
            return capture();
        } finally {
            lock.unlock();
        }
    }

    private Snapshot capture() {
        return new Snapshot(new BoxImage(module.digestBytes(), requireWhole().capture(), world.capture()));
    }

    /**
     * Puts the box into a snapshot's state, whatever state it is in. Its clock shows the snapshot's time until it is set
     * again; its entropy is {@linkplain Entropy#reseed() reseeded}.
     *
     * @param snapshot a snapshot of a box of the same module
     * @throws SnapshotException if it is of another module, or too large for this box; the box is as it was before
     * @throws BoxStateException if the box is closed, or if this is called from within a listener
     */
    public void restore(Snapshot snapshot) {
        restore(snapshot, RestoreOptions.standard());
    }

    /**
     * Puts the box into a snapshot's state, whatever state it is in. Its clock shows the snapshot's time until it is set
     * again.
     *
     * @param snapshot a snapshot
     * @param restoring what becomes of the entropy, and whether the snapshot may be of another module
     * @throws SnapshotException if it does not fit this box; the box is as it was before
     * @throws BoxStateException if the box is closed, or if this is called from within a listener
     */
    public void restore(Snapshot snapshot, RestoreOptions restoring) {
        enter();
        try {
            if (state == BoxState.CLOSED) {
                throw closed();
            }
            if (!snapshot.moduleDigest().equals(module.digest()) && !restoring.allowsOtherModule()) {
                throw new SnapshotException("this snapshot is of the module with SHA-256 " + snapshot.moduleDigest()
                        + ", but the box runs the one with " + module.digest()
                        + "; restore it into a box of its own module");
            }
            GuestWorld restoredWorld =
                    newWorld(restoring.entropy().apply(snapshot.image().host()));
            Guest restored = module.restore(
                    restoredWorld, options.limits(), snapshot.image().guest());
            world = restoredWorld;
            guest = restored;
            state = snapshot.finished() ? BoxState.FINISHED : BoxState.READY;
            trap = "";
            initialOutputs = List.of();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A new box in this box's present state, with the same options and listeners. Its entropy is
     * {@linkplain Entropy#reseed() reseeded}; this box's goes on as it would have.
     *
     * @return the new box, which belongs to the caller
     * @throws BoxStateException if the box is trapped or closed, or if this is called from within a listener
     */
    public WasmBox<I, O> fork() {
        return fork(Entropy.reseed());
    }

    /**
     * A new box in this box's present state, with the same options and listeners.
     *
     * @param entropy what becomes of the new box's entropy; this box's goes on as it would have
     * @return the new box, which belongs to the caller
     * @throws BoxStateException if the box is trapped or closed, or if this is called from within a listener
     */
    public WasmBox<I, O> fork(Entropy entropy) {
        enter();
        try {
            WasmBox<I, O> fork = new WasmBox<>(module, options);
            fork.restore(capture(), RestoreOptions.standard().withEntropy(entropy));
            fork.clock = clock;
            return fork;
        } finally {
            lock.unlock();
        }
    }

    /** {@return what the box can do next, without waiting for a message in progress} */
    public BoxState state() {
        return state;
    }

    /** {@return the module that the box runs} */
    public GuestModule module() {
        return module;
    }

    /** {@return the options that the box was made with} */
    public BoxOptions<I, O> options() {
        return options;
    }

    // Clock.

    /** {@return what the guest's realtime clock shows} */
    public Instant clock() {
        enter();
        try {
            return instantOf(world.realtimeNanos());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets where the box's time comes from, and sets the guest's realtime clock to it.
     *
     * @param newClock the clock
     * @throws BoxStateException if the box is closed, or if this is called from within a listener
     */
    public void setClock(BoxClock newClock) {
        enter();
        try {
            if (state == BoxState.CLOSED) {
                throw closed();
            }
            world.setRealtimeNanos(now(newClock));
            clock = newClock;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the guest. A closed box can do nothing any more; closing it again does nothing. */
    @Override
    public void close() {
        enter();
        try {
            state = BoxState.CLOSED;
            guest = null;
        } finally {
            lock.unlock();
        }
    }

    // Guards.

    private void enter() {
        // With a stack of its own, the guest runs on another thread than the one that holds the lock.
        if (lock.isHeldByCurrentThread() || runner == Thread.currentThread()) {
            throw new BoxStateException(
                    "a box cannot be used from within its own listener, codec or clock, while it handles a message");
        }
        lock.lock();
    }

    private static void requireUninterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new BoxStateException(
                    "this thread is interrupted, so that the guest would be ended at once; the guest has not run");
        }
    }

    private Guest requireReady() {
        if (state == BoxState.FINISHED) {
            throw new BoxStateException(
                    "this box is finished: its guest's program has ended, and takes no more messages; restore a snapshot");
        }
        return requireWhole();
    }

    private Guest requireWhole() {
        return switch (state) {
            case READY, FINISHED -> Objects.requireNonNull(guest);
            case TRAPPED ->
                throw new BoxStateException(
                        "this box is trapped (" + trap + "); restore a snapshot, or start another box");
            case CLOSED -> throw closed();
        };
    }

    private static BoxStateException closed() {
        return new BoxStateException("this box is closed");
    }
}
