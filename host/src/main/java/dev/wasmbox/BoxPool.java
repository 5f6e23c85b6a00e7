package dev.wasmbox;

import dev.wasmbox.internal.abi.Guest;
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
        WasmBox<I, O> box = new WasmBox<>(module, boxOptions, this);
        box.initialize();
        boxes.increment();
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
        WasmBox<I, O> box = new WasmBox<>(module, boxOptions, this);
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
     * Gives a box a guest in a state, and puts another box to rest if there are too many.
     *
     * @param box a box that is not a resident
     * @param limits the box's limits
     * @param state the state
     * @return the guest
     */
    Guest admit(WasmBox<?, ?> box, Limits limits, GuestState state) {
        Guest free = null;
        WasmBox<?, ?> victim;
        while ((victim = lockVictim()) != null) {
            try {
                Guest left = putToRest(victim);
                if (free == null) {
                    free = left;
                } else if (left != null) {
                    module.release(left);
                }
            } finally {
                victim.unlock();
            }
        }
        Guest guest = module.restore(free, limits, state);
        add(box);
        return guest;
    }

    /** Counts a box that was forked. */
    void forked() {
        boxes.increment();
    }

    /** A box has a guest of its own now. */
    synchronized void add(WasmBox<?, ?> box) {
        box.setResidence(residents.size());
        residents.add(box);
        if (!hasSweeper) {
            hasSweeper = true;
            startSweeper();
        }
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

    /** A box was woken whose state took so many bytes. */
    void thawed(int bytes) {
        thaws.increment();
        restingBytes.add(-bytes);
    }

    /** A box is at rest whose state takes so many bytes. */
    void resting(int bytes) {
        restingBytes.add(bytes);
    }

    /** A box was closed whose state took so many bytes at rest. */
    void closed(int bytes) {
        boxes.decrement();
        restingBytes.add(-bytes);
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
        while (true) {
            LockSupport.parkNanos(nanos);
            Thread.interrupted();
            BoxPool pool = reference.get();
            if (pool == null || !pool.restIdle()) {
                return;
            }
        }
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
                } catch (OutOfMemoryError e) {
                    // It stays awake, and may be put to rest by another sweep.
                } finally {
                    box.unlock();
                }
            }
        }
        return true;
    }
}
