package dev.wasmbox.internal.execution;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a guest on a stack of a given size. Threads are kept for a while and shared by all boxes that want the same size.
 */
public final class GuestStacks {

    private static final Map<Long, ExecutorService> BY_SIZE = new ConcurrentHashMap<>();

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
        Runner runner = new Runner(work);
        Future<?> running =
                BY_SIZE.computeIfAbsent(stackBytes, GuestStacks::threads).submit(runner);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    running.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    runner.interrupt();
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case RuntimeException exception -> throw exception;
                        case Error error -> throw error;
                        case null, default -> throw new IllegalStateException(e.getCause());
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ExecutorService threads(long stackBytes) {
        ThreadFactory factory = Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name("wasmbox-guest-", 0)
                .stackSize(stackBytes)
                .factory();
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    /** Work that can be interrupted from before it begins until it ends, and not after. */
    private static final class Runner implements Runnable {
        private final Runnable work;
        private @Nullable Thread thread;
        private boolean interrupted;

        Runner(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            begin();
            try {
                work.run();
            } finally {
                end();
            }
        }

        private synchronized void begin() {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }

        private synchronized void end() {
            thread = null;
            // An interrupt that came too late must not meet the thread's next guest.
            Thread.interrupted();
        }

        synchronized void interrupt() {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
