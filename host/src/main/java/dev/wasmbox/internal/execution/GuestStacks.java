package dev.wasmbox.internal.execution;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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
        Thread[] runner = new Thread[1];
        Future<?> running = BY_SIZE.computeIfAbsent(stackBytes, GuestStacks::threads)
                .submit(() -> {
                    synchronized (runner) {
                        runner[0] = Thread.currentThread();
                    }
                    try {
                        work.run();
                    } finally {
                        synchronized (runner) {
                            runner[0] = null;
                            // An interrupt that came too late must not meet the thread's next guest.
                            Thread.interrupted();
                        }
                    }
                });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    running.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    synchronized (runner) {
                        if (runner[0] != null) {
                            runner[0].interrupt();
                        }
                    }
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
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> Thread.ofPlatform()
                        .daemon()
                        .name("wasmbox-guest-", 0)
                        .stackSize(stackBytes)
                        .unstarted(work));
    }
}
