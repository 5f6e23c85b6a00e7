package dev.wasmbox.bench.compute;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Measures the programs in one engine, as every harness does, whatever language it is written in. It goes through all
 * programs twice to warm up, then twice to measure, and runs each for so many milliseconds each time: so compilers have
 * the time to finish what one program made them begin. All times are the thread's processor time, so that others on the
 * machine make it slow, but not different. It prints a line for each program: its name, its result, the best and the
 * median time in nanoseconds, and how often it was measured, with tabs between.
 */
public final class Harness {

    private static final int PASSES = 2;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final UnaryOperator<byte[]> guest;
    private final long nanosPerPass;

    private Harness(UnaryOperator<byte[]> guest, long nanosPerPass) {
        this.guest = guest;
        this.nanosPerPass = nanosPerPass;
    }

    /**
     * Measures all programs.
     *
     * @param guest what sends a message and returns the answer
     * @param millisPerPass how long each program runs in each pass
     */
    public static void run(UnaryOperator<byte[]> guest, long millisPerPass) {
        new Harness(guest, millisPerPass * 1_000_000).run();
    }

    private void run() {
        List<String> names = new String(guest.apply(new byte[0]), UTF_8).lines().toList();
        List<Long> results = new ArrayList<>();
        for (int program = 0; program < names.size(); program++) {
            results.add(runOnce(program));
        }
        passes(results);
        List<List<Long>> times = passes(results);
        for (int program = 0; program < names.size(); program++) {
            List<Long> nanos = times.get(program);
            Collections.sort(nanos);
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s\t%016x\t%d\t%d\t%d",
                    names.get(program),
                    results.get(program),
                    nanos.getFirst(),
                    nanos.get(nanos.size() / 2),
                    nanos.size()));
        }
    }

    /** All programs in turn, again and again: the times of each. */
    private List<List<Long>> passes(List<Long> expected) {
        List<List<Long>> times = new ArrayList<>();
        expected.forEach(result -> times.add(new ArrayList<>()));
        for (int pass = 0; pass < PASSES; pass++) {
            for (int program = 0; program < expected.size(); program++) {
                repeat(program, expected.get(program), times.get(program));
            }
        }
        return times;
    }

    private void repeat(int program, long expected, List<Long> times) {
        long end = THREADS.getCurrentThreadCpuTime() + nanosPerPass;
        while (THREADS.getCurrentThreadCpuTime() < end) {
            long start = THREADS.getCurrentThreadCpuTime();
            long result = runOnce(program);
            times.add(THREADS.getCurrentThreadCpuTime() - start);
            if (result != expected) {
                throw new IllegalStateException("a program gives now this, now that");
            }
        }
    }

    private long runOnce(int program) {
        byte[] answer = guest.apply(new byte[] {(byte) program});
        return ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
