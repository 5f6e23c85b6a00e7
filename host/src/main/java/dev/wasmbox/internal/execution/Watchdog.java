package dev.wasmbox.internal.execution;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread that runs a guest for too long. Arming and disarming it costs two atomic writes, since every
 * message does so.
 *
 * <p>A watch is used by one thread at a time; the watchdog's own thread looks at all watches that are in use.
 */
public final class Watchdog {

    /*
     * A watch's deadline is its whole state: NONE, or a time, or FIRING while the watchdog interrupts the thread, or FIRED.
     * Only the watchdog moves it to FIRING, by a compare-and-set that fails when the message has ended in the meantime;
     * and disarm() waits out FIRING, so that the interrupt never reaches the thread after the guest's code.
     *
     * The thread sleeps for LOOK_NANOS between two looks. A watch that was seen idle in two looks is dropped from the set
     * and enters it again with its next message; the thread ends when the set is empty for a while.
     */
    private static final long NONE = Long.MIN_VALUE;
    private static final long FIRING = Long.MIN_VALUE + 1;
    private static final long FIRED = Long.MIN_VALUE + 2;
    private static final long LOOK_NANOS = 5_000_000;

    private static final VarHandle DEADLINE;
    private static final Set<Watchdog> IN_USE = ConcurrentHashMap.newKeySet();
    private static volatile @Nullable Thread sweeper;

    static {
        try {
            DEADLINE = MethodHandles.lookup().findVarHandle(Watchdog.class, "deadline", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through DEADLINE
    private volatile long deadline = NONE;

    private final Runnable alarm;
    private volatile boolean registered;
    private volatile @Nullable Thread thread;

    /** Whether the alarm was raised. Only the watchdog's thread touches it. */
    private boolean alarmed;

    /** Only the sweeper touches it. */
    private boolean seenIdle;

    /**
     * A watch.
     *
     * @param alarm makes the code that is watched look if its thread is interrupted; called when a thread is interrupted
     *     that runs it, by whomever, the first time that this is seen, on the watchdog's thread
     */
    public Watchdog(Runnable alarm) {
        this.alarm = alarm;
    }

    /**
     * Begins to watch the current thread.
     *
     * @param nanos after how long it is to be interrupted, more than zero
     */
    public void arm(long nanos) {
        thread = Thread.currentThread();
        long time = System.nanoTime() + nanos;
        DEADLINE.setVolatile(this, time <= FIRED ? FIRED + 1 : time);
        if (!registered) {
            register();
        }
    }

    /**
     * Ends to watch the current thread; does nothing if it is not watched.
     *
     * @return whether it was interrupted; the interrupt status is cleared then
     */
    public boolean disarm() {
        if (deadline == NONE) {
            return false;
        }
        thread = null;
        long seen = deadline;
        if (seen > FIRED && DEADLINE.compareAndSet(this, seen, NONE)) {
            return false;
        }
        while (deadline == FIRING || !DEADLINE.compareAndSet(this, FIRED, NONE)) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        return true;
    }

    private void register() {
        registered = true;
        IN_USE.add(this);
        Thread running = sweeper;
        if (running == null || !running.isAlive()) {
            startSweeper();
        }
    }

    private static synchronized void startSweeper() {
        Thread running = sweeper;
        if (running == null || !running.isAlive()) {
            Thread started = Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("wasmbox-watchdog")
                    .unstarted(Watchdog::sweep);
            sweeper = started;
            started.start();
        }
    }

    private static void sweep() {
        int emptySweeps = 0;
        while (emptySweeps < 1_000 || !retire()) {
            LockSupport.parkNanos(LOOK_NANOS);
            Thread.interrupted();
            try {
                for (Watchdog watch : IN_USE) {
                    watch.look();
                }
            } catch (OutOfMemoryError e) {
                // The limits have to hold above all when the heap is exhausted; the next sweep tries again.
                continue;
            }
            emptySweeps = IN_USE.isEmpty() ? emptySweeps + 1 : 0;
        }
    }

    /** Ends the sweeper unless there is something to watch. Who registers afterwards finds none and starts another. */
    private static synchronized boolean retire() {
        Thread self = sweeper;
        sweeper = null;
        if (IN_USE.isEmpty()) {
            return true;
        }
        sweeper = self;
        return false;
    }

    private void look() {
        long seen = deadline;
        if (seen >= FIRED) {
            seenIdle = false;
            // Fired once, it fires again: somebody else may have cleared the interrupt status.
            boolean due = seen == FIRED || System.nanoTime() - seen >= 0;
            Thread watched = thread;
            if (watched == null) {
                return;
            }
            if (!alarmed && (due || watched.isInterrupted())) {
                alarm.run();
                alarmed = true; // unless the heap was exhausted: then it is raised again
            }
            if (due && DEADLINE.compareAndSet(this, seen, FIRING)) {
                watched.interrupt();
                DEADLINE.setVolatile(this, FIRED);
            }
        } else if (seen == NONE) {
            if (seenIdle) {
                seenIdle = false;
                IN_USE.remove(this);
                registered = false;
                // The watch may have been armed between the look and the removal.
                if (deadline != NONE && !registered) {
                    registered = true;
                    IN_USE.add(this);
                }
            } else {
                seenIdle = true;
            }
        }
    }
}
