package dev.wasmbox.internal.execution;

import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a guest on a stack of a given size. Threads are kept for a while and shared by all boxes that want the same size.
 *
 * <p>To be woken takes a thread longer than most messages take a guest. So a thread that waits, for work or for its result,
 * first looks for some microseconds whether it is there, and only then sleeps.
 */
public final class GuestStacks {

    private static final long SPIN_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 50_000 : 0;
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The threads that have nothing to do, by the size of their stacks; the last to be used is the first to be used again. */
    private static final Map<Long, Deque<GuestThread>> IDLE = new ConcurrentHashMap<>();

    private static final AtomicLong STARTED = new AtomicLong();

    private GuestStacks() {}

    /**
     * Runs something and waits for it, without being interruptible itself: an interrupt of the waiting thread is passed
     * on to the guest.
     *
     * @param stackBytes the size of the stack, or 0 for the current thread's own
     * @param work what to run
     */
    public static void run(long stackBytes, Runnable work) {
        if (stackBytes == 0) {
            work.run();
            return;
        }
        Deque<GuestThread> idle = IDLE.computeIfAbsent(stackBytes, _ -> new ConcurrentLinkedDeque<>());
        Errand errand = new Errand(work);
        GuestThread thread = idle.pollFirst();
        if (thread == null) {
            new GuestThread(idle, errand).start(stackBytes);
        } else {
            thread.take(errand);
        }
        errand.await();
    }

    /** Waits until something is so, or there is an interrupt, or the time is over. */
    private static void await(BooleanSupplier condition, long nanos) {
        long start = System.nanoTime();
        long waited = 0;
        while (!condition.getAsBoolean() && waited < nanos) {
            if (waited < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(nanos - waited);
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
            waited = System.nanoTime() - start;
        }
    }

    /** A thread that does one errand after the other. */
    private static final class GuestThread implements Runnable {
        private final Deque<GuestThread> idle;
        private volatile @Nullable Errand next;
        private volatile @Nullable Thread thread;

        GuestThread(Deque<GuestThread> idle, Errand first) {
            this.idle = idle;
            this.next = first;
        }

        void start(long stackBytes) {
            Thread started = Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("wasmbox-guest-" + STARTED.getAndIncrement())
                    .stackSize(stackBytes)
                    .unstarted(this);
            thread = started;
            started.start();
        }

        /** Gives it something to do; it is not idle any more. */
        void take(Errand errand) {
            next = errand;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            while (true) {
                await(() -> next != null, KEPT_NANOS);
                Errand errand = next;
                if (errand != null) {
                    next = null;
                    errand.run();
                    try {
                        idle.addFirst(this);
                    } finally {
                        errand.finish();
                    }
                } else if (idle.remove(this)) {
                    return;
                }
            }
        }
    }

    /** Work that can be interrupted from before it begins until it ends, and not after, and the thread that waits for it. */
    private static final class Errand {
        private final Runnable work;
        private final Thread waiting = Thread.currentThread();
        private @Nullable Thread runner;
        private boolean interrupted;
        private @Nullable Throwable failure;
        private volatile boolean finished;

        Errand(Runnable work) {
            this.work = work;
        }

        void run() {
            begin();
            try {
                work.run();
            } catch (Throwable e) {
                failure = e;
            } finally {
                end();
            }
        }

        private synchronized void begin() {
            runner = Thread.currentThread();
            Thread.interrupted(); // somebody's interrupt of a thread that had nothing to do
            if (interrupted) {
                runner.interrupt();
            }
        }

        private synchronized void end() {
            runner = null;
            // An interrupt that came too late must not meet the thread's next guest.
            Thread.interrupted();
        }

        void finish() {
            finished = true;
            LockSupport.unpark(waiting);
        }

        /** Waits for it, and throws what it threw. */
        void await() {
            boolean interrupted = false;
            while (!finished) {
                GuestStacks.await(() -> finished, Long.MAX_VALUE);
                if (Thread.interrupted()) {
                    interrupted = true;
                    interrupt();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure) {
                case null -> {}
                case RuntimeException exception -> throw exception;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failure);
            }
        }

        private synchronized void interrupt() {
            interrupted = true;
            if (runner != null) {
                runner.interrupt();
            }
        }
    }
}
