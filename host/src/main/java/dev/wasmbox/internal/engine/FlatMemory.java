package dev.wasmbox.internal.engine;

import dev.wasmbox.TrapException;
import dev.wasmbox.internal.state.PageMarks;
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
 * A guest's memory in one array. It is the only implementation of the engine's {@code Memory} that is ever loaded. Used
 * by one thread at a time. Compiled code reads and writes the array itself, through {@link CompiledAccess}.
 *
 * <p>The array is as long as the memory, so that its own bounds are the memory's; or, where the module's
 * {@linkplain CodeSwitches#isRoomy() switch} allows it, longer, so that growing page by page does not copy everything
 * each time. Beyond the memory, the array is zero.
 */
public final class FlatMemory implements Memory, GuestMemory {

    // Public, as all that CompiledAccess uses, because it is defined by another class loader. Fields and not methods,
    // because it has little room for bytecode.

    /** Numbers in the array, little endian. */
    public static final VarHandle SHORT = view(short[].class);
    /** See {@link #SHORT}. */
    public static final VarHandle INT = view(int[].class);
    /** See {@link #SHORT}. */
    public static final VarHandle LONG = view(long[].class);
    /** See {@link #SHORT}. */
    public static final VarHandle FLOAT = view(float[].class);
    /** See {@link #SHORT}. */
    public static final VarHandle DOUBLE = view(double[].class);

    /** How much growing may copy in a memory before arrays become longer than memories: 10 milliseconds' worth. */
    private static final long EXACT_GROWTH_BYTES = 64L << 20;

    private final MemoryLimits limits;
    private final int maximumPages;
    private final boolean restored;
    private final CodeSwitches switches;
    private final HostCalls host;

    /** The memory, and zeros after it. */
    public byte[] bytes;

    /** What was stored to, see {@link PageMarks}. */
    public byte[] marks;

    private int size;
    private long copiedByGrowing;
    private DataSegment[] segments = {};
    private DataSegment[] initialSegments = {};

    /** What it held when it was last captured or set; it holds that still, but for what was stored to since then. */
    private PagedBytes captured;

    /** Whether the marks tell what was stored to since then: if so, the switches' epoch of that moment, otherwise -1. */
    private int marksEpoch;

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    /** A memory of the module's initial size, or, with an image, one that holds the image and nothing else. */
    FlatMemory(
            MemoryLimits limits, int maximumPages, @Nullable PagedBytes image, CodeSwitches switches, HostCalls host) {
        this.limits = limits;
        this.maximumPages = maximumPages;
        this.restored = image != null;
        this.switches = switches;
        this.host = host;
        this.bytes = image != null ? image.toBytes() : new byte[limits.initialPages() * PAGE_SIZE];
        this.size = bytes.length;
        this.marks = PageMarks.forSize(size);
        this.captured = image != null ? image : PagedBytes.zeros(size);
        this.marksEpoch = switches.isMarking() ? switches.markingEpoch() : -1;
    }

    /** {@return what the imports of the memory's instance lead to} */
    public HostCalls host() {
        return host;
    }

    // State.

    /** {@return the contents, which share with the ones captured or set before what has not changed} */
    PagedBytes capture() {
        int epoch = switches.isMarking() ? switches.markingEpoch() : -1;
        PagedBytes contents = marksHold()
                ? PagedBytes.capture(bytes, size, captured, marks)
                : PagedBytes.capture(bytes, size, captured);
        hold(contents, epoch);
        return contents;
    }

    /** {@return the contents, which share with others, of the same module's memory, what is as it is there} */
    PagedBytes captureLike(PagedBytes known) {
        int epoch = switches.isMarking() ? switches.markingEpoch() : -1;
        PagedBytes contents = PagedBytes.capture(bytes, size, known);
        hold(contents, epoch);
        return contents;
    }

    private boolean marksHold() {
        return marksEpoch >= 0 && marksEpoch == switches.markingEpoch() && switches.isMarking();
    }

    private void hold(PagedBytes contents, int epoch) {
        captured = contents;
        marksEpoch = epoch;
        Arrays.fill(marks, (byte) 0);
    }

    /** An array for a memory and its marks. */
    record Room(byte[] bytes, byte[] marks) {}

    /** Makes room for contents, without changing what the memory holds: this is what the heap may have no space for. */
    Room roomFor(PagedBytes contents) {
        int needed = contents.sizeBytes();
        boolean fits = bytes.length == needed || (bytes.length > needed && switches.isRoomy());
        return new Room(fits ? bytes : contents.toBytes(), size == needed ? marks : PageMarks.forSize(needed));
    }

    /** Sets the whole memory to contents, for which there is room. */
    @SuppressWarnings("ReferenceEquality") // the question is whose array it is
    void set(PagedBytes contents, Room room) {
        int epoch = switches.isMarking() ? switches.markingEpoch() : -1;
        if (room.bytes == bytes) {
            contents.writeOver(bytes, captured, size, marksHold() ? marks : null);
        }
        bytes = room.bytes;
        marks = room.marks;
        size = contents.sizeBytes();
        hold(contents, epoch);
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
        copiedByGrowing += size;
        if (copiedByGrowing > EXACT_GROWTH_BYTES) {
            switches.setRoomy();
        }
        if (switches.isRoomy()) {
            long capacity =
                    Math.min(Math.max(newSize, bytes.length + bytes.length / 2L), (long) maximumPages * PAGE_SIZE);
            try {
                bytes = Arrays.copyOf(bytes, (int) capacity);
                return;
            } catch (OutOfMemoryError e) {
                // There may be room for what is needed, if not for what would be good.
            }
        }
        bytes = Arrays.copyOf(bytes, newSize);
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

    /** Refuses an access by compiled code that does not lie in the memory. */
    public void requireInBounds(int base, int address, int length) {
        if ((base | address) < 0 || address > size - length) {
            throw outOfBounds(address, length);
        }
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
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
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
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
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
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
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
        marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
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
