package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CodecException;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A box between its host's threads, listeners and mistakes. */
@Timeout(60)
class BoxUseTest {

    /** Counts its messages, and sends the count; goes on with a loop of so many rounds as the message's first byte says. */
    private static final String COUNTER = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (func $nothing)
            (func (export "wasmbox_send") (param $p i32) (param $length i32) (local $rounds i32)
              (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
              (call $callback (i32.const 0) (i32.const 4))
              (if (local.get $length)
                (then
                  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 255)) (then (loop $ever (br $ever))))
                  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 254)) (then unreachable))
                  (loop $again
                    (call $nothing)
                    (br_if $again (i32.lt_u (local.tee $rounds (i32.add (local.get $rounds) (i32.const 1)))
                      (i32.mul (i32.load8_u (local.get $p)) (i32.const 1000))))))))
            """);

    private static final byte[] NOTHING = {};
    private static final byte[] SOME_ROUNDS = {3};
    private static final byte[] TRAP = {(byte) 254};
    private static final byte[] FOREVER = {(byte) 255};

    /** On the caller's stack, and on one of the guest's own. */
    static Stream<Arguments> enginesAndStacks() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(0L, 300_000L).map(stack -> Arguments.of(engine, stack)));
    }

    private static BoxOptions<byte[], byte[]> options(long stackBytes) {
        return BoxOptions.bytes().withLimits(Limits.standard().withStackBytes(stackBytes));
    }

    private static WasmBox<byte[], byte[]> start(Engine engine, BoxOptions<byte[], byte[]> options) {
        return Wat.load(COUNTER, engine).start(options);
    }

    private static byte[] count(int count) {
        return new byte[] {(byte) count, (byte) (count >> 8), 0, 0};
    }

    @AfterEach
    void leavesNoInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    // Listeners.

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void aListenerGetsEachOutputAndCannotUseTheBox(Engine engine, long stack) {
        AtomicReference<@Nullable WasmBox<byte[], byte[]>> self = new AtomicReference<>();
        List<byte[]> heard = new ArrayList<>();
        List<@Nullable Throwable> thrown = new ArrayList<>();
        WasmBox<byte[], byte[]> box = start(engine, options(stack).withListener(output -> {
            heard.add(output);
            WasmBox<byte[], byte[]> running = self.get();
            if (running != null) {
                thrown.add(catchThrowable(() -> running.send(NOTHING)));
                thrown.add(catchThrowable(running::snapshot));
                thrown.add(catchThrowable(running::fork));
                thrown.add(catchThrowable(running::close));
                thrown.add(catchThrowable(running::clock));
                thrown.add(catchThrowable(() -> running.setClock(BoxClock.fixed(Instant.EPOCH))));
                assertThat(running.state()).isEqualTo(BoxState.READY);
            }
        }));
        Snapshot before = box.snapshot();
        self.set(box);
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(1));
        assertThat(heard).containsExactly(count(1));
        assertThat(thrown).hasSize(6).allSatisfy(e -> assertThat(e)
                .isInstanceOf(BoxStateException.class)
                .hasMessageContaining("from within its own listener"));
        self.set(null);
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(2));
        assertThat(before.messages()).isZero();
        assertThat(box.snapshot().messages()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void aListenerMayUseAnotherBox(Engine engine, long stack) {
        WasmBox<byte[], byte[]> other = start(engine, options(stack));
        List<byte[]> heard = new ArrayList<>();
        WasmBox<byte[], byte[]> box =
                start(engine, options(stack).withListener(output -> heard.addAll(other.send(SOME_ROUNDS))));
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(1));
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(2));
        assertThat(heard).containsExactly(count(1), count(2));
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void whatAListenerThrowsArrivesAfterTheMessage(Engine engine, long stack) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        WasmBox<byte[], byte[]> box = start(engine, options(stack).withListener(output -> {
            switch (failure.get()) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
        }));
        WasmBox<byte[], byte[]> undisturbed = start(engine, options(stack));
        int messages = 0;
        for (Throwable thrown :
                List.of(new IllegalStateException("mine"), new AssertionError("mine"), new LinkageError("mine"))) {
            failure.set(thrown);
            assertThatThrownBy(() -> box.send(SOME_ROUNDS)).isSameAs(thrown);
            assertThat(box.state()).isEqualTo(BoxState.READY);
            undisturbed.send(SOME_ROUNDS);
            messages++;
            assertThat(box.snapshot()).as("the guest cannot tell").isEqualTo(undisturbed.snapshot());
        }
        failure.set(null);
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(messages + 1));
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void whatAListenerThrowsBeforeATrapIsNotLost(Engine engine, long stack) {
        IllegalStateException mine = new IllegalStateException("mine");
        WasmBox<byte[], byte[]> box = start(engine, options(stack).withListener(output -> {
            throw mine;
        }));
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> box.send(TRAP))
                .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(mine));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatALogListenerThrowsArrivesAfterTheMessage(Engine engine) {
        IllegalStateException mine = new IllegalStateException("mine");
        WasmBox<String, String> box = Guests.load("panicker", engine)
                .start(BoxOptions.strings().withLog((stream, line) -> {
                    throw mine;
                }));
        assertThatThrownBy(() -> box.send("print text")).isSameAs(mine);
        assertThat(box.send("hello")).containsExactly("hello");
        // The last line of a message ends with the message, and not with a line feed.
        WasiGuest guest = WasiGuest.start(engine, BoxOptions.bytes().withLog((stream, line) -> {
            throw mine;
        }));
        byte[] vectors = WasiGuest.vectors("no line feed".getBytes(UTF_8));
        assertThatThrownBy(() -> guest.callWith(vectors, "fd_write", 1, WasiGuest.MEMORY, 1, WasiGuest.MEMORY + 900))
                .isSameAs(mine);
        assertThat(guest.call("sched_yield")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void anOutputThatCannotBeReadIsAnErrorAfterTheMessage(Engine engine) {
        WasmBox<String, String> box = Wat.load(COUNTER, engine).start();
        assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.send("text"));
        assertThat(box.state()).isEqualTo(BoxState.READY);
        assertThat(box.snapshot().messages()).isEqualTo(1);
        Snapshot before = box.snapshot();
        assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.send("half a surrogate pair: \uD800"));
        assertThat(box.snapshot()).as("the guest has not run").isEqualTo(before);
    }

    // Interrupts.

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void anInterruptedCallerIsToldAndTheGuestDoesNotRun(Engine engine, long stack) {
        WasmBox<byte[], byte[]> box = start(engine, options(stack));
        Snapshot before = box.snapshot();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(BoxStateException.class)
                .isThrownBy(() -> box.send(SOME_ROUNDS))
                .withMessageContaining("this thread is interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(1));
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void anInterruptEndsTheGuestAndIsKept(Engine engine, long stack) throws InterruptedException {
        Thread caller = Thread.currentThread();
        CountDownLatch running = new CountDownLatch(1);
        WasmBox<byte[], byte[]> box = start(engine, options(stack).withListener(output -> running.countDown()));
        Snapshot before = box.snapshot();
        Thread interrupter = Thread.ofPlatform().start(() -> {
            try {
                running.await();
                caller.interrupt();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> box.send(FOREVER))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        interrupter.join();
        assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
        box.restore(before);
        assertThat(box.send(SOME_ROUNDS)).containsExactly(count(1));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aListenerThatInterruptsItsThreadEndsTheGuest(Engine engine) {
        WasmBox<byte[], byte[]> box = start(
                engine, options(0).withListener(output -> Thread.currentThread().interrupt()));
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> box.send(new byte[] {(byte) 200}))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void timeIsUpForOneMessageOnly(Engine engine, long stack) {
        Limits limits = Limits.standard().withStackBytes(stack).withTimePerMessage(Duration.ofMillis(40));
        WasmBox<byte[], byte[]> box = start(engine, BoxOptions.bytes().withLimits(limits));
        Snapshot before = box.snapshot();
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(FOREVER))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TIME));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            box.restore(before);
            assertThat(box.send(NOTHING)).containsExactly(count(1));
            box.restore(before);
        }
    }

    // Threads.

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void manyThreadsTakeTurnsInOneBox(Engine engine, long stack) throws Exception {
        WasmBox<byte[], byte[]> box = start(engine, options(stack));
        int threads = 4;
        int each = 50;
        Set<List<Byte>> seen = Collections.synchronizedSet(new HashSet<>());
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            Callable<Void> work = () -> {
                for (int i = 0; i < each; i++) {
                    byte[] output = box.send(NOTHING).getFirst();
                    seen.add(List.of(output[0], output[1]));
                }
                return null;
            };
            for (Future<Void> future : executor.invokeAll(Collections.nCopies(threads, work))) {
                future.get();
            }
        }
        assertThat(seen).hasSize(threads * each);
        assertThat(box.snapshot().messages()).isEqualTo((long) threads * each);
    }

    @Test
    void oneModuleServesManyThreadsAtOnce() throws Exception {
        GuestModule module = Guests.load("hashmap", Engine.COMPILED);
        Callable<String> work = () -> {
            WasmBox<String, String> box = module.start();
            for (int i = 0; i < 40; i++) {
                box.send("set k" + i + " " + i);
                if (i % 10 == 0) {
                    box.restore(Snapshot.of(box.snapshot().toBytes()), RestoreOptions.identical());
                }
            }
            return box.snapshot().digest();
        };
        String alone = work.call();
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (Future<String> future : executor.invokeAll(Collections.nCopies(8, work))) {
                assertThat(future.get()).isEqualTo(alone);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndStacks")
    void aCallWaitsForTheMessageInProgressAndStateDoesNot(Engine engine, long stack) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        WasmBox<byte[], byte[]> box = start(engine, options(stack).withListener(output -> {
            running.countDown();
            awaitQuietly(release);
        }));
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<List<byte[]>> sending = executor.submit(() -> box.send(NOTHING));
            running.await();
            Future<Snapshot> waiting = executor.submit(box::snapshot);
            assertThat(box.state()).isEqualTo(BoxState.READY);
            assertThat(waiting.isDone()).isFalse();
            release.countDown();
            assertThat(sending.get(30, TimeUnit.SECONDS)).containsExactly(count(1));
            assertThat(waiting.get(30, TimeUnit.SECONDS).messages()).isEqualTo(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // Ends.

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aClosedBoxCanDoNothing(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine, BoxOptions.bytes());
        Snapshot snapshot = box.snapshot();
        WasmBox<byte[], byte[]> fork = box.fork();
        box.close();
        box.close();
        assertThat(box.state()).isEqualTo(BoxState.CLOSED);
        List<Runnable> uses = List.of(
                () -> box.send(NOTHING),
                box::snapshot,
                box::fork,
                () -> box.restore(snapshot),
                () -> box.setClock(BoxClock.fixed(Instant.EPOCH)));
        assertThat(uses).allSatisfy(use -> assertThatExceptionOfType(BoxStateException.class)
                .isThrownBy(use::run)
                .withMessageContaining("this box is closed"));
        assertThat(box.state()).isEqualTo(BoxState.CLOSED);
        assertThat(fork.send(NOTHING)).as("its fork is on its own").containsExactly(count(1));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aFinishedBoxCanBeKeptAndRestored(Engine engine) {
        WasmBox<String, String> box = Guests.load("finisher", engine).start();
        Snapshot running = box.snapshot();
        assertThat(box.send("done")).containsExactly("done after 0");
        assertThat(box.state()).isEqualTo(BoxState.FINISHED);
        Snapshot finished = Snapshot.of(box.snapshot().toBytes());
        assertThat(finished.finished()).isTrue();
        assertThat(running.finished()).isFalse();
        for (WasmBox<String, String> ended :
                List.of(box, box.fork(), box.module().restore(finished))) {
            assertThat(ended.state()).isEqualTo(BoxState.FINISHED);
            assertThatExceptionOfType(BoxStateException.class)
                    .isThrownBy(() -> ended.send("more"))
                    .withMessageContaining("this box is finished");
            ended.restore(running);
            assertThat(ended.state()).isEqualTo(BoxState.READY);
            assertThat(ended.send("more")).containsExactly("count=1");
            ended.restore(finished, RestoreOptions.identical());
            assertThat(ended.state()).isEqualTo(BoxState.FINISHED);
            assertThat(ended.snapshot()).isEqualTo(finished);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aSnapshotOfAnotherModuleIsRefused(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine, BoxOptions.bytes());
        box.send(NOTHING);
        Snapshot before = box.snapshot();
        GuestModule other = Wat.load(COUNTER.replace("(func $nothing)", "(func $nothing nop)"), engine);
        Snapshot foreign = other.start().snapshot();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.restore(foreign))
                .withMessageContainingAll(foreign.moduleDigest(), before.moduleDigest(), "its own module");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.module().restore(foreign));
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.send(NOTHING)).containsExactly(count(2));
        // A trapped box that is refused a restore stays trapped, and can still be restored.
        assertThatExceptionOfType(TrapException.class).isThrownBy(() -> box.send(TRAP));
        assertThatExceptionOfType(SnapshotException.class).isThrownBy(() -> box.restore(foreign));
        assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
        box.restore(before);
        assertThat(box.send(NOTHING)).containsExactly(count(2));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void forksGoTheirOwnWays(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine, BoxOptions.bytes());
        box.send(NOTHING);
        WasmBox<byte[], byte[]> fork = box.fork(Entropy.identical());
        assertThat(fork.snapshot()).isEqualTo(box.snapshot());
        fork.send(NOTHING);
        fork.send(NOTHING);
        assertThat(box.send(NOTHING)).containsExactly(count(2));
        assertThat(fork.send(NOTHING)).containsExactly(count(4));
        box.close();
        assertThat(fork.send(NOTHING)).containsExactly(count(5));
    }

    /** What a caller does with an array that it was given, or gave, changes no box. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void arraysAreCopied(Engine engine) {
        byte[] wasm = Wat.assemble(COUNTER);
        GuestModule module =
                GuestModule.load(wasm, dev.wasmbox.ModuleOptions.standard().withEngine(engine));
        String digest = module.digest();
        java.util.Arrays.fill(wasm, (byte) 0);
        java.util.Arrays.fill(module.wasm(), (byte) 0);
        assertThat(module.wasm()).isEqualTo(Wat.assemble(COUNTER));
        assertThat(module.digest()).isEqualTo(digest);
        Snapshot snapshot = module.start().snapshot();
        byte[] file = snapshot.toBytes();
        Snapshot read = Snapshot.of(file);
        java.util.Arrays.fill(file, (byte) 0);
        assertThat(Snapshot.of(read.toBytes())).isEqualTo(snapshot);
        assertThat(module.restore(read, BoxOptions.bytes()).send(NOTHING)).containsExactly(count(1));
    }
}
