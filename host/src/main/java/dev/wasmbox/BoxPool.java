package dev.wasmbox;

import dev.wasmbox.internal.abi.Guest;
import dev.wasmbox.internal.execution.StackHeadroom;
import dev.wasmbox.internal.state.GuestState;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Boxes of one module of which few are in use at a time. A box that is not is at rest: it is nothing but what it changed,
 * some hundred bytes for a small guest, instead of its guest's whole memory. It wakes by itself when it is used. So a
 * hundred thousand boxes fit into the memory of some hundred.
 *
 * {@snippet :
 * BoxPool pool = BoxPool.of(module, PoolOptions.standard());
 * WasmBox<String, String> box = pool.start(BoxOptions.strings());
 * box.send("up"); // like any box; whether it is at rest makes no difference but for some microseconds
 * }
 *
 * <p>Safe for any number of threads. It holds memory, and while it has boxes that are awake a thread; it need not be
 * closed. Boxes that nobody refers to any more are garbage as everywhere.
 */
public final class BoxPool {

    private final GuestModule module;
    private final PoolOptions options;

    private final LongAdder boxes = new LongAdder();
    private final LongAdder restingBytes = new LongAdder();
    private final LongAdder freezes = new LongAdder();
    private final LongAdder thaws = new LongAdder();

    /** Guarded by this, as the three below. Each knows its place in the list. */
    private final List<WasmBox<?, ?>> residents = new ArrayList<>();

    /** The next resident that is considered to be put to rest. */
    private int hand;

    private boolean hasSweeper;

    /** Counts the sweeps, in each of which those are put to rest that were not used since the one before. */
    private volatile int sweep;

    private BoxPool(GuestModule module, PoolOptions options) {
        this.module = module;
        this.options = options;
    }

    /**
     * A pool without boxes.
     *
     * @param module the module of all of its boxes
     * @param options how many boxes may be awake, and for how long
     * @return the pool
     */
    public static BoxPool of(GuestModule module, PoolOptions options) {
        return new BoxPool(module, options);
    }

    /**
     * Starts a box in the pool.
     *
     * @param boxOptions how it is to be
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box, whose guest has been initialised; it belongs to the caller
     * @throws TrapException if the guest was ended during its initialisation
     * @throws LimitException if the module needs more to begin with than the options allow
     * @throws BoxStateException if this thread is interrupted
     */
    public <I, O> WasmBox<I, O> start(BoxOptions<I, O> boxOptions) {
        WasmBox<I, O> box = module.newBox(boxOptions, this);
        boxes.increment();
        try {
            box.initialize();
        } catch (Throwable e) {
            box.close();
            throw e;
        }
        return box;
    }

    /**
     * Wakes a box in a snapshot's state, in the pool. Its entropy is {@linkplain Entropy#reseed() reseeded}.
     *
     * @param snapshot a snapshot of a box of this module
     * @param boxOptions how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box; it belongs to the caller
     * @throws SnapshotException if it is of another module, or too large for the options' limits
     */
    public <I, O> WasmBox<I, O> restore(Snapshot snapshot, BoxOptions<I, O> boxOptions) {
        return restore(snapshot, boxOptions, RestoreOptions.standard());
    }

    /**
     * Wakes a box in a snapshot's state, in the pool.
     *
     * @param snapshot a snapshot
     * @param boxOptions how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param restoring what becomes of the entropy, and whether the snapshot may be of another module
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box; it belongs to the caller
     * @throws SnapshotException if it does not fit this module, or is too large for the options' limits
     */
    public <I, O> WasmBox<I, O> restore(Snapshot snapshot, BoxOptions<I, O> boxOptions, RestoreOptions restoring) {
        WasmBox<I, O> box = module.newBox(boxOptions, this);
        box.restore(snapshot, restoring);
        boxes.increment();
        return box;
    }

    /** {@return the module of all of its boxes} */
    public GuestModule module() {
        return module;
    }

    /** {@return the pool's options} */
    public PoolOptions options() {
        return options;
    }

    /** {@return what the pool has done so far, and what its boxes take} */
    public PoolMetrics metrics() {
        int resident;
        long residentBytes = 0;
        synchronized (this) {
            resident = residents.size();
            for (WasmBox<?, ?> box : residents) {
                residentBytes += box.residentBytes();
            }
        }
        return new PoolMetrics(boxes.sum(), resident, residentBytes, restingBytes.sum(), freezes.sum(), thaws.sum());
    }

    // For the boxes, which call these with their own locks held.

    /** The number of the present sweep, which a box remembers when it is used. */
    int sweep() {
        return sweep;
    }

    /**
     * Makes a guest for a box that is not a resident yet, and puts another to rest if there are too many.
     *
     * @param limits the box's limits
     * @param state the state that the guest is to be in
     * @return the guest
     */
    Guest admit(Limits limits, GuestState state) {
        return module.restore(evict(), limits, state);
    }

    /** Puts a box to rest if there are too many, for another one that makes its guest itself. */
    void makeRoom() {
        Guest left = evict();
        if (left != null) {
            module.release(left);
        }
    }

    /** Puts boxes to rest until there is room for another one, or all are in use. Ends with the guest of one of them. */
    private @Nullable Guest evict() {
        StackHeadroom.require(); // a listener may use a box where its own guest has used up the stack
        Guest free = null;
        WasmBox<?, ?> victim;
        while ((victim = lockVictim()) != null) {
            try {
                Guest left = putToRest(victim);
                if (free != null) {
                    module.release(free);
                }
                free = left;
            } catch (LimitException | OutOfMemoryError e) {
                break; // there is no room for its state: it stays awake
            } finally {
                victim.unlock();
            }
        }
        return free;
    }

    /** Counts a box that was forked. */
    void forked() {
        boxes.increment();
    }

    /** A box has a guest of its own now, or has had one all the time. */
    synchronized void add(WasmBox<?, ?> box) {
        if (box.residence() >= 0) {
            return;
        }
        if (!hasSweeper) {
            startSweeper();
            hasSweeper = true;
        }
        residents.add(box);
        box.setResidence(residents.size() - 1);
    }

    /** A box has no guest any more. */
    synchronized void remove(WasmBox<?, ?> box) {
        int place = box.residence();
        if (place < 0) {
            return;
        }
        WasmBox<?, ?> last = residents.removeLast();
        if (place < residents.size()) {
            residents.set(place, last);
            last.setResidence(place);
        }
        box.setResidence(-1);
    }

    /** A box was woken. */
    void thawed() {
        thaws.increment();
    }

    /** The boxes at rest take so many more bytes. */
    void resting(long bytes) {
        restingBytes.add(bytes);
    }

    /** A box was closed. */
    void closed() {
        boxes.decrement();
    }

    // Rest.

    /** Finds a resident to be put to rest, and locks it; null if there is room for another, or if all are in use. */
    private synchronized @Nullable WasmBox<?, ?> lockVictim() {
        if (residents.size() < options.residentBoxes()) {
            return null;
        }
        // Twice around: the first time, those that were used since the hand last passed are spared.
        for (int i = 2 * residents.size(); i > 0; i--) {
            hand = hand + 1 < residents.size() ? hand + 1 : 0;
            WasmBox<?, ?> box = residents.get(hand);
            if (!box.takeRecentUse() && box.tryLock()) {
                return box;
            }
        }
        return null;
    }

    /** Puts a locked box to rest. */
    private @Nullable Guest putToRest(WasmBox<?, ?> box) {
        Guest left = box.rest();
        if (left != null) {
            freezes.increment();
        }
        remove(box);
        return left;
    }

    private void startSweeper() {
        WeakReference<BoxPool> pool = new WeakReference<>(this);
        long nanos = options.idleTime().toNanos();
        Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name("wasmbox-pool")
                .start(() -> sweepEvery(nanos, pool));
    }

    private static void sweepEvery(long nanos, WeakReference<BoxPool> reference) {
        do {
            LockSupport.parkNanos(nanos);
            Thread.interrupted();
        } while (restIdle(reference));
    }

    /** In a method of its own, so that the thread does not hold the pool while it sleeps. */
    private static boolean restIdle(WeakReference<BoxPool> reference) {
        BoxPool pool = reference.get();
        return pool != null && pool.restIdle();
    }

    /** Puts those to rest that were not used since the last sweep. Ends with false if nobody is left. */
    private boolean restIdle() {
        int before = sweep;
        List<WasmBox<?, ?>> idle = new ArrayList<>();
        synchronized (this) {
            if (residents.isEmpty()) {
                hasSweeper = false;
                return false;
            }
            for (WasmBox<?, ?> box : residents) {
                if (box.usedInSweep() != before) {
                    idle.add(box);
                }
            }
            sweep = before + 1;
        }
        for (WasmBox<?, ?> box : idle) {
            if (box.tryLock()) {
                try {
                    if (box.usedInSweep() != before + 1 && box.residence() >= 0) {
                        Guest left = putToRest(box);
                        if (left != null) {
                            module.release(left);
                        }
                    }
                } catch (LimitException | OutOfMemoryError e) {
                    // It stays awake, and may be put to rest by another sweep.
                } finally {
                    box.unlock();
                }
            }
        }
        return true;
    }
}
