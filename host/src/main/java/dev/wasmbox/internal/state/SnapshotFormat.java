package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import dev.wasmbox.SnapshotException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot, version 1; docs/snapshot-format.md describes them. All numbers are little endian.
 *
 * <p>Reading trusts nothing: the checksum is verified first, every count is held against the bytes that are left before
 * anything is allocated for it, and whatever is left over is an error.
 */
public final class SnapshotFormat {

    /*
     * file      := magic[8] version:u32 payloadLength:u64 payload sha256[32]   (the checksum is over all before it)
     * payload   := moduleDigest[32] host memories globals tables dropped dropped
     * host      := realtimeNanos:u64 monotonicNanos:u64 seed[32] entropyPosition:u64 messages:u64 outputs:u64 finished:u8
     * memories  := count:u32 { pages:u32 chunks:u32 { index:u32 bytes[4096] } }     (indices ascend; other chunks are zero)
     * globals   := count:u32 { type:u8 low:u64 high:u64 }
     * tables    := count:u32 { size:u32 { reference:i32 } }
     * dropped   := count:u32 { segment:u32 }                                        (data segments, then elements; ascending)
     */
    private static final byte[] MAGIC = {'W', 'A', 'S', 'M', 'B', 'O', 'X', 0x1A};
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = MAGIC.length + Integer.BYTES + Long.BYTES;
    private static final int MAXIMUM_PAGES = (int) (Limits.MAXIMUM_MEMORY_BYTES / Limits.PAGE_BYTES);
    private static final long MAXIMUM_COUNTER = 1L << 62;

    private SnapshotFormat() {}

    /**
     * Whether a file is meant to be a snapshot, whatever its condition.
     *
     * @param bytes the beginning of a file
     * @return whether it begins as a snapshot does
     */
    public static boolean isSnapshot(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * The SHA-256 of what the state is, whatever file it came from: equal states have equal digests.
     *
     * @param image the state
     * @return 32 new bytes
     */
    public static byte[] digest(BoxImage image) {
        return Sha256.of(payload(image));
    }

    /**
     * The file form of a state.
     *
     * @param image the state
     * @return a new array
     */
    public static byte[] write(BoxImage image) {
        byte[] payload = payload(image);
        ByteBuffer file = ByteBuffer.allocate(Math.addExact(HEADER_BYTES + Sha256.BYTES, payload.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putInt(VERSION).putLong(payload.length).put(payload);
        file.put(Sha256.of(file.array(), 0, file.position()));
        return file.array();
    }

    private static byte[] payload(BoxImage image) {
        Output out = new Output();
        out.bytes(image.moduleDigest());
        HostState host = image.host();
        out.u64(host.realtimeNanos());
        out.u64(host.monotonicNanos());
        out.bytes(host.seed());
        out.u64(host.entropyPosition());
        out.u64(host.messages());
        out.u64(host.outputs());
        out.u8(host.finished() ? 1 : 0);
        GuestState guest = image.guest();
        out.u32(guest.memories().size());
        for (MemoryImage memory : guest.memories()) {
            out.u32(memory.pages());
            out.u32(memory.chunksInUse());
            for (int i = 0; i < memory.chunkCount(); i++) {
                byte[] chunk = memory.chunk(i);
                if (chunk != null) {
                    out.u32(i);
                    out.bytes(chunk);
                }
            }
        }
        out.u32(guest.globals().size());
        for (GlobalValue global : guest.globals()) {
            out.u8(global.type());
            out.u64(global.low());
            out.u64(global.high());
        }
        out.u32(guest.tables().size());
        for (int[] table : guest.tables()) {
            out.u32(table.length);
            for (int reference : table) {
                out.u32(reference);
            }
        }
        out.segments(guest.droppedData());
        out.segments(guest.droppedElements());
        return out.toByteArray();
    }

    /**
     * Reads the file form of a state.
     *
     * @param file the bytes of a file
     * @return the state
     * @throws SnapshotException if they are not a whole, undamaged snapshot of a version that is known here
     */
    public static BoxImage read(byte[] file) {
        if (!isSnapshot(file)) {
            throw new SnapshotException(
                    "this is not a snapshot: it does not begin with the eight bytes that every WasmBox snapshot begins with");
        }
        if (file.length < HEADER_BYTES + Sha256.BYTES) {
            throw damaged("it ends after " + file.length + " bytes, within its header", null);
        }
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int version = header.getInt();
        long payloadLength = header.getLong();
        if (version != VERSION) {
            throw new SnapshotException("this snapshot is of format version " + Integer.toUnsignedString(version)
                    + ", but this WasmBox reads version " + VERSION
                    + ": it is damaged, or a later WasmBox wrote it, which can read it");
        }
        long expected = (long) file.length - HEADER_BYTES - Sha256.BYTES;
        if (payloadLength != expected) {
            throw damaged(
                    "its header announces " + Long.toUnsignedString(payloadLength) + " bytes of state, but there are "
                            + expected,
                    null);
        }
        int end = HEADER_BYTES + (int) payloadLength;
        if (!Sha256.matches(file, end)) {
            throw damaged("its checksum does not match its contents", null);
        }
        try {
            return readPayload(new Input(
                    ByteBuffer.wrap(file, HEADER_BYTES, (int) payloadLength).order(ByteOrder.LITTLE_ENDIAN)));
        } catch (BufferUnderflowException e) {
            throw damaged("it ends in the middle of its state", e);
        }
    }

    private static BoxImage readPayload(Input in) {
        byte[] moduleDigest = in.bytes(Sha256.BYTES);
        long realtimeNanos = in.count64("realtime clock");
        long monotonicNanos = in.count64("monotonic clock");
        byte[] seed = in.bytes(32);
        HostState host = new HostState(
                realtimeNanos,
                monotonicNanos,
                seed,
                in.counter("entropy position"),
                in.counter("message count"),
                in.counter("output count"),
                in.flag("finished"));

        List<MemoryImage> memories = new ArrayList<>();
        int memoryCount = in.count("memories", 8);
        if (memoryCount > GuestState.MAXIMUM_MEMORIES) {
            throw damaged("it announces " + memoryCount + " memories", null);
        }
        for (int i = 0; i < memoryCount; i++) {
            memories.add(readMemory(in));
        }
        List<GlobalValue> globals = new ArrayList<>();
        int globalCount = in.count("globals", 17);
        for (int i = 0; i < globalCount; i++) {
            globals.add(new GlobalValue(in.u8(), in.u64(), in.u64()));
        }
        List<int[]> tables = new ArrayList<>();
        int tableCount = in.count("tables", 4);
        for (int i = 0; i < tableCount; i++) {
            int[] table = new int[in.count("table elements", 4)];
            for (int j = 0; j < table.length; j++) {
                table[j] = in.u32();
            }
            tables.add(table);
        }
        BitSet droppedData = in.segments("dropped data segments");
        BitSet droppedElements = in.segments("dropped element segments");
        in.end();
        return new BoxImage(
                moduleDigest,
                new GuestState(
                        List.copyOf(memories), List.copyOf(globals), List.copyOf(tables), droppedData, droppedElements),
                host);
    }

    private static MemoryImage readMemory(Input in) {
        int pages = in.u32();
        if (pages < 0 || pages > MAXIMUM_PAGES) {
            throw damaged("a memory has " + Integer.toUnsignedString(pages) + " pages", null);
        }
        // A memory may rightly be large and all zero. The array of chunks is 1/1024 of its size at most.
        byte[] @Nullable [] chunks = new byte[pages * (Limits.PAGE_BYTES / MemoryImage.CHUNK_BYTES)][];
        int chunkCount = in.count("memory chunks", 4 + MemoryImage.CHUNK_BYTES);
        int previous = -1;
        for (int i = 0; i < chunkCount; i++) {
            int index = in.u32();
            if (index <= previous || index >= chunks.length) {
                throw damaged("a memory's chunk has the index " + Integer.toUnsignedString(index), null);
            }
            byte[] chunk = in.bytes(MemoryImage.CHUNK_BYTES);
            if (isZero(chunk)) {
                throw damaged("a memory's chunk is stored although it is zero", null);
            }
            chunks[index] = chunk;
            previous = index;
        }
        return new MemoryImage(pages, chunks);
    }

    private static boolean isZero(byte[] chunk) {
        return Arrays.equals(chunk, new byte[chunk.length]);
    }

    private static SnapshotException damaged(String what, @Nullable Throwable cause) {
        return new SnapshotException("this snapshot is damaged: " + what + "; use an older one or a copy", cause);
    }

    /** Writes little-endian numbers. */
    private static final class Output extends ByteArrayOutputStream {
        private void u8(int value) {
            write(value);
        }

        private void u32(int value) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                write(value >>> shift);
            }
        }

        private void u64(long value) {
            u32((int) value);
            u32((int) (value >>> 32));
        }

        private void bytes(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }

        private void segments(BitSet segments) {
            u32(segments.cardinality());
            segments.stream().forEach(this::u32);
        }
    }

    /** Reads little-endian numbers, and refuses what a writer never writes. */
    private record Input(ByteBuffer buffer) {
        private int u8() {
            return buffer.get() & 0xFF;
        }

        private int u32() {
            return buffer.getInt();
        }

        private long u64() {
            return buffer.getLong();
        }

        private byte[] bytes(int length) {
            if (length > buffer.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] bytes = new byte[length];
            buffer.get(bytes);
            return bytes;
        }

        private boolean flag(String name) {
            int value = u8();
            if (value > 1) {
                throw damaged("its mark '" + name + "' is " + value, null);
            }
            return value == 1;
        }

        private long count64(String name) {
            long value = u64();
            if (value < 0) {
                throw damaged("its " + name + " is " + Long.toUnsignedString(value), null);
            }
            return value;
        }

        /** A number that only ever grows: so far from the end of numbers that it cannot get there. */
        private long counter(String name) {
            long value = count64(name);
            if (value > MAXIMUM_COUNTER) {
                throw damaged("its " + name + " is " + value, null);
            }
            return value;
        }

        /** A count of things that take at least so many bytes each, and so cannot be more than there is room for. */
        private int count(String name, int bytesEach) {
            int count = u32();
            if (count < 0 || (long) count * bytesEach > buffer.remaining()) {
                throw damaged(
                        "it announces " + Integer.toUnsignedString(count) + " " + name + ", more than it can hold",
                        null);
            }
            return count;
        }

        private BitSet segments(String name) {
            BitSet segments = new BitSet();
            int count = count(name, Integer.BYTES);
            int previous = -1;
            for (int i = 0; i < count; i++) {
                int segment = u32();
                if (segment <= previous || segment >= GuestState.MAXIMUM_SEGMENTS) {
                    throw damaged("among its " + name + " is " + Integer.toUnsignedString(segment), null);
                }
                segments.set(segment);
                previous = segment;
            }
            return segments;
        }

        private void end() {
            if (buffer.hasRemaining()) {
                throw damaged(buffer.remaining() + " bytes are left over", null);
            }
        }
    }
}
