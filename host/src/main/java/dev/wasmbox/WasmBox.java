package dev.wasmbox;

import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.abi.Guest;
import dev.wasmbox.internal.execution.GuestStacks;
import dev.wasmbox.internal.execution.StackHeadroom;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.CompactState;
import dev.wasmbox.internal.state.GuestState;
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

    /** As they were given. */
    private final BoxOptions<I, O> givenOptions;

    /** The same, with codecs for this module. */
    private final BoxOptions<I, O> options;

    private final @Nullable BoxPool pool;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock. A box has a guest and its world, or is at rest, or is trapped or closed, when only the world
    // is left.
    private @Nullable Guest guest;
    private @Nullable GuestWorld world;
    private @Nullable Resting resting;
    private BoxClock clock;
    private volatile BoxState state = BoxState.READY;
    private String trap = "";
    private List<O> outputs = List.of();
    private List<O> initialOutputs = List.of();
    private @Nullable Throwable firstFailure;

    /** Whether the output codec's classes are there: the first output may be the first time that they are used. */
    private boolean hasDecoded;

    /** The thread that runs the guest now: whoever calls the box on it does so from within a listener. */
    private @Nullable Thread runner;

    // For the pool, see there.
    private int residence = -1;
    private int usedInSweep;
    private boolean recentlyUsed;

    /** A box that is not awake. */
    private record Resting(CompactState guest, HostState host) {
        static long bytes(@Nullable Resting resting) {
            return resting == null ? 0 : resting.guest.sizeBytes();
        }
    }

    /** A box that has yet to be {@linkplain #initialize() initialised} or {@linkplain #restore(Snapshot) restored}. */
    WasmBox(GuestModule module, BoxOptions<I, O> givenOptions, BoxOptions<I, O> options, @Nullable BoxPool pool) {
        this.module = module;
        this.givenOptions = givenOptions;
        this.options = options;
        this.pool = pool;
        this.clock = options.clock();
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
        return new GuestWorld(hostState, options.limits(), this::output, this::log, this::reply);
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
            GuestState known = exportedState == null ? module.initialState(options.limits()) : null;
            if (known != null) {
                occupy(known, hostState);
                return;
            }
            if (pool != null) {
                pool.makeRoom();
            }
            GuestWorld initialWorld = newWorld(hostState);
            Guest initialised = module.instantiate(options.limits());
            settle(initialised, initialWorld);
            run(INITIALIZE, exportedState);
            if (exportedState == null) {
                // Otherwise it holds what a user's box brought along, which is not for others to keep.
                module.share(initialised, !initialWorld.isObserved());
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
            requireReady();
            requireUninterrupted();
            run(EXPORT_STATE, null);
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
            requireReady();
            byte[] bytes = options.input().encode(message);
            if (bytes.length > options.limits().messageBytes()) {
                throw new LimitException("this message has " + bytes.length + " bytes, but the box allows "
                        + options.limits().messageBytes() + "; send it in parts or raise the limit");
            }
            requireUninterrupted();
            if (clock instanceof BoxClock.Following) {
                world().setRealtimeNanos(now(clock));
            }
            run(SEND, bytes);
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

    /** What is done with a guest in a call. Not a Runnable, so that a message makes no object for it. */
    @FunctionalInterface
    private interface Work {
        void run(Guest guest, GuestWorld world, byte @Nullable [] bytes);
    }

    private static final Work INITIALIZE = (guest, _, exportedState) -> {
        guest.initialize();
        if (exportedState != null) {
            guest.importState(exportedState);
        }
    };

    private static final Work EXPORT_STATE = (guest, _, _) -> guest.exportState();

    private static final Work SEND = (guest, world, message) -> {
        guest.send(Objects.requireNonNull(message));
        world.countMessage();
    };

    private void run(Work work, byte @Nullable [] bytes) {
        Guest running = Objects.requireNonNull(guest);
        GuestWorld shown = Objects.requireNonNull(world);
        outputs = new ArrayList<>();
        firstFailure = null;
        shown.beginMessage();
        try {
            if (options.limits().stackBytes() == 0) {
                runWatched(work, running, shown, bytes);
            } else {
                GuestStacks.run(options.limits().stackBytes(), () -> runWatched(work, running, shown, bytes));
            }
        } catch (GuestFault e) {
            throw trapped(e);
        } catch (RuntimeException | Error e) {
            // Nothing else should come out of a guest. If it does, the guest was ended in the middle all the same.
            broken(e);
            throw e;
        } finally {
            // Done already, unless the stack overflowed just there.
            running.watchdog().disarm();
            runner = null;
        }
        if (shown.finished()) {
            state = BoxState.FINISHED;
        }
    }

    private void runWatched(Work work, Guest running, GuestWorld shown, byte @Nullable [] bytes) {
        boolean timeIsUp;
        GuestFault fault = null;
        try {
            runner = Thread.currentThread();
            running.watchdog().arm(options.limits().nanosPerMessage());
            work.run(running, shown, bytes);
        } catch (GuestFault e) {
            fault = e;
        } finally {
            timeIsUp = running.watchdog().disarm();
            shown.endMessage();
            runner = null;
        }
        if (fault == null) {
            return; // a guest that was done when its time was up has handled the message
        }
        if (timeIsUp && (fault.reason() == Reason.INTERRUPTED || fault.reason() == Reason.CALL)) {
            throw new GuestFault(
                    Reason.TIME,
                    "the guest took longer than the "
                            + options.limits().timePerMessage().toMillis() + " ms that the box allows for a message",
                    fault.getCause());
        }
        if (fault.reason() == Reason.INTERRUPTED) {
            Thread.currentThread().interrupt();
        }
        throw fault;
    }

    private void broken(Throwable error) {
        state = BoxState.TRAPPED;
        leave();
        trap = "an error of the host: " + error;
    }

    private TrapException trapped(GuestFault fault) {
        Reason reason = fault.reason();
        String message = fault.getMessage();
        if (reason == Reason.TRAP) {
            String panic = world().panic();
            String written = world().standardErrorTail();
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
        leave();
        outputs = List.of();
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

    /** What the handler throws ends the guest. */
    private byte[] reply(byte[] call) {
        StackHeadroom.require();
        return options.calls().reply(call);
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
        outputs = List.of();
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
        GuestState captured = requireWhole().capture();
        return new Snapshot(new BoxImage(module.digestBytes(), captured, world().capture()));
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
            occupy(
                    snapshot.image().guest(),
                    restoring.entropy().apply(snapshot.image().host()));
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
            WasmBox<I, O> fork = new WasmBox<>(module, givenOptions, options, pool);
            fork.restore(capture(), RestoreOptions.standard().withEntropy(entropy));
            fork.clock = clock;
            if (pool != null) {
                pool.forked();
            }
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
        return givenOptions;
    }

    /** {@return how many messages the guest has handled since it was started, as {@link Snapshot#messages()} says} */
    public long messages() {
        enter();
        try {
            return resting == null ? world().messages() : resting.host().messages();
        } finally {
            lock.unlock();
        }
    }

    // Clock.

    /** {@return what the guest's realtime clock shows} */
    public Instant clock() {
        enter();
        try {
            return instantOf(
                    resting == null ? world().realtimeNanos() : resting.host().realtimeNanos());
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
            if (state != BoxState.TRAPPED) {
                requireWhole();
                world().setRealtimeNanos(now(newClock));
            }
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
            if (state == BoxState.CLOSED) {
                return;
            }
            state = BoxState.CLOSED;
            Guest left = leave();
            if (left != null) {
                module.release(left);
            }
            if (pool != null) {
                pool.closed();
            }
        } finally {
            lock.unlock();
        }
    }

    // Where the guest is. A box in a pool can be at rest: then it has none, and is given one when it is needed.

    private GuestWorld world() {
        return Objects.requireNonNull(world);
    }

    private void settle(Guest newGuest, GuestWorld newWorld) {
        newGuest.enter(newWorld);
        guest = newGuest;
        world = newWorld;
        setResting(null);
        if (pool != null) {
            pool.add(this);
            used(pool);
        }
    }

    /** Lets go of the guest, whatever it is doing, but not of its world: its clock can still be read. */
    private @Nullable Guest leave() {
        Guest left = guest;
        guest = null;
        if (resting != null) {
            world = newWorld(resting.host());
            setResting(null);
        }
        if (pool != null) {
            pool.remove(this);
        }
        return left;
    }

    private void setResting(@Nullable Resting newResting) {
        if (pool != null) {
            pool.resting(Resting.bytes(newResting) - Resting.bytes(resting));
        }
        resting = newResting;
    }

    private void used(BoxPool boxes) {
        usedInSweep = boxes.sweep();
        recentlyUsed = true;
    }

    /** Puts the box into a state: its own guest, if it has one that can be put into that state, or another. */
    private void occupy(GuestState newState, HostState newHostState) {
        Guest present = guest;
        Guest found;
        if (present != null && present.instance().canBecome(newState)) {
            try {
                present.instance().set(newState);
            } catch (Error e) {
                broken(e);
                throw e;
            }
            found = present;
        } else if (pool != null && present == null) {
            found = pool.admit(options.limits(), newState);
        } else {
            found = module.restore(null, options.limits(), newState);
        }
        settle(found, newWorld(newHostState));
    }

    /** Wakes the box if it is at rest. */
    private Guest awake() {
        Resting rested = resting;
        if (rested != null) {
            Guest found = Objects.requireNonNull(pool)
                    .admit(options.limits(), rested.guest().expand());
            settle(found, newWorld(rested.host()));
            pool.thawed();
        } else if (pool != null) {
            used(pool);
        }
        return Objects.requireNonNull(guest);
    }

    /** Puts the box to rest. The lock is held; the guest is between two messages. */
    @Nullable
    Guest rest() {
        Guest left = guest;
        if (left == null) {
            return null;
        }
        CompactState compact = CompactState.of(left.capture(), module.commonState(options.limits()));
        setResting(new Resting(compact, world().capture()));
        guest = null;
        world = null;
        return left;
    }

    boolean tryLock() {
        // This thread may hold the lock: it is the one that wants a guest for the box.
        return !lock.isHeldByCurrentThread() && lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    /** {@return the guest's memory, if the box is awake} */
    long residentBytes() {
        Guest present = guest;
        return present == null ? 0 : present.instance().memoryBytes();
    }

    int residence() {
        return residence;
    }

    void setResidence(int newResidence) {
        residence = newResidence;
    }

    int usedInSweep() {
        return usedInSweep;
    }

    /** {@return whether the box was used since this was last asked} */
    boolean takeRecentUse() {
        boolean used = recentlyUsed;
        recentlyUsed = false;
        return used;
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

    private void requireReady() {
        if (state == BoxState.FINISHED) {
            throw new BoxStateException(
                    "this box is finished: its guest's program has ended, and takes no more messages; restore a snapshot");
        }
        requireWhole();
    }

    private Guest requireWhole() {
        return switch (state) {
            case READY, FINISHED -> awake();
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
