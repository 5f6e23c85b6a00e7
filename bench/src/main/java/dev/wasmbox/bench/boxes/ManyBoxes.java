package dev.wasmbox.bench.boxes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasmbox.PoolMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load test: ever more counters in one pool, each with its own state, that are sent messages at random. Each answer is
 * held against what the box was sent before. Prints a line of JSON for the memory of each number of boxes, and one for the
 * messages a second of each pattern of use. In Endive, as far as it fits into the heap, each box is an instance.
 *
 * @param <B> a box
 */
public final class ManyBoxes<B> {

    private static final byte[] UP = text("up");

    private static final long SEED = 4;

    private static final JsonMapper JSON = new JsonMapper();

    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    /**
     * Which boxes are sent messages.
     *
     * @param name its name
     * @param hotPart the part of the boxes that gets nine messages in ten; all of them if there is none such
     */
    private record Pattern(String name, double hotPart) {

        int pick(SplittableRandom random, int boxes) {
            boolean hot = random.nextInt(10) < 9;
            return random.nextInt(hot ? Math.max((int) (hotPart * boxes), 1) : boxes);
        }
    }

    private static final List<Pattern> PATTERNS =
            List.of(new Pattern("random", 1), new Pattern("hot 10 %", 0.1), new Pattern("hot 1 %", 0.01));

    private final String engine;
    private final Contender<B, ?> contender;

    /** Null if boxes are never at rest. */
    private final @Nullable Supplier<PoolMetrics> pool;

    private final long nanos;
    private final long usedBefore = usedBytes();
    private final List<B> boxes = new ArrayList<>();
    private int[] sent = {};

    private ManyBoxes(String engine, Contender<B, ?> contender, @Nullable Supplier<PoolMetrics> pool, long nanos) {
        this.engine = engine;
        this.contender = contender;
        this.pool = pool;
        this.nanos = nanos;
    }

    /**
     * Runs the load test.
     *
     * @param arguments {@code wasmbox} or {@code endive}, the counter's module, how many boxes may be awake, how many
     *     milliseconds each pattern is measured, how often, and the numbers of boxes
     * @throws IOException if the module cannot be read
     * @throws ExecutionException if a box answers wrongly
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        // What Java keeps of the first module that is loaded must not count as what boxes take.
        of(arguments).growTo(1);
        of(arguments).run(Integer.parseInt(arguments[4]), Arrays.copyOfRange(arguments, 5, arguments.length));
    }

    private static ManyBoxes<?> of(String[] arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        long nanos = Long.parseLong(arguments[3]) * 1_000_000;
        if (arguments[0].equals("endive")) {
            return new ManyBoxes<>(arguments[0], new EndiveBoxes(file), null, nanos);
        }
        WasmBoxBoxes pooled = new WasmBoxBoxes(file, Integer.parseInt(arguments[2]));
        return new ManyBoxes<>(arguments[0], pooled, pooled::metrics, nanos);
    }

    private void run(int times, String[] numbers) throws IOException, ExecutionException, InterruptedException {
        for (String number : numbers) {
            int count = Integer.parseInt(number);
            long heap = MEMORY.getHeapMemoryUsage().getMax();
            if (pool == null && !boxes.isEmpty() && (usedBytes() - usedBefore) / boxes.size() * count > heap) {
                ObjectNode line = JSON.createObjectNode().put("kind", "skipped").put("engine", engine);
                line.put("reason", "%,d boxes do not fit into a heap of %,d MB".formatted(count, heap >> 20));
                System.out.println(JSON.writeValueAsString(line));
                return;
            }
            growTo(count);
            printMemory();
            for (Pattern pattern : PATTERNS) {
                for (int threads = 1; threads <= Math.min(2, count); threads++) {
                    measure(pattern, threads, times);
                }
            }
        }
    }

    /** Starts boxes until there are so many, and sends each of them a few messages, not all the same number. */
    private void growTo(int count) {
        sent = Arrays.copyOf(sent, count);
        while (boxes.size() < count) {
            boxes.add(contender.start());
            for (int i = boxes.size() % 3; i >= 0; i--) {
                send(boxes.size() - 1);
            }
        }
    }

    private void send(int index) {
        byte[] answer = contender.send(boxes.get(index), UP);
        if (!isAnswer(answer, ++sent[index])) {
            throw new IllegalStateException(
                    "box " + index + " had " + sent[index] + " messages, but answers " + new String(answer, UTF_8));
        }
    }

    /** Whether it is "value=" and the number; without making a string of it, which would be half of the time. */
    private static boolean isAnswer(byte[] answer, int number) {
        int rest = number;
        int position = answer.length;
        do {
            if (answer[--position] != '0' + rest % 10) {
                return false;
            }
            rest /= 10;
        } while (rest > 0);
        return position == Long.BYTES + "value=".length();
    }

    private static byte[] text(String text) {
        byte[] characters = text.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + characters.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(characters.length)
                .put(characters)
                .array();
    }

    private void measure(Pattern pattern, int threads, int times)
            throws IOException, ExecutionException, InterruptedException {
        onThreads(threads, pattern);
        for (int round = 1; round <= times; round++) {
            PoolMetrics before = metrics();
            long start = System.nanoTime();
            long messages = onThreads(threads, pattern);
            double seconds = (System.nanoTime() - start) / 1e9;
            PoolMetrics after = metrics();
            ObjectNode line = line("throughput");
            line.put("round", round);
            line.put("pattern", pattern.name());
            line.put("threads", threads);
            line.put("messages_per_second", messages / seconds);
            line.put("thaws_per_message", (after.thaws() - before.thaws()) / (double) messages);
            System.out.println(JSON.writeValueAsString(line));
        }
    }

    /** Sends messages for the time of a measurement, and returns how many. Each thread has boxes of its own. */
    private long onThreads(int threads, Pattern pattern) throws ExecutionException, InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                results.add(executor.submit(() -> sendAtRandom(pattern, thread, threads)));
            }
            long messages = 0;
            for (Future<Long> result : results) {
                messages += result.get();
            }
            return messages;
        }
    }

    private long sendAtRandom(Pattern pattern, int thread, int threads) {
        SplittableRandom random = new SplittableRandom(SEED + thread);
        int own = boxes.size() / threads;
        long messages = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            send(pattern.pick(random, own) * threads + thread);
            messages++;
        }
        return messages;
    }

    private void printMemory() throws IOException {
        long used = usedBytes() - usedBefore;
        PoolMetrics metrics = metrics();
        ObjectNode line = line("memory");
        line.put("used_bytes", used);
        line.put("bytes_per_box", used / (double) boxes.size());
        line.put("resident_boxes", metrics.residentBoxes());
        line.put("resident_bytes", metrics.residentBytes());
        line.put("resting_bytes", metrics.restingBytes());
        line.put("heap_bytes", MEMORY.getHeapMemoryUsage().getMax());
        line.put("process_bytes", processBytes());
        System.out.println(JSON.writeValueAsString(line));
    }

    private PoolMetrics metrics() {
        return pool == null ? new PoolMetrics(boxes.size(), boxes.size(), 0, 0, 0, 0) : pool.get();
    }

    private ObjectNode line(String kind) {
        return JSON.createObjectNode().put("kind", kind).put("engine", engine).put("boxes", boxes.size());
    }

    private static long usedBytes() {
        // What only the first collection finds out to be unused is gone after the second.
        System.gc();
        System.gc();
        return MEMORY.getHeapMemoryUsage().getUsed();
    }

    /** What the operating system says that the whole process has had in memory at most, or 0 if it does not. */
    private static long processBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
