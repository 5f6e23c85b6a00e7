package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxPool;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.PoolMetrics;
import dev.wasmbox.PoolOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a box is at rest or awake is nobody's business but the pool's, and the pool keeps what it promises. */
class BoxPoolTest {

    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes();

    /** Long enough that only the number of residents matters. */
    private static final PoolOptions NEVER_IDLE =
            PoolOptions.standard().withIdleTime(Duration.ofDays(1)).withResidentBoxes(1);

    private static final byte[] MESSAGE = {};
    private static final byte[] PRINT = {1};

    /** It counts its messages, in a global and in memory, and sends the sum. A message of one byte traps. */
    private static final String COUNTING =
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (global $messages (mut i32) (i32.const 0))
            (func (export "wasmbox_send") (param i32 i32)
              (if (local.get 1) (then unreachable))
              (global.set $messages (i32.add (global.get $messages) (i32.const 1)))
              (i32.store (i32.const 20000) (i32.add (i32.load (i32.const 20000)) (i32.const 1)))
              (i32.store (i32.const 8) (i32.add (global.get $messages) (i32.load (i32.const 20000))))
              (call $callback (i32.const 8) (i32.const 4)))
            """;

    private static final String COUNTER = Wat.guest(COUNTING);

    private static int send(WasmBox<byte[], byte[]> box) {
        byte[] output = box.send(MESSAGE).getFirst();
        return java.nio.ByteBuffer.wrap(output)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    private static BoxPool counters(int residents) {
        return BoxPool.of(Wat.load(COUNTER, Engine.COMPILED), NEVER_IDLE.withResidentBoxes(residents));
    }

    // The oracle: a box in a pool, and one that is in none, do the same.

    /** A box in a pool beside one that is like it. */
    private record Twins(WasmBox<byte[], byte[]> pooled, WasmBox<byte[], byte[]> plain) {

        Object both(java.util.function.Function<WasmBox<byte[], byte[]>, Object> use) {
            Object expected = outcome(plain, use);
            assertThat(outcome(pooled, use)).isEqualTo(expected);
            assertThat(pooled.state()).isEqualTo(plain.state());
            return expected;
        }

        private static Object outcome(
                WasmBox<byte[], byte[]> box, java.util.function.Function<WasmBox<byte[], byte[]>, Object> use) {
            try {
                return use.apply(box);
            } catch (TrapException e) {
                return e.reason() + ": " + e.getMessage();
            } catch (BoxStateException e) {
                return Objects.requireNonNull(e.getMessage());
            }
        }
    }

    @Property(tries = 60)
    void boxesInAPoolAreLikeBoxesInNone(
            @ForAll @IntRange(min = 1, max = 2) int residents, @ForAll long seed, @ForAll Engine engine) {
        GuestModule module = StateMachine.load(engine);
        BoxPool pool = BoxPool.of(module, NEVER_IDLE.withResidentBoxes(residents));
        Random random = new Random(seed);
        List<Twins> twins = new ArrayList<>();
        List<Snapshot> snapshots = new ArrayList<>(List.of(module.base()));
        for (int step = 0; step < 80; step++) {
            if (twins.size() < 4) {
                BoxOptions<byte[], byte[]> options = OPTIONS.withSeed(Seed.of(random.nextInt(3)));
                twins.add(new Twins(pool.start(options), module.start(options)));
            }
            int index = random.nextInt(twins.size());
            Twins chosen = twins.get(index);
            switch (random.nextInt(10)) {
                case 0 -> {
                    Snapshot snapshot = snapshots.get(random.nextInt(snapshots.size()));
                    chosen.both(box -> {
                        box.restore(snapshot, RestoreOptions.identical());
                        return box.snapshot().digest();
                    });
                }
                case 1 -> {
                    Object taken = chosen.both(WasmBox::snapshot);
                    if (taken instanceof Snapshot snapshot) {
                        snapshots.add(snapshot);
                    }
                }
                case 2 -> {
                    if (chosen.plain().state() == BoxState.READY) {
                        twins.add(new Twins(
                                chosen.pooled().fork(Entropy.identical()),
                                chosen.plain().fork(Entropy.identical())));
                    }
                }
                case 3 -> {
                    Snapshot snapshot = snapshots.get(random.nextInt(snapshots.size()));
                    twins.add(new Twins(
                            pool.restore(snapshot, OPTIONS, RestoreOptions.identical()),
                            module.restore(snapshot, OPTIONS, RestoreOptions.identical())));
                }
                case 4 -> {
                    chosen.both(box -> {
                        box.close();
                        return box.clock();
                    });
                    twins.remove(index);
                }
                case 5 -> {
                    BoxClock clock = BoxClock.fixed(Instant.ofEpochSecond(random.nextInt(1000)));
                    chosen.both(box -> {
                        box.setClock(clock);
                        return box.clock();
                    });
                }
                default -> {
                    byte[] command = StateMachine.randomCommand(random);
                    chosen.both(box -> box.send(command).stream()
                            .map(java.nio.ByteBuffer::wrap)
                            .toList());
                }
            }
            assertThat(chosen.pooled().clock()).isEqualTo(chosen.plain().clock());
            PoolMetrics metrics = pool.metrics();
            assertThat(metrics.boxes()).isEqualTo(twins.size());
            assertThat(metrics.residentBoxes())
                    .as("a box that is forked is in use, and stays awake beside its fork")
                    .isBetween(0, residents + 1);
            assertThat(metrics.residentBytes() > 0).isEqualTo(metrics.residentBoxes() > 0);
        }
        twins.forEach(each -> each.both(WasmBox::snapshot));
        twins.forEach(each -> each.both(box -> {
            box.close();
            return "closed";
        }));
        assertEmpty(pool);
    }

    private static void assertEmpty(BoxPool pool) {
        PoolMetrics metrics = pool.metrics();
        assertThat(metrics.boxes()).isZero();
        assertThat(metrics.residentBoxes()).isZero();
        assertThat(metrics.residentBytes()).isZero();
        assertThat(metrics.restingBytes()).isZero();
    }

    // What the numbers say.

    @Test
    void aBoxIsWokenByItsUseAndPutsAnotherToRest() {
        BoxPool pool = counters(2);
        List<WasmBox<byte[], byte[]>> boxes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            boxes.add(pool.start(OPTIONS));
        }
        assertThat(pool.metrics())
                .returns(5L, PoolMetrics::boxes)
                .returns(2, PoolMetrics::residentBoxes)
                .returns(3L, PoolMetrics::freezes)
                .returns(0L, PoolMetrics::thaws);
        for (int round = 1; round <= 3; round++) {
            for (WasmBox<byte[], byte[]> box : boxes) {
                assertThat(send(box)).isEqualTo(2 * round);
            }
        }
        PoolMetrics metrics = pool.metrics();
        assertThat(metrics.freezes() - metrics.thaws()).isEqualTo(3);
        assertThat(metrics.restingBytes()).isBetween(3L, 3 * 1000L);
    }

    @Test
    void onlyOpenBoxesCount() {
        BoxPool pool = counters(1);
        WasmBox<byte[], byte[]> first = pool.start(OPTIONS);
        WasmBox<byte[], byte[]> second = pool.restore(first.snapshot(), OPTIONS);
        WasmBox<byte[], byte[]> third = second.fork();
        assertThat(pool.metrics().boxes()).isEqualTo(3);
        first.close();
        first.close();
        assertThat(pool.metrics().boxes()).isEqualTo(2);
        second.close();
        third.close();
        assertEmpty(pool);
    }

    @Test
    void aBoxThatIsRestoredOrClosedAtRestLeavesNothingBehind() {
        BoxPool pool = counters(1);
        WasmBox<byte[], byte[]> first = pool.start(OPTIONS);
        Snapshot start = first.snapshot();
        send(first);
        WasmBox<byte[], byte[]> second = pool.start(OPTIONS);
        assertThat(pool.metrics().restingBytes()).isPositive();
        first.restore(start);
        second.restore(start);
        second.close();
        assertThat(pool.metrics().restingBytes()).isPositive();
        first.close();
        assertEmpty(pool);
        assertThat(first.clock()).isEqualTo(start.clock());
        assertThat(first.state()).isEqualTo(BoxState.CLOSED);
    }

    @Test
    void aTrappedBoxIsNoResident() {
        BoxPool pool = counters(1);
        WasmBox<byte[], byte[]> box = pool.start(OPTIONS);
        Snapshot start = box.snapshot();
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(TrapException.class).isThrownBy(() -> box.send(new byte[1]));
            assertThat(pool.metrics()).returns(1L, PoolMetrics::boxes).returns(0, PoolMetrics::residentBoxes);
            box.restore(start);
            assertThat(send(box)).isEqualTo(2);
        }
        assertThatExceptionOfType(TrapException.class).isThrownBy(() -> box.send(new byte[1]));
        box.close();
        assertEmpty(pool);
    }

    @Test
    @Timeout(120)
    void aBoxThatIsNotUsedIsPutToRest() throws InterruptedException {
        BoxPool pool = BoxPool.of(
                Wat.load(COUNTER, Engine.COMPILED), PoolOptions.standard().withIdleTime(Duration.ofMillis(1)));
        WasmBox<byte[], byte[]> box = pool.start(OPTIONS);
        for (int i = 1; i <= 5; i++) {
            assertThat(send(box)).isEqualTo(2 * i);
            while (pool.metrics().residentBoxes() > 0) {
                Thread.sleep(1);
            }
        }
        assertThat(pool.metrics().freezes()).isGreaterThanOrEqualTo(5);
    }

    // Starting.

    private static final String OBSERVED =
            Wat.guest(COUNTING + "(func (export \"wasmbox_initialize\") (call $callback (i32.const 0) (i32.const 1)))");

    /** Each of its boxes has to be initialised, and takes its place like one that is woken. */
    @Test
    void startingBoxesThatAreInitialisedMakesRoomToo() {
        BoxPool pool = BoxPool.of(Wat.load(OBSERVED, Engine.COMPILED), NEVER_IDLE.withResidentBoxes(3));
        for (int i = 0; i < 20; i++) {
            WasmBox<byte[], byte[]> box = pool.start(OPTIONS);
            assertThat(box.initialOutputs()).hasSize(1);
            assertThat(pool.metrics().residentBoxes()).isLessThanOrEqualTo(3);
        }
        assertThat(pool.metrics().freezes()).isEqualTo(17);
    }

    @Test
    void aBoxThatCannotBeStartedIsNone() {
        BoxPool pool = BoxPool.of(Wat.load(OBSERVED, Engine.COMPILED), NEVER_IDLE);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> pool.start(OPTIONS.withListener(_ -> {
                        throw new IllegalStateException("the listener's");
                    })));
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() ->
                            pool.start(OPTIONS.withLimits(Limits.standard().withOutputsPerMessage(0))));
            assertEmpty(pool);
        }
    }

    /** Its initialisation traps unless the clock shows the right time, which no box but the first one's does. */
    private static final String TIMELY = Wat.guest(
            """
            (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
            """
                    + COUNTING
                    + """
            (func (export "wasmbox_initialize")
              (drop (call $time (i32.const 0) (i64.const 0) (i32.const 0)))
              (if (i64.ne (i64.load (i32.const 0)) (i64.const 5000000000)) (then unreachable)))
            """);

    @Test
    void boxesOfAGuestThatCannotBeInitialisedAgainAreRestored() {
        GuestModule first = Wat.load(TIMELY, Engine.COMPILED);
        Snapshot snapshot = first.start(OPTIONS.withClock(BoxClock.fixed(Instant.ofEpochSecond(5))))
                .snapshot();
        BoxPool pool = BoxPool.of(Wat.load(TIMELY, Engine.COMPILED), NEVER_IDLE);
        assertThatExceptionOfType(TrapException.class).isThrownBy(() -> pool.start(OPTIONS));
        List<WasmBox<byte[], byte[]>> boxes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            boxes.add(pool.restore(snapshot, OPTIONS));
        }
        for (int round = 1; round <= 2; round++) {
            for (WasmBox<byte[], byte[]> box : boxes) {
                assertThat(send(box)).isEqualTo(2 * round);
            }
        }
    }

    @Test
    void anInterruptedThreadCanWakeABoxAndStaysInterrupted() {
        Snapshot snapshot = Wat.load(COUNTER, Engine.COMPILED).start(OPTIONS).snapshot();
        BoxPool pool = counters(1);
        WasmBox<byte[], byte[]> first = pool.restore(snapshot, OPTIONS, RestoreOptions.identical());
        Thread.currentThread().interrupt();
        try {
            pool.restore(snapshot, OPTIONS);
            assertThat(first.snapshot()).isEqualTo(snapshot);
            assertThatExceptionOfType(BoxStateException.class).isThrownBy(() -> send(first));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(send(first)).isEqualTo(2);
    }

    // Boxes that use boxes.

    @Test
    @Timeout(120)
    void aListenerCanUseTheOtherBoxesOfThePool() {
        BoxPool pool = counters(1);
        WasmBox<byte[], byte[]> other = pool.start(OPTIONS);
        AtomicReference<WasmBox<byte[], byte[]>> started = new AtomicReference<>();
        for (long stackBytes : new long[] {0, 1 << 20}) {
            int before = send(other);
            Consumer<byte[]> listener = _ -> {
                assertThat(send(other)).isEqualTo(before + 2);
                WasmBox<byte[], byte[]> fork = other.fork();
                started.set(fork);
                assertThat(send(fork)).isEqualTo(before + 4);
            };
            WasmBox<byte[], byte[]> box = pool.start(
                    OPTIONS.withListener(listener).withLimits(Limits.standard().withStackBytes(stackBytes)));
            assertThat(send(box)).isEqualTo(2);
            Objects.requireNonNull(started.get()).close();
            box.close();
        }
        other.close();
        assertEmpty(pool);
    }

    @Test
    @Timeout(120)
    void aListenerCanCloseOtherBoxesButNotItsOwn() {
        BoxPool pool = counters(2);
        List<WasmBox<byte[], byte[]>> boxes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boxes.add(pool.start(OPTIONS));
        }
        AtomicReference<WasmBox<byte[], byte[]>> self = new AtomicReference<>();
        WasmBox<byte[], byte[]> box = pool.start(OPTIONS.withListener(_ -> {
            boxes.forEach(WasmBox::close);
            Objects.requireNonNull(self.get()).close();
        }));
        self.set(box);
        assertThatExceptionOfType(BoxStateException.class).isThrownBy(() -> send(box));
        assertThat(boxes).allSatisfy(each -> assertThat(each.state()).isEqualTo(BoxState.CLOSED));
        assertThat(pool.metrics()).returns(1L, PoolMetrics::boxes).returns(1, PoolMetrics::residentBoxes);
        box.close();
        assertEmpty(pool);
    }

    // Limits.

    /** As much memory as it gets, up to five pages. */
    private static final String GREEDY = Wat.guest(
            """
            (memory (export "memory") 1 5)
            (func (export "wasmbox_initialize")
              (loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))))
            """);

    @Test
    void boxesOfDifferentLimitsShareAPool() {
        GuestModule module = Wat.load(GREEDY, Engine.COMPILED);
        BoxPool pool = BoxPool.of(module, NEVER_IDLE);
        List<WasmBox<byte[], byte[]>> boxes = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int pages : new int[] {5, 1, 3, 2}) {
                Limits limits = Limits.standard().withMemoryBytes((long) pages * Limits.PAGE_BYTES);
                WasmBox<byte[], byte[]> box = pool.start(OPTIONS.withLimits(limits));
                boxes.add(box);
                assertThat(box.snapshot().memoryBytes()).isEqualTo((long) pages * Limits.PAGE_BYTES);
                module.start(OPTIONS.withLimits(limits)).close();
            }
            Collections.shuffle(boxes, new Random(round));
            for (WasmBox<byte[], byte[]> box : boxes) {
                box.send(PRINT);
                assertThat(box.snapshot().memoryBytes())
                        .isEqualTo(box.options().limits().memoryBytes());
            }
        }
        boxes.forEach(WasmBox::close);
        assertEmpty(pool);
    }

    @Test
    @Timeout(120)
    void timeLimitsHoldInAPool() {
        String endless = Wat.guest(
                """
                (func (export "wasmbox_send") (param i32 i32) (if (local.get 1) (then (loop $again (br $again)))))
                """);
        BoxPool pool = BoxPool.of(Wat.load(endless, Engine.COMPILED), NEVER_IDLE);
        BoxOptions<byte[], byte[]> options =
                OPTIONS.withLimits(Limits.standard().withTimePerMessage(Duration.ofMillis(30)));
        List<WasmBox<byte[], byte[]>> boxes = List.of(pool.start(options), pool.start(options), pool.start(options));
        Snapshot start = boxes.getFirst().snapshot();
        for (int round = 0; round < 5; round++) {
            for (WasmBox<byte[], byte[]> box : boxes) {
                box.send(MESSAGE);
                assertThatExceptionOfType(TrapException.class)
                        .isThrownBy(() -> box.send(new byte[1]))
                        .returns(Reason.TIME, TrapException::reason);
                box.restore(start);
            }
        }
    }

    // Threads, and the heap.

    @Test
    @Timeout(120)
    void threadsShareAPool() throws Exception {
        int threads = 4;
        BoxPool pool = BoxPool.of(
                Wat.load(COUNTER, Engine.COMPILED),
                PoolOptions.standard().withResidentBoxes(3).withIdleTime(Duration.ofMillis(1)));
        List<WasmBox<byte[], byte[]>> shared = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            shared.add(pool.start(OPTIONS));
        }
        int messages = 4_000;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<int[]>> sent = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(thread);
                sent.add(executor.submit(() -> hammer(pool, shared, random, messages)));
            }
            int[] total = new int[shared.size()];
            for (Future<int[]> each : sent) {
                int[] counts = each.get();
                for (int i = 0; i < total.length; i++) {
                    total[i] += counts[i];
                }
            }
            for (int i = 0; i < total.length; i++) {
                assertThat(send(shared.get(i))).isEqualTo(2 * (total[i] + 1));
            }
        }
        PoolMetrics metrics = pool.metrics();
        assertThat(metrics.boxes()).isEqualTo(8);
        assertThat(metrics.residentBoxes()).isLessThanOrEqualTo(8);
        assertThat(metrics.thaws()).isPositive().isLessThanOrEqualTo(metrics.freezes());
        shared.forEach(WasmBox::close);
        assertEmpty(pool);
    }

    /** Sends messages to boxes of all, and has boxes of its own meanwhile, which come and go. */
    private static int[] hammer(BoxPool pool, List<WasmBox<byte[], byte[]>> shared, Random random, int messages) {
        int[] counts = new int[shared.size()];
        int own = 0;
        WasmBox<byte[], byte[]> mine = pool.start(OPTIONS);
        for (int i = 0; i < messages; i++) {
            int index = random.nextInt(shared.size());
            WasmBox<byte[], byte[]> box = shared.get(index);
            switch (random.nextInt(8)) {
                case 0 -> {
                    Snapshot snapshot = mine.snapshot();
                    assertThatExceptionOfType(TrapException.class).isThrownBy(() -> mine.send(new byte[1]));
                    mine.restore(snapshot);
                }
                case 1 -> {
                    try (WasmBox<byte[], byte[]> fork = box.fork()) {
                        assertThat(send(fork) % 2).isZero();
                    }
                }
                case 2, 3 -> assertThat(send(mine)).isEqualTo(2 * ++own);
                default -> {
                    send(box);
                    counts[index]++;
                }
            }
        }
        mine.close();
        return counts;
    }

    @Test
    @Timeout(120)
    void aClosedBoxIsGarbageThoughItsGuestIsKept() {
        GuestModule module = Wat.load(OBSERVED, Engine.COMPILED);
        WeakReference<?> listener = useAndClose(module);
        while (listener.get() != null) {
            System.gc();
            assertThat(Thread.interrupted()).as("the time of the test is up").isFalse();
        }
        module.start(OPTIONS).close();
    }

    private static WeakReference<?> useAndClose(GuestModule module) {
        List<byte[]> received = new ArrayList<>();
        try (WasmBox<byte[], byte[]> box = module.start(OPTIONS.withListener(received::add))) {
            send(box);
        }
        assertThat(received).hasSize(2);
        return new WeakReference<>(received);
    }
}
