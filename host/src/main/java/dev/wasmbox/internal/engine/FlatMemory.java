package dev.wasmbox.internal.engine;

import dev.wasmbox.TrapException;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A guest's memory in one array. It is the only implementation of the engine's {@code Memory} that is ever loaded, so
 * that HotSpot inlines it into the guest's code. Used by one thread at a time.
 *
 * <p>The array may be longer than the memory, so that growing page by page does not copy everything each time; hence the
 * bounds are checked against {@link #size} and not left to the array.
 */
final class FlatMemory implements Memory, GuestMemory {

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private final MemoryLimits limits;
    private final int maximumPages;
    private final boolean restored;
    private byte[] bytes;
    private int size;
    private DataSegment[] segments = {};

    /** What it held when it was last captured or restored: the next capture shares what has not changed. */
    private PagedBytes captured;

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    /** A memory of the module's initial size, or, with an image, one that holds the image and nothing else. */
    FlatMemory(MemoryLimits limits, int maximumPages, @Nullable PagedBytes image) {
        this.limits = limits;
        this.maximumPages = maximumPages;
        this.restored = image != null;
        this.bytes = image != null ? image.toBytes() : new byte[limits.initialPages() * PAGE_SIZE];
        this.size = bytes.length;
        this.captured = image != null ? image : PagedBytes.zeros(0);
    }

    PagedBytes capture() {
        captured = PagedBytes.capture(bytes, size, captured);
        return captured;
    }

    /** Lets the next capture share with contents of the same module's memory that nothing was shared with yet. */
    void shareWith(PagedBytes contents) {
        captured = contents;
    }

    /** The data segments that are dropped; all memories of an instance share them. */
    @SuppressWarnings("ReferenceEquality") // dropping puts this very object there; a segment may be empty by itself
    BitSet droppedSegments() {
        BitSet dropped = new BitSet();
        for (int i = 0; i < segments.length; i++) {
            if (segments[i] == PassiveDataSegment.EMPTY) {
                dropped.set(i);
            }
        }
        return dropped;
    }

    // Size.

    @Override
    public int pages() {
        return size / PAGE_SIZE;
    }

    @Override
    public int initialPages() {
        return limits.initialPages();
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public int grow(int pages) {
        int before = pages();
        if (pages < 0 || pages > maximumPages - before) {
            return -1;
        }
        int newSize = (before + pages) * PAGE_SIZE;
        if (newSize > bytes.length) {
            long roomy = Math.max(newSize, bytes.length + bytes.length / 2L);
            int capacity = (int) Math.min(roomy, (long) maximumPages * PAGE_SIZE);
            try {
                bytes = enlarged(capacity, newSize);
            } catch (OutOfMemoryError e) {
                // Telling the guest "no" would let it see how much memory the host has.
                throw new GuestFault(
                        TrapException.Reason.HOST_MEMORY,
                        "the guest's memory was to grow to " + newSize
                                + " bytes, which its limits allow, but the Java heap has no room for it;"
                                + " raise -Xmx or lower the box's memory limit");
            }
        }
        size = newSize;
        return before;
    }

    private byte[] enlarged(int roomy, int exact) {
        try {
            return Arrays.copyOf(bytes, roomy);
        } catch (OutOfMemoryError e) {
            return Arrays.copyOf(bytes, exact);
        }
    }

    // Initialisation.

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        initialize(instance, dataSegments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        segments = dataSegments;
        if (restored) {
            return;
        }
        for (int i = 0; i < dataSegments.length; i++) {
            if (dataSegments[i] instanceof ActiveDataSegment segment && segment.index() == memoryIndex) {
                int offset = (int) ConstantEvaluators.computeConstantValue(instance, segment.offsetInstructions())[0];
                byte[] data = segment.data();
                if (!contains(offset, data.length)) {
                    throw new UninstantiableException("data segment " + i + ", of " + data.length
                            + " bytes for address " + Integer.toUnsignedString(offset)
                            + ", lies outside of the memory of " + size + " bytes");
                }
                System.arraycopy(data, 0, bytes, offset, data.length);
            }
        }
    }

    @Override
    public void initPassiveSegment(int segmentId, int destination, int offset, int length) {
        // An active segment counts as dropped once the instance is there (WebAssembly 2.0, section 4.5.4).
        byte[] data = segments[segmentId] instanceof PassiveDataSegment passive ? passive.data() : new byte[0];
        if (offset < 0 || length < 0 || offset > data.length - length) {
            throw new WasmRuntimeException(
                    "out of bounds memory access: " + Integer.toUnsignedString(length) + " bytes at "
                            + Integer.toUnsignedString(offset) + " of a data segment of " + data.length + " bytes");
        }
        write(destination, data, offset, length);
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    /** Does nothing: a new array is zero already, and a restored one must not become it. */
    @Override
    public void zero() {}

    // Bulk access.

    @Override
    public boolean contains(int address, int length) {
        return address >= 0 && length >= 0 && address <= size - length;
    }

    private void check(int address, int length) {
        if (!contains(address, length)) {
            throw outOfBounds(address, length);
        }
    }

    private WasmRuntimeException outOfBounds(int address, int length) {
        return new WasmRuntimeException("out of bounds memory access: " + Integer.toUnsignedString(length)
                + " bytes at " + Integer.toUnsignedString(address) + " of a memory of " + size + " bytes");
    }

    @Override
    public void write(int address, byte[] data) {
        write(address, data, 0, data.length);
    }

    @Override
    public void write(int address, byte[] data, int offset, int length) {
        check(address, length);
        System.arraycopy(data, offset, bytes, address, length);
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public void fill(byte value, int from, int to) {
        if (from < 0 || to < from || to > size) {
            throw outOfBounds(from, to - from);
        }
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void copy(int destination, int source, int length) {
        check(destination, length);
        check(source, length);
        System.arraycopy(bytes, source, bytes, destination, length);
    }

    // Single values. Each method is small, so that it is inlined into the guest's code.

    @Override
    public byte read(int address) {
        if (address < 0 || address >= size) {
            throw outOfBounds(address, 1);
        }
        return bytes[address];
    }

    @Override
    public void writeByte(int address, byte value) {
        if (address < 0 || address >= size) {
            throw outOfBounds(address, 1);
        }
        bytes[address] = value;
    }

    @Override
    public short readShort(int address) {
        if (address < 0 || address > size - Short.BYTES) {
            throw outOfBounds(address, Short.BYTES);
        }
        return (short) SHORT.get(bytes, address);
    }

    @Override
    public long readU16(int address) {
        return Short.toUnsignedLong(readShort(address));
    }

    @Override
    public void writeShort(int address, short value) {
        if (address < 0 || address > size - Short.BYTES) {
            throw outOfBounds(address, Short.BYTES);
        }
        SHORT.set(bytes, address, value);
    }

    @Override
    public int readInt(int address) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address, Integer.BYTES);
        }
        return (int) INT.get(bytes, address);
    }

    @Override
    public void writeI32(int address, int value) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address, Integer.BYTES);
        }
        INT.set(bytes, address, value);
    }

    @Override
    public long readLong(int address) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address, Long.BYTES);
        }
        return (long) LONG.get(bytes, address);
    }

    @Override
    public void writeLong(int address, long value) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address, Long.BYTES);
        }
        LONG.set(bytes, address, value);
    }

    @Override
    public float readFloat(int address) {
        if (address < 0 || address > size - Float.BYTES) {
            throw outOfBounds(address, Float.BYTES);
        }
        return (float) FLOAT.get(bytes, address);
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public void writeF32(int address, float value) {
        if (address < 0 || address > size - Float.BYTES) {
            throw outOfBounds(address, Float.BYTES);
        }
        FLOAT.set(bytes, address, value);
    }

    @Override
    public double readDouble(int address) {
        if (address < 0 || address > size - Double.BYTES) {
            throw outOfBounds(address, Double.BYTES);
        }
        return (double) DOUBLE.get(bytes, address);
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void writeF64(int address, double value) {
        if (address < 0 || address > size - Double.BYTES) {
            throw outOfBounds(address, Double.BYTES);
        }
        DOUBLE.set(bytes, address, value);
    }

    // Threads: no memory is shared, so the engine's defaults for atomic operations are right with any monitor.

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int maxThreads) {
        check(address, Integer.BYTES);
        return 0;
    }
}
