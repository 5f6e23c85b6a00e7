package dev.wasmbox.internal.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The interrupt arrives when the time is up, and never when the watch is over. */
@Timeout(60)
class WatchdogTest {

    private static final long HOUR = 3_600_000_000_000L;

    /** Waits as long as it takes: the test's time limit ends it if no interrupt ever comes. */
    private static boolean isInterruptedInTime() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void interruptsWhenTheTimeIsUp() {
        Watchdog watchdog = new Watchdog(() -> {});
        for (int i = 0; i < 5; i++) {
            watchdog.arm(1_000_000);
            assertThat(isInterruptedInTime()).isTrue();
            assertThat(watchdog.disarm()).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void interruptsAgainWhenSomebodyElseTookTheInterrupt() {
        Watchdog watchdog = new Watchdog(() -> {});
        watchdog.arm(1_000_000);
        for (int i = 0; i < 3; i++) {
            assertThat(isInterruptedInTime()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(watchdog.disarm()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void saysNothingWhenTheTimeIsNotUp() {
        Watchdog watchdog = new Watchdog(() -> {});
        for (int i = 0; i < 10_000; i++) {
            watchdog.arm(HOUR);
            assertThat(watchdog.disarm()).isFalse();
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesAnInterruptOfSomebodyElseAlone() {
        Watchdog watchdog = new Watchdog(() -> {});
        watchdog.arm(HOUR);
        Thread.currentThread().interrupt();
        assertThat(watchdog.disarm()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    /**
     * Threads whose watches end in the very moment in which their time is up: whether a watch fired or not, no thread is
     * interrupted after it, also not while it does something else.
     */
    @Test
    void neverInterruptsAfterTheWatch() throws InterruptedException, ExecutionException {
        int threads = 3;
        CountDownLatch start = new CountDownLatch(threads);
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    start.countDown();
                    start.await();
                    return raceTheWatchdog();
                }));
            }
            int fired = 0;
            for (Future<Integer> result : results) {
                fired += result.get();
            }
            assertThat(fired).as("some watches did end after their time").isPositive();
        }
    }

    private static int raceTheWatchdog() {
        Watchdog watchdog = new Watchdog(() -> {});
        int fired = 0;
        long end = System.nanoTime() + 1_500_000_000L;
        for (int i = 0; System.nanoTime() < end; i++) {
            // The watchdog looks every few milliseconds, so that these times are about those of its looks.
            long length = 1 + (i % 13) * 500_000L;
            watchdog.arm(length);
            long until = System.nanoTime() + length + (i % 7) * 900_000L;
            while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            fired += watchdog.disarm() ? 1 : 0;
            for (int j = 0; j < 2_000; j++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("interrupted after the watch " + i);
                }
            }
        }
        return fired;
    }

    /** A watch that was idle for long is forgotten by the watchdog's thread, and has to be seen again. */
    @Test
    void seesAWatchAgainThatWasIdle() {
        Watchdog idle = new Watchdog(() -> {});
        Watchdog busy = new Watchdog(() -> {});
        for (int round = 0; round < 3; round++) {
            idle.arm(1_000_000);
            assertThat(isInterruptedInTime()).isTrue();
            assertThat(idle.disarm()).isTrue();
            // Some looks of the watchdog later.
            for (int i = 0; i < 4; i++) {
                busy.arm(6_000_000);
                assertThat(isInterruptedInTime()).isTrue();
                assertThat(busy.disarm()).isTrue();
            }
        }
    }
}
