package dev.wasmbox.bench.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/** What all designs have in common: nothing that takes time. */
abstract class MeasuredMemory implements Memory {

    static final VarHandle SHORT = view(short[].class);
    static final VarHandle INT = view(int[].class);
    static final VarHandle LONG = view(long[].class);

    private final MemoryLimits limits;
    private DataSegment[] segments = {};

    MeasuredMemory(MemoryLimits limits) {
        this.limits = limits;
    }

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    /** What the memory holds now. Pages that the last image holds too are shared with it. */
    abstract Image capture();

    abstract int size();

    final void check(int address, int length) {
        if (address < 0 || length < 0 || address > size() - length) {
            throw outOfBounds(address);
        }
    }

    static WasmRuntimeException outOfBounds(int address) {
        return new WasmRuntimeException("out of bounds memory access: " + Integer.toUnsignedString(address));
    }

    // Size.

    @Override
    public final int pages() {
        return size() / PAGE_SIZE;
    }

    @Override
    public final int initialPages() {
        return limits.initialPages();
    }

    @Override
    public final int maximumPages() {
        return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
    }

    @Override
    public final int grow(int pages) {
        int before = pages();
        if (pages < 0 || pages > maximumPages() - before) {
            return -1;
        }
        resize((before + pages) * PAGE_SIZE);
        return before;
    }

    abstract void resize(int newSize);

    // Initialisation.

    @Override
    public final void initialize(Instance instance, DataSegment[] dataSegments) {
        segments = dataSegments;
        for (DataSegment data : dataSegments) {
            if (data instanceof ActiveDataSegment segment) {
                int offset = (int) ConstantEvaluators.computeConstantValue(instance, segment.offsetInstructions())[0];
                write(offset, segment.data());
            }
        }
    }

    @Override
    public final void initPassiveSegment(int segmentId, int destination, int offset, int length) {
        write(destination, segments[segmentId].data(), offset, length);
    }

    @Override
    public final void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    @Override
    public final void zero() {}

    // Values that are others by another name.

    @Override
    public final long readU16(int address) {
        return Short.toUnsignedLong(readShort(address));
    }

    @Override
    public final long readI16(int address) {
        return readShort(address);
    }

    @Override
    public final float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public final long readF32(int address) {
        return readInt(address);
    }

    @Override
    public final void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public final double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public final long readF64(int address) {
        return readLong(address);
    }

    @Override
    public final void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    // Threads: no memory is shared.

    @Override
    public final boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public final Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    public final int waitOn(int address, int expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public final int waitOn(int address, long expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public final int notify(int address, int maxThreads) {
        return 0;
    }
}
