package dev.wasmbox.internal.wasi;

import dev.wasmbox.LogListener.Stream;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
import dev.wasmbox.internal.world.GuestWorld;
import dev.wasmbox.internal.world.HostFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * WASI preview 1 as a closed world (the interface: github.com/WebAssembly/WASI, wasi_snapshot_preview1.witx). There are
 * three descriptors: standard input, at its end, and standard output and error, which go to the log. There are no
 * arguments, no environment, no files, no sockets. Clocks and entropy are the box's own; sleeping moves the clocks.
 *
 * <p>No function keeps state of its own, so that the {@link GuestWorld} is all there is to capture.
 */
public final class WasiPreview1 {

    /** The module's name in imports. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private static final int SUCCESS = 0;
    private static final int BADF = 8;
    private static final int FAULT = 21;
    private static final int INVAL = 28;
    private static final int NOTDIR = 54;
    private static final int NOTSOCK = 57;
    private static final int NOTSUP = 58;
    private static final int SPIPE = 70;

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;

    private static final byte FILETYPE_CHARACTER_DEVICE = 2;
    private static final long RIGHT_FD_READ = 1L << 1;
    private static final long RIGHT_FD_WRITE = 1L << 6;

    private static final int SUBSCRIPTION_BYTES = 48;
    private static final int EVENT_BYTES = 32;
    private static final byte EVENT_CLOCK = 0;
    private static final byte EVENT_FD_READ = 1;
    private static final byte EVENT_FD_WRITE = 2;
    private static final short EVENT_HANGUP = 1;
    private static final int SUBSCRIPTION_CLOCK_ABSOLUTE = 1;

    private static final int ENTROPY_CHUNK_BYTES = 64 << 10;

    /** All functions of the interface. */
    public static final List<HostFunction> FUNCTIONS = functions();

    /** Thrown when a pointer that the guest gave does not lie in its memory: the guest gets the error as a number. */
    private static final class Fault extends RuntimeException {
        private Fault() {
            super("a pointer out of bounds", null, false, false);
        }
    }

    private WasiPreview1() {}

    /** A function's body that answers with an error number. */
    @FunctionalInterface
    private interface Body {
        int call(GuestWorld world, GuestMemory memory, long[] arguments);
    }

    private static HostFunction function(String name, String parameters, Body body) {
        return new HostFunction(MODULE, name, parameters, "i", (world, memory, arguments) -> {
            try {
                return body.call(world, memory, arguments);
            } catch (Fault e) {
                return FAULT;
            }
        });
    }

    /** A function on a descriptor that makes no sense for a standard stream, and there are no others. */
    private static HostFunction onDescriptor(String name, String parameters, int errorForStreams) {
        return function(
                name, parameters, (world, memory, arguments) -> isStream((int) arguments[0]) ? errorForStreams : BADF);
    }

    /** A function that writes the number and the size of strings that are not there. */
    private static HostFunction emptySizes(String name) {
        return function(name, "ii", (world, memory, arguments) -> {
            writeInt(memory, (int) arguments[0], 0);
            writeInt(memory, (int) arguments[1], 0);
            return SUCCESS;
        });
    }

    private static List<HostFunction> functions() {
        List<HostFunction> list = new ArrayList<>();
        list.add(function("args_get", "ii", (world, memory, arguments) -> SUCCESS));
        list.add(emptySizes("args_sizes_get"));
        list.add(function("environ_get", "ii", (world, memory, arguments) -> SUCCESS));
        list.add(emptySizes("environ_sizes_get"));

        list.add(function("clock_res_get", "ii", WasiPreview1::clockResolution));
        list.add(function("clock_time_get", "iIi", WasiPreview1::clockTime));
        list.add(function("poll_oneoff", "iiii", WasiPreview1::poll));
        list.add(function("random_get", "ii", WasiPreview1::random));
        list.add(function("sched_yield", "", (world, memory, arguments) -> SUCCESS));
        list.add(new HostFunction(MODULE, "proc_exit", "i", "", (world, memory, arguments) -> {
            throw new GuestFault(
                    Reason.EXIT,
                    "the guest called proc_exit with code " + Integer.toUnsignedString((int) arguments[0]));
        }));
        list.add(function("proc_raise", "i", (world, memory, arguments) -> {
            throw new GuestFault(
                    Reason.EXIT, "the guest raised signal " + Integer.toUnsignedString((int) arguments[0]));
        }));

        list.add(function("fd_read", "iiii", WasiPreview1::read));
        list.add(function("fd_write", "iiii", WasiPreview1::write));
        list.add(function("fd_fdstat_get", "ii", WasiPreview1::descriptorStatus));
        list.add(function("fd_filestat_get", "ii", WasiPreview1::fileStatus));
        list.add(onDescriptor("fd_close", "i", SUCCESS));
        list.add(onDescriptor("fd_fdstat_set_flags", "ii", NOTSUP));
        list.add(onDescriptor("fd_fdstat_set_rights", "iII", NOTSUP));
        list.add(onDescriptor("fd_advise", "iIIi", SPIPE));
        list.add(onDescriptor("fd_allocate", "iII", SPIPE));
        list.add(onDescriptor("fd_datasync", "i", INVAL));
        list.add(onDescriptor("fd_sync", "i", INVAL));
        list.add(onDescriptor("fd_filestat_set_size", "iI", INVAL));
        list.add(onDescriptor("fd_filestat_set_times", "iIIi", NOTSUP));
        list.add(onDescriptor("fd_pread", "iiiIi", SPIPE));
        list.add(onDescriptor("fd_pwrite", "iiiIi", SPIPE));
        list.add(onDescriptor("fd_seek", "iIii", SPIPE));
        list.add(onDescriptor("fd_tell", "ii", SPIPE));
        list.add(onDescriptor("fd_readdir", "iiiIi", NOTDIR));
        list.add(onDescriptor("fd_prestat_get", "ii", BADF));
        list.add(onDescriptor("fd_prestat_dir_name", "iii", BADF));
        list.add(onDescriptor("fd_renumber", "ii", NOTSUP));

        list.add(onDescriptor("path_create_directory", "iii", NOTDIR));
        list.add(onDescriptor("path_filestat_get", "iiiii", NOTDIR));
        list.add(onDescriptor("path_filestat_set_times", "iiiiIIi", NOTDIR));
        list.add(onDescriptor("path_link", "iiiiiii", NOTDIR));
        list.add(onDescriptor("path_open", "iiiiiIIii", NOTDIR));
        list.add(onDescriptor("path_readlink", "iiiiii", NOTDIR));
        list.add(onDescriptor("path_remove_directory", "iii", NOTDIR));
        list.add(onDescriptor("path_rename", "iiiiii", NOTDIR));
        // The only one whose descriptor is not its first parameter.
        list.add(function(
                "path_symlink", "iiiii", (world, memory, arguments) -> isStream((int) arguments[2]) ? NOTDIR : BADF));
        list.add(onDescriptor("path_unlink_file", "iii", NOTDIR));

        list.add(onDescriptor("sock_accept", "iii", NOTSOCK));
        list.add(onDescriptor("sock_recv", "iiiiii", NOTSOCK));
        list.add(onDescriptor("sock_send", "iiiii", NOTSOCK));
        list.add(onDescriptor("sock_shutdown", "ii", NOTSOCK));
        return List.copyOf(list);
    }

    private static boolean isStream(int descriptor) {
        return descriptor >= STDIN && descriptor <= STDERR;
    }

    // Clocks and entropy.

    private static int clockResolution(GuestWorld world, GuestMemory memory, long[] arguments) {
        int clock = (int) arguments[0];
        if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) {
            return INVAL;
        }
        writeLong(memory, (int) arguments[1], 1);
        return SUCCESS;
    }

    private static int clockTime(GuestWorld world, GuestMemory memory, long[] arguments) {
        int clock = (int) arguments[0];
        if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) {
            return INVAL;
        }
        writeLong(memory, (int) arguments[2], nanosOf(world, clock));
        return SUCCESS;
    }

    private static long nanosOf(GuestWorld world, int clock) {
        return clock == CLOCK_REALTIME ? world.realtimeNanos() : world.monotonicNanos();
    }

    private static int random(GuestWorld world, GuestMemory memory, long[] arguments) {
        int pointer = (int) arguments[0];
        int length = (int) arguments[1];
        require(memory, pointer, length);
        byte[] chunk = new byte[Math.min(length, ENTROPY_CHUNK_BYTES)];
        for (int done = 0; done < length; done += chunk.length) {
            GuestWorld.checkInterrupt();
            if (length - done < chunk.length) {
                chunk = new byte[length - done];
            }
            world.entropy().read(chunk);
            memory.write(pointer + done, chunk);
        }
        return SUCCESS;
    }

    /*
     * Nothing in a box ever has to be waited for: a stream is ready at once, and when a clock is all that is waited for,
     * the clocks move to the earliest time asked for. So this returns in any case, and without sleeping.
     */
    private static int poll(GuestWorld world, GuestMemory memory, long[] arguments) {
        int subscriptions = (int) arguments[0];
        int events = (int) arguments[1];
        int count = (int) arguments[2];
        int eventCountPointer = (int) arguments[3];
        if (count == 0) {
            return INVAL;
        }
        require(memory, subscriptions, times(count, SUBSCRIPTION_BYTES));
        require(memory, events, times(count, EVENT_BYTES));
        require(memory, eventCountPointer, Integer.BYTES);

        boolean ready = false;
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            GuestWorld.checkInterrupt();
            int subscription = subscriptions + i * SUBSCRIPTION_BYTES;
            if (memory.readBytes(subscription + 8, 1)[0] == EVENT_CLOCK && isClock(memory.readInt(subscription + 16))) {
                earliest = Math.min(earliest, nanosUntil(world, memory, subscription));
            } else {
                ready = true;
            }
        }
        if (!ready) {
            world.sleep(earliest);
        }
        // The relative times that were asked for began before the sleep.
        long slept = ready ? 0 : earliest;

        int eventCount = 0;
        for (int i = 0; i < count; i++) {
            GuestWorld.checkInterrupt();
            int subscription = subscriptions + i * SUBSCRIPTION_BYTES;
            byte type = memory.readBytes(subscription + 8, 1)[0];
            int subject = memory.readInt(subscription + 16);
            short error = SUCCESS;
            short flags = 0;
            if (type == EVENT_CLOCK) {
                if (isClock(subject)) {
                    if (!isDue(world, memory, subscription, slept)) {
                        continue;
                    }
                } else {
                    error = INVAL;
                }
            } else if (type == EVENT_FD_READ) {
                error = (short) (subject == STDIN ? SUCCESS : BADF);
                flags = subject == STDIN ? EVENT_HANGUP : 0;
            } else if (type == EVENT_FD_WRITE) {
                error = (short) (subject == STDOUT || subject == STDERR ? SUCCESS : BADF);
            } else {
                error = INVAL;
            }
            // The events may overlay the subscriptions that are still to be read; a guest that does so harms itself
            // only.
            int event = events + eventCount * EVENT_BYTES;
            long userData = memory.readLong(subscription);
            memory.write(event, new byte[EVENT_BYTES]);
            memory.writeLong(event, userData);
            memory.writeShort(event + 8, error);
            memory.writeByte(event + 10, type);
            memory.writeShort(event + 24, flags);
            eventCount++;
        }
        memory.writeI32(eventCountPointer, eventCount);
        return SUCCESS;
    }

    private static boolean isClock(int clock) {
        return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    }

    private static long nanosUntil(GuestWorld world, GuestMemory memory, int subscription) {
        long timeout = memory.readLong(subscription + 24);
        if ((memory.readInt(subscription + 40) & SUBSCRIPTION_CLOCK_ABSOLUTE) == 0) {
            return timeout < 0 ? Long.MAX_VALUE : timeout;
        }
        long now = nanosOf(world, memory.readInt(subscription + 16));
        return timeout < 0 ? Long.MAX_VALUE : Math.max(0, timeout - now);
    }

    private static boolean isDue(GuestWorld world, GuestMemory memory, int subscription, long slept) {
        boolean absolute = (memory.readInt(subscription + 40) & SUBSCRIPTION_CLOCK_ABSOLUTE) != 0;
        return nanosUntil(world, memory, subscription) <= (absolute ? 0 : slept);
    }

    // Descriptors.

    private static int read(GuestWorld world, GuestMemory memory, long[] arguments) {
        if ((int) arguments[0] != STDIN) {
            return BADF;
        }
        writeInt(memory, (int) arguments[3], 0);
        return SUCCESS;
    }

    private static int write(GuestWorld world, GuestMemory memory, long[] arguments) {
        int descriptor = (int) arguments[0];
        if (descriptor != STDOUT && descriptor != STDERR) {
            return BADF;
        }
        Stream stream = descriptor == STDOUT ? Stream.STDOUT : Stream.STDERR;
        int vectors = (int) arguments[1];
        int count = (int) arguments[2];
        require(memory, vectors, times(count, 8));
        require(memory, (int) arguments[3], Integer.BYTES);
        int written = 0;
        for (int i = 0; i < count; i++) {
            GuestWorld.checkInterrupt();
            int pointer = memory.readInt(vectors + 8 * i);
            int length = memory.readInt(vectors + 8 * i + 4);
            require(memory, pointer, length);
            world.log(stream, memory.readBytes(pointer, length));
            written += length;
        }
        memory.writeI32((int) arguments[3], written);
        return SUCCESS;
    }

    private static int descriptorStatus(GuestWorld world, GuestMemory memory, long[] arguments) {
        int descriptor = (int) arguments[0];
        int pointer = (int) arguments[1];
        if (!isStream(descriptor)) {
            return BADF;
        }
        require(memory, pointer, 24);
        memory.write(pointer, new byte[24]);
        memory.writeByte(pointer, FILETYPE_CHARACTER_DEVICE);
        memory.writeLong(pointer + 8, descriptor == STDIN ? RIGHT_FD_READ : RIGHT_FD_WRITE);
        return SUCCESS;
    }

    private static int fileStatus(GuestWorld world, GuestMemory memory, long[] arguments) {
        int pointer = (int) arguments[1];
        if (!isStream((int) arguments[0])) {
            return BADF;
        }
        require(memory, pointer, 64);
        memory.write(pointer, new byte[64]);
        memory.writeByte(pointer + 16, FILETYPE_CHARACTER_DEVICE);
        return SUCCESS;
    }

    // Memory.

    private static void require(GuestMemory memory, int pointer, int length) {
        if (!memory.contains(pointer, length)) {
            throw new Fault();
        }
    }

    /** A length that a guest gave as a number of things; negative, and so never in memory, when it is too large. */
    private static int times(int count, int bytesEach) {
        long length = Integer.toUnsignedLong(count) * bytesEach;
        return length > Integer.MAX_VALUE ? -1 : (int) length;
    }

    private static void writeInt(GuestMemory memory, int pointer, int value) {
        require(memory, pointer, Integer.BYTES);
        memory.writeI32(pointer, value);
    }

    private static void writeLong(GuestMemory memory, int pointer, long value) {
        require(memory, pointer, Long.BYTES);
        memory.writeLong(pointer, value);
    }
}
