package dev.wasmbox.bench.memory;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MemoryLimits;

/**
 * Measures one design, in a process of its own that {@link MemoryComparison} starts, and prints lines of a kind, a name
 * and a number: {@code time} in nanoseconds, the best of many; {@code space} in bytes; {@code result}, which has to be
 * the same for each design.
 */
final class Measurement {

    /** The first ones of the programs, in their order. */
    static final List<String> PROGRAMS = List.of("sieve", "hash_map", "n_body", "strings", "sha_256");

    static final List<String> GUESTS = List.of("counter", "hashmap");
    static final List<Integer> MEGABYTES = List.of(1, 16, 64);
    static final List<Integer> TOUCHED = List.of(0, 3, 30, -1);

    /** What the number of touched units counts. */
    private static final int UNIT = 4096;

    /** One unit of so many holds anything but zero in a memory that is mostly empty. */
    private static final int SPARSE = 16;

    private static final int LEAST_RUNS = 20;
    private static final int MESSAGES_PER_RUN = 1000;

    private final Design design;
    private final Path modules;
    private final Path programs;
    private final long nanosPerCase;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Measurement(Design design, Path modules, Path programs, long millisPerCase) {
        this.design = design;
        this.modules = modules;
        this.programs = programs;
        this.nanosPerCase = millisPerCase * 1_000_000;
    }

    /** Arguments: a design; compute, snapshot or check; the folder of the guests; the programs' module; ms for a case. */
    public static void main(String[] arguments) {
        Measurement measurement = new Measurement(
                Design.valueOf(arguments[0]),
                Path.of(arguments[2]),
                Path.of(arguments[3]),
                Long.parseLong(arguments[4]));
        switch (arguments[1]) {
            case "compute" -> measurement.compute();
            case "snapshot" -> measurement.snapshot();
            case "check" -> new MemoryCheck(measurement.design).run();
            default -> throw new IllegalArgumentException("compute, snapshot or check, but not " + arguments[1]);
        }
    }

    private static void print(String kind, String name, long value) {
        System.out.println(kind + "\t" + name + "\t" + value);
    }

    /** The least time that it took; the options of this process let it wait for the compiler. */
    private long best(LongSupplier nanos, IntConsumer measured) {
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + nanosPerCase;
        for (int i = 0; i < LEAST_RUNS || System.nanoTime() < end; i++) {
            long start = nanos.getAsLong();
            measured.accept(i);
            best = Math.min(best, nanos.getAsLong() - start);
        }
        return best;
    }

    /** For what takes so long that others get the processor meanwhile: the thread's own time. */
    private long bestOfLong(IntConsumer measured) {
        return best(threads::getCurrentThreadCpuTime, measured);
    }

    private long best(IntConsumer measured) {
        return best(System::nanoTime, measured);
    }

    // What a guest costs that takes no snapshots.

    private void compute() {
        Guest computing = new Guest(programs, design);
        Guest.Mailbox messages = computing.new Mailbox();
        for (int index = 0; index < PROGRAMS.size(); index++) {
            String program = PROGRAMS.get(index);
            byte[] message = {(byte) index};
            byte[] result = messages.send(message);
            print("time", program, bestOfLong(i -> {
                if (!Arrays.equals(messages.send(message), result)) {
                    throw new IllegalStateException(program + " gives now this, now that");
                }
            }));
            print("result", program, ByteBuffer.wrap(result).getLong());
        }
        print("result", "the programs' memory", computing.memoryDigest());
        for (String name : GUESTS) {
            Guest guest = new Guest(modules.resolve(name + ".wasm"), design);
            Guest.Mailbox mailbox = guest.new Mailbox();
            sendMessages(mailbox, name, MESSAGES_PER_RUN);
            print("result", name, guest.digest());
            print("time", name, bestOfLong(i -> sendMessages(mailbox, name, MESSAGES_PER_RUN)));
        }
    }

    private static void sendMessages(Guest.Mailbox mailbox, String guest, int count) {
        for (int i = 0; i < count; i++) {
            mailbox.send(message(guest, i));
        }
    }

    private static String message(String guest, int number) {
        return guest.equals("counter") ? "up" : "set key" + number % 500 + " " + number;
    }

    // What a snapshot costs.

    private void snapshot() {
        // First of all once for nothing, so that what is measured first is compiled as well as what is measured last.
        snapshotsOfBytes(MEGABYTES.getFirst(), false);
        for (int megabytes : MEGABYTES) {
            snapshotsOfBytes(megabytes, true);
        }
        GUESTS.forEach(this::snapshotOfGuest);
    }

    private void snapshotsOfBytes(int megabytes, boolean printed) {
        for (int touched : TOUCHED) {
            snapshotOfBytes(megabytes, touched, false, printed);
            if (touched >= 0) {
                snapshotOfBytes(megabytes, touched, true, printed);
            }
        }
    }

    static String caseOf(int megabytes, int touched, boolean sparse) {
        return megabytes + " MB" + (sparse ? ", sparse" : "") + " | " + (touched < 0 ? "all" : touched);
    }

    private void snapshotOfBytes(int megabytes, int touched, boolean sparse, boolean printed) {
        int wasmPages = (megabytes << 20) / Memory.PAGE_SIZE;
        MeasuredMemory memory = (MeasuredMemory) design.newMemory(new MemoryLimits(wasmPages, wasmPages));
        byte[] unit = new byte[UNIT];
        new Random(megabytes).nextBytes(unit);
        for (int address = 0; address < memory.size(); address += sparse ? SPARSE * UNIT : UNIT) {
            memory.write(address, unit);
            memory.writeI32(address, address);
        }
        int units = memory.size() / UNIT;
        int count = touched < 0 ? units : touched;
        Image first = memory.capture();
        int digest = Arrays.hashCode(first.toBytes());
        IntConsumer message = i -> touch(memory, count, i);
        Image[] last = {first};
        long nanos = best(i -> {
            message.accept(i);
            last[0] = memory.capture();
        });
        long before = threads.getCurrentThreadAllocatedBytes();
        message.accept(-2);
        last[0] = memory.capture();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (!Arrays.equals(last[0].toBytes(), memory.readBytes(0, memory.size()))
                || Arrays.hashCode(first.toBytes()) != digest) {
            throw new IllegalStateException("an image of " + design + " is wrong");
        }
        if (printed) {
            print("time", caseOf(megabytes, touched, sparse), nanos);
            print("space", caseOf(megabytes, touched, sparse), allocated);
        }
    }

    /** What a message does that stores eight bytes into each of so many pages, which lie apart. */
    private static void touch(MeasuredMemory memory, int count, int round) {
        int units = memory.size() / UNIT;
        for (int i = 0; i < count; i++) {
            int unit = (int) ((long) i * units / count);
            memory.writeLong(unit * UNIT + ((unit * 40) & (UNIT - Long.BYTES)), round + 1L);
        }
    }

    private void snapshotOfGuest(String name) {
        Guest guest = new Guest(modules.resolve(name + ".wasm"), design);
        Guest.Mailbox mailbox = guest.new Mailbox();
        MeasuredMemory memory = (MeasuredMemory) guest.memory();
        sendMessages(mailbox, name, 20 * MESSAGES_PER_RUN);
        memory.capture();
        long alone = best(i -> mailbox.send(message(name, i)));
        Image[] images = {memory.capture(), memory.capture()};
        long both = best(i -> {
            mailbox.send(message(name, i));
            images[0] = images[1];
            images[1] = memory.capture();
        });
        print("time", name + " | message", alone);
        print("time", name + " | and snapshot", both);
        int changed = 0;
        for (int i = 0; i < images[1].pages().length; i++) {
            changed += images[0].pages()[i] == images[1].pages()[i] ? 0 : 1;
        }
        print("space", name + " | new pages", changed);
        print("space", name + " | memory", memory.pages() * (long) Memory.PAGE_SIZE);
        if (!Arrays.equals(images[1].toBytes(), memory.readBytes(0, memory.size()))) {
            throw new IllegalStateException("an image of " + design + " is wrong");
        }
    }
}
