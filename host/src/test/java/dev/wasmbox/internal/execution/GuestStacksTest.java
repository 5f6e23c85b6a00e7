package dev.wasmbox.internal.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GuestStacksTest {

    private static final long SMALL = 256 << 10;
    private static final long LARGE = 32 << 20;

    private static Thread threadOf(long stackBytes) {
        AtomicReference<@Nullable Thread> ran = new AtomicReference<>();
        GuestStacks.run(stackBytes, () -> ran.set(Thread.currentThread()));
        Thread thread = ran.get();
        assertThat(thread).isNotNull();
        return thread == null ? Thread.currentThread() : thread;
    }

    @Test
    void withoutASizeTheCallersStackIsUsed() {
        assertThat(threadOf(0)).isSameAs(Thread.currentThread());
    }

    @Test
    void withASizeAnotherThreadIsUsedThatEndsNoProcess() {
        Thread thread = threadOf(SMALL);
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("wasmbox-guest-");
    }

    @Test
    void aThreadIsUsedAgain() {
        Thread first = threadOf(SMALL);
        for (int i = 0; i < 1_000; i++) {
            assertThat(threadOf(SMALL)).isSameAs(first);
        }
    }

    @Test
    void aLargerStackIsDeeper() {
        int small = depth(SMALL);
        int large = depth(LARGE);
        assertThat(small).isGreaterThan(100);
        assertThat(large).isGreaterThan(4 * small);
    }

    private static int depth(long stackBytes) {
        AtomicInteger depth = new AtomicInteger();
        assertThatThrownBy(() -> GuestStacks.run(stackBytes, () -> descend(depth)))
                .isInstanceOf(StackOverflowError.class);
        return depth.get();
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static void descend(AtomicInteger depth) {
        depth.incrementAndGet();
        descend(depth);
    }

    @Test
    void whatItThrowsIsThrown() {
        IllegalStateException exception = new IllegalStateException();
        assertThatThrownBy(() -> GuestStacks.run(SMALL, () -> {
                    throw exception;
                }))
                .isSameAs(exception);
        AssertionError error = new AssertionError();
        assertThatThrownBy(() -> GuestStacks.run(SMALL, () -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThatThrownBy(() ->
                        GuestStacks.run(SMALL, () -> GuestStacksTest.<RuntimeException>sneak(new IOException("x"))))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable throwable) throws E {
        throw (E) throwable;
    }

    @Test
    void anInterruptIsPassedOnAndKept() {
        Thread caller = Thread.currentThread();
        AtomicReference<Boolean> arrived = new AtomicReference<>(false);
        GuestStacks.run(SMALL, () -> {
            caller.interrupt();
            CountDownLatch never = new CountDownLatch(1);
            try {
                never.await();
            } catch (InterruptedException e) {
                arrived.set(true);
            }
        });
        assertThat(arrived.get()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    /** An interrupt at the very end of one guest must not meet the next one that runs on the same thread. */
    @Test
    void anInterruptThatComesTooLateMeetsNobody() {
        Thread caller = Thread.currentThread();
        for (int i = 0; i < 2_000; i++) {
            GuestStacks.run(SMALL, caller::interrupt);
            assertThat(Thread.interrupted()).isTrue();
            AtomicReference<Boolean> disturbed = new AtomicReference<>(true);
            GuestStacks.run(SMALL, () -> disturbed.set(Thread.currentThread().isInterrupted()));
            assertThat(disturbed.get()).isFalse();
        }
    }
}
