package dev.wasmbox.internal.engine;

import dev.wasmbox.TrapException;
import dev.wasmbox.internal.state.PageMarks;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
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
 * A guest's memory in one array. It is the only implementation of the engine's {@code Memory} that is ever loaded. Used
 * by one thread at a time. Compiled code reads and writes the array itself, through {@link CompiledAccess}.
 *
 * <p>The array may be longer than the memory, so that growing page by page does not copy everything each time. Beyond
 * the memory it is zero. Bounds are checked against {@link #size}.
 */
public final class FlatMemory implements Memory, GuestMemory {

    private final MemoryLimits limits;
    private final int maximumPages;
    private final boolean restored;
    private final HostCalls host;

    // Public, as all that CompiledAccess uses, because that is defined by another class loader; and no methods, see
    // there.

    /** The memory, and zeros after it. */
    public byte[] bytes;

    /** What was stored to, see {@link PageMarks}. */
    public byte[] marks;

    /** The size of the memory, in bytes: never more than the array has, nor than the marks are for. */
    public int size;

    private DataSegment[] segments = {};
    private DataSegment[] initialSegments = {};

    /** What it held when it was last captured or set; it holds that still, but for what was stored to since then. */
    private PagedBytes captured;

    /** A memory of the module's initial size, or, with an image, one that holds the image and nothing else. */
    FlatMemory(MemoryLimits limits, int maximumPages, @Nullable PagedBytes image, HostCalls host) {
        this.limits = limits;
        this.maximumPages = maximumPages;
        this.restored = image != null;
        this.host = host;
        this.bytes = image != null ? image.toBytes() : new byte[limits.initialPages() * PAGE_SIZE];
        this.size = bytes.length;
        this.marks = PageMarks.forSize(size);
        this.captured = image != null ? image : PagedBytes.zeros(size);
    }

    // State.

    /** {@return the contents, which share with the ones captured or set before what has not changed} */
    PagedBytes capture() {
        return hold(PagedBytes.capture(bytes, size, captured, marks));
    }

    /** {@return the contents, which share with others, of the same module's memory, what is as it is there} */
    PagedBytes captureLike(PagedBytes known) {
        return hold(PagedBytes.capture(bytes, size, known));
    }

    private PagedBytes hold(PagedBytes contents) {
        captured = contents;
        Arrays.fill(marks, (byte) 0);
        return contents;
    }

    /** An array for a memory and its marks. */
    record Room(byte[] bytes, byte[] marks) {}

    /** Makes room for contents, without changing what the memory holds: this is what the heap may have no space for. */
    Room roomFor(PagedBytes contents) {
        int needed = contents.sizeBytes();
        // Not in an array that is far too long: whoever grew it need not be the one that is in it now.
        boolean fits = bytes.length >= needed && bytes.length / 2 <= needed;
        return new Room(fits ? bytes : contents.toBytes(), size == needed ? marks : PageMarks.forSize(needed));
    }

    /** Sets the whole memory to contents, for which there is room. */
    @SuppressWarnings("ReferenceEquality") // the question is whose array it is
    void set(PagedBytes contents, Room room) {
        if (room.bytes == bytes) {
            contents.writeOver(bytes, captured, size, marks);
        }
        size = 0;
        bytes = room.bytes;
        marks = room.marks;
        size = contents.sizeBytes();
        hold(contents);
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

    /** Drops these data segments and no others. */
    void setDroppedSegments(BitSet dropped) {
        for (int i = 0; i < segments.length; i++) {
            segments[i] = dropped.get(i) ? PassiveDataSegment.EMPTY : initialSegments[i];
        }
    }

    // Size.

    int sizeBytes() {
        return size;
    }

    /** {@return how much of the heap it takes, which can be more than its size} */
    int heapBytes() {
        return bytes.length + marks.length;
    }

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
            host.growthRefused();
            return -1;
        }
        int newSize = (before + pages) * PAGE_SIZE;
        try {
            byte[] newMarks = Arrays.copyOf(marks, newSize >>> PageMarks.SHIFT);
            if (newSize > bytes.length) {
                enlarge(newSize);
            }
            marks = newMarks;
        } catch (OutOfMemoryError e) {
            // Telling the guest "no" would let it see how much memory the host has.
            throw new GuestFault(
                    TrapException.Reason.HOST_MEMORY,
                    "the guest's memory was to grow to " + newSize
                            + " bytes, which its limits allow, but the Java heap has no room for it;"
                            + " raise -Xmx or lower the box's memory limit");
        }
        size = newSize;
        return before;
    }

    private void enlarge(int newSize) {
        long roomy = Math.min(Math.max(newSize, bytes.length + bytes.length / 2L), (long) maximumPages * PAGE_SIZE);
        try {
            bytes = Arrays.copyOf(bytes, (int) roomy);
        } catch (OutOfMemoryError e) {
            bytes = Arrays.copyOf(bytes, newSize);
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
        initialSegments = dataSegments.clone();
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
                write(offset, data, 0, data.length);
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
        return outOfBounds(Integer.toUnsignedLong(address), length);
    }

    /** {@return what ends a guest that accesses what is not in its memory} */
    public WasmRuntimeException outOfBounds(long address, int length) {
        return new WasmRuntimeException("out of bounds memory access: " + Integer.toUnsignedString(length)
                + " bytes at " + address + " of a memory of " + size + " bytes");
    }

    @Override
    public void write(int address, byte[] data) {
        write(address, data, 0, data.length);
    }

    @Override
    public void write(int address, byte[] data, int offset, int length) {
        check(address, length);
        System.arraycopy(data, offset, bytes, address, length);
        mark(address, length);
    }

    private void mark(int address, int length) {
        if (length > 0) {
            PageMarks.mark(marks, address, length);
        }
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
        mark(from, to - from);
    }

    @Override
    public void copy(int destination, int source, int length) {
        check(destination, length);
        check(source, length);
        System.arraycopy(bytes, source, bytes, destination, length);
        mark(destination, length);
    }

    // Single values, for the interpreter and the host.

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
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
    }

    @Override
    public short readShort(int address) {
        if (address < 0 || address > size - Short.BYTES) {
            throw outOfBounds(address, Short.BYTES);
        }
        return (short) RawBytes.SHORT.get(bytes, address);
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
        RawBytes.SHORT.set(bytes, address, value);
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
    }

    @Override
    public int readInt(int address) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address, Integer.BYTES);
        }
        return (int) RawBytes.INT.get(bytes, address);
    }

    @Override
    public void writeI32(int address, int value) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address, Integer.BYTES);
        }
        RawBytes.INT.set(bytes, address, value);
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
    }

    @Override
    public long readLong(int address) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address, Long.BYTES);
        }
        return (long) RawBytes.LONG.get(bytes, address);
    }

    @Override
    public void writeLong(int address, long value) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address, Long.BYTES);
        }
        RawBytes.LONG.set(bytes, address, value);
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
    }

    @Override
    public float readFloat(int address) {
        if (address < 0 || address > size - Float.BYTES) {
            throw outOfBounds(address, Float.BYTES);
        }
        return (float) RawBytes.FLOAT.get(bytes, address);
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
        RawBytes.FLOAT.set(bytes, address, value);
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
    }

    @Override
    public double readDouble(int address) {
        if (address < 0 || address > size - Double.BYTES) {
            throw outOfBounds(address, Double.BYTES);
        }
        return (double) RawBytes.DOUBLE.get(bytes, address);
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
        RawBytes.DOUBLE.set(bytes, address, value);
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
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
