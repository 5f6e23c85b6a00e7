package dev.wasmbox.bench.boxes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Measures what a plan says in one engine, as every harness of {@code bench/boxes} does, whatever language it is written
 * in. A plan is a file with a {@link Point} in JSON on each line. All points of a module are gone
 * through twice to warm up, then once to measure, each for so many milliseconds each time: so compilers have the time to
 * finish what one made them begin.
 * Each is printed with what came out: the best and the median time in nanoseconds, and how often it was measured. Where it
 * runs on several threads, these are a thread's times divided by the threads.
 *
 * <p>The operations, of which only what is named is within the time:
 *
 * <ul>
 *   <li>{@code message}: a message and its answer
 *   <li>{@code start}: a new box
 *   <li>{@code start+message}: a new box, and its first message
 *   <li>{@code life}: the same, and its end, which may be when a box is cleaned up
 *   <li>{@code snapshot}: a box's state, after a message
 *   <li>{@code file}: the same, as the contents of a file
 *   <li>{@code restore}: a box is put into a state that is a message ago
 *   <li>{@code fork}: a second box, of one that had a message; those before are closed
 *   <li>{@code fork+message}: the same, and a message to the second
 *   <li>{@code fork, kept}: a second box, where the last {@value #KEPT} are kept
 *   <li>{@code wake}: a box from the contents of a file
 * </ul>
 *
 * @param <B> a box
 * @param <S> a state
 */
public final class Measurement<B, S> {

    private static final JsonMapper JSON = new JsonMapper();

    private static final int WARMING_PASSES = 2;

    private static final int KEPT = 200;

    /** However slow something is, it is done so often. */
    private static final int LEAST_RUNS = 3;

    /** However fast something is, no more times are kept. */
    private static final int MOST_RUNS = 200_000;

    /** What takes less than the clock does is timed so many at once. */
    private static final int MESSAGES_AT_ONCE = 50;

    private static final int SMALL_MESSAGE_BYTES = 4096;

    /** Loads a guest into an engine. */
    @FunctionalInterface
    public interface Loader {

        /**
         * Loads a guest.
         *
         * @param module the module's file
         * @return the engine with the guest
         * @throws IOException if it cannot be read
         */
        Contender<?, ?> load(Path module) throws IOException;
    }

    private final Contender<B, S> contender;
    private final Point point;
    private final byte[] message;

    private Measurement(Contender<B, S> contender, Point point) {
        this.contender = contender;
        this.point = point;
        this.message = point.message();
    }

    /**
     * Measures what a plan says.
     *
     * @param loader the engine
     * @param arguments the plan's file, and how many milliseconds are for each point
     * @throws IOException if a file cannot be read
     * @throws ExecutionException if an engine fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void run(Loader loader, String[] arguments)
            throws IOException, ExecutionException, InterruptedException {
        long nanos = Long.parseLong(arguments[1]) * 1_000_000;
        Map<String, List<Point>> plan = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            Point point = JSON.readValue(line, Point.class);
            plan.computeIfAbsent(point.module(), absent -> new ArrayList<>()).add(point);
        }
        for (var points : plan.entrySet()) {
            Contender<?, ?> contender = loader.load(Path.of(points.getKey()));
            for (int pass = 0; pass < WARMING_PASSES; pass++) {
                for (Point point : points.getValue()) {
                    new Measurement<>(contender, point).onThreads(nanos);
                }
            }
            for (Point point : points.getValue()) {
                print(point, new Measurement<>(contender, point).onThreads(nanos));
            }
        }
    }

    private static void print(Point point, long[] times) throws IOException {
        ObjectNode result = JSON.valueToTree(point);
        result.put("best_nanos", times[0] / (double) point.threads());
        result.put("median_nanos", times[times.length / 2] / (double) point.threads());
        result.put("runs", times.length);
        System.out.println(JSON.writeValueAsString(result));
    }

    /** All threads' times, sorted. */
    private long[] onThreads(long nanos) throws ExecutionException, InterruptedException {
        if (point.threads() == 1) {
            return sorted(List.of(repeat(nanos)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(point.threads())) {
            List<Future<long[]>> results = new ArrayList<>();
            for (int i = 0; i < point.threads(); i++) {
                results.add(threads.submit(() -> repeat(nanos)));
            }
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> result : results) {
                times.add(result.get());
            }
            return sorted(times);
        }
    }

    private static long[] sorted(List<long[]> times) {
        return times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private long[] repeat(long nanos) {
        LongSupplier operation = operation();
        long[] times = new long[16];
        int count = 0;
        long end = System.nanoTime() + nanos;
        while (count < LEAST_RUNS || (System.nanoTime() < end && count < MOST_RUNS)) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = operation.getAsLong();
        }
        return Arrays.copyOf(times, count);
    }

    /** What does it once, and returns how many nanoseconds it took. */
    private LongSupplier operation() {
        B box = contender.start();
        send(box, 1);
        return switch (point.operation()) {
            case "message" -> messages(box);
            case "start" ->
                () -> {
                    long start = System.nanoTime();
                    B started = contender.start();
                    long time = System.nanoTime() - start;
                    send(started, 1);
                    contender.close(started);
                    return time;
                };
            case "start+message" ->
                () -> {
                    long start = System.nanoTime();
                    B started = contender.start();
                    byte[] answer = contender.send(started, message);
                    long time = System.nanoTime() - start;
                    check(answer, 1);
                    contender.close(started);
                    return time;
                };
            case "life" ->
                () -> {
                    long start = System.nanoTime();
                    B started = contender.start();
                    byte[] answer = contender.send(started, message);
                    contender.close(started);
                    long time = System.nanoTime() - start;
                    check(answer, 1);
                    return time;
                };
            case "snapshot" ->
                () -> {
                    contender.send(box, message);
                    long start = System.nanoTime();
                    S unused = contender.snapshot(box);
                    return System.nanoTime() - start;
                };
            case "file" ->
                () -> {
                    contender.send(box, message);
                    long start = System.nanoTime();
                    byte[] unused = contender.toBytes(contender.snapshot(box));
                    return System.nanoTime() - start;
                };
            case "restore" -> {
                S state = contender.snapshot(box);
                yield () -> {
                    send(box, 2);
                    long start = System.nanoTime();
                    contender.restore(box, state);
                    return System.nanoTime() - start;
                };
            }
            case "fork" ->
                () -> {
                    contender.send(box, message);
                    long start = System.nanoTime();
                    B fork = contender.fork(box);
                    long time = System.nanoTime() - start;
                    sendAlike(box, fork);
                    contender.close(fork);
                    return time;
                };
            case "fork+message" ->
                () -> {
                    contender.send(box, message);
                    long start = System.nanoTime();
                    B fork = contender.fork(box);
                    contender.send(fork, message);
                    long time = System.nanoTime() - start;
                    contender.close(fork);
                    return time;
                };
            case "fork, kept" -> {
                Deque<B> kept = new ArrayDeque<>();
                yield () -> {
                    contender.send(box, message);
                    long start = System.nanoTime();
                    B fork = contender.fork(box);
                    long time = System.nanoTime() - start;
                    kept.add(fork);
                    if (kept.size() > KEPT) {
                        contender.close(kept.remove());
                    }
                    return time;
                };
            }
            case "wake" -> {
                byte[] file = contender.toBytes(contender.snapshot(box));
                yield () -> {
                    long start = System.nanoTime();
                    B woken = contender.wake(file);
                    long time = System.nanoTime() - start;
                    send(woken, 2);
                    contender.close(woken);
                    return time;
                };
            }
            default -> throw new IllegalArgumentException("there is no operation " + point.operation());
        };
    }

    private LongSupplier messages(B box) {
        int count = point.messageBytes() <= SMALL_MESSAGE_BYTES && point.pages() <= 1 ? MESSAGES_AT_ONCE : 1;
        return () -> {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                contender.send(box, message);
            }
            return (System.nanoTime() - start) / count;
        };
    }

    // What answers wrongly is not measured.

    private void send(B box, int number) {
        check(contender.send(box, message), number);
    }

    private void check(byte[] answer, int number) {
        if (!Arrays.equals(answer, point.answer(number))) {
            throw new IllegalStateException("a wrong answer: " + point);
        }
    }

    private void sendAlike(B one, B other) {
        if (!Arrays.equals(contender.send(one, message), contender.send(other, message))) {
            throw new IllegalStateException("a fork that answers otherwise: " + point);
        }
    }
}
