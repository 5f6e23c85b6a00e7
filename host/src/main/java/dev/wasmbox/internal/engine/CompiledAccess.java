package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.state.PageMarks;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmInterruptedException;

/**
 * What a module's compiled code calls, in place of the engine's methods of the same names and types, to get at its memory
 * and its host. {@link CodeLoader} defines this class anew for every module, so that the switches are the module's own
 * and constants to HotSpot.
 *
 * <p>Each access is longer than the 35 bytes of bytecode that HotSpot's first compiler inlines: it would inline thousands
 * of them, and gives up on large functions. The second compiler inlines what is hot.
 */
public final class CompiledAccess implements CodeSwitches {

    private static final MutableCallSite MARKING = newSwitch(true);
    private static final MutableCallSite ROOMY = newSwitch(false);
    private static final MutableCallSite INTERRUPTIBLE = newSwitch(false);

    // The one way to read a call site that is a constant where its target is.
    private static final MethodHandle IS_MARKING = MARKING.dynamicInvoker();
    private static final MethodHandle IS_ROOMY = ROOMY.dynamicInvoker();
    private static final MethodHandle IS_INTERRUPTIBLE = INTERRUPTIBLE.dynamicInvoker();

    private static volatile int markingEpoch;

    /** Made by {@link CodeLoader}, once. */
    public CompiledAccess() {}

    // Loads.

    /** Loads 8 bits. */
    public static byte memoryReadByte(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Byte.BYTES);
        }
        return flat.bytes[address];
    }

    /** Loads 16 bits. */
    public static short memoryReadShort(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Short.BYTES);
        }
        return (short) FlatMemory.SHORT.get(flat.bytes, address);
    }

    /** Loads 32 bits. */
    public static int memoryReadInt(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Integer.BYTES);
        }
        return (int) FlatMemory.INT.get(flat.bytes, address);
    }

    /** Loads 64 bits. */
    public static long memoryReadLong(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Long.BYTES);
        }
        return (long) FlatMemory.LONG.get(flat.bytes, address);
    }

    /** Loads a float. */
    public static float memoryReadFloat(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Float.BYTES);
        }
        return (float) FlatMemory.FLOAT.get(flat.bytes, address);
    }

    /** Loads a double. */
    public static double memoryReadDouble(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Double.BYTES);
        }
        return (double) FlatMemory.DOUBLE.get(flat.bytes, address);
    }

    // Stores. One that goes over the end of a page marks the first of the two pages only: see PageMarks.

    /** Stores 8 bits. */
    public static void memoryWriteByte(int base, byte value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Byte.BYTES);
        }
        flat.bytes[address] = value;
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    /** Stores 16 bits. */
    public static void memoryWriteShort(int base, short value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Short.BYTES);
        }
        FlatMemory.SHORT.set(flat.bytes, address, value);
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    /** Stores 32 bits. */
    public static void memoryWriteInt(int base, int value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Integer.BYTES);
        }
        FlatMemory.INT.set(flat.bytes, address, value);
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    /** Stores 64 bits. */
    public static void memoryWriteLong(int base, long value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Long.BYTES);
        }
        FlatMemory.LONG.set(flat.bytes, address, value);
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    /** Stores a float. */
    public static void memoryWriteFloat(int base, float value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Float.BYTES);
        }
        FlatMemory.FLOAT.set(flat.bytes, address, value);
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    /** Stores a double. */
    public static void memoryWriteDouble(int base, double value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        int address = base + offset;
        if (base < 0 || roomy()) {
            flat.requireInBounds(base, address, Double.BYTES);
        }
        FlatMemory.DOUBLE.set(flat.bytes, address, value);
        if (marking()) {
            flat.marks[address >>> PageMarks.SHIFT] = PageMarks.TOUCHED;
        }
    }

    // Calls.

    /** What loops and calls do first. The engine's reads the thread's state, behind which HotSpot keeps no value. */
    public static void checkInterruption() {
        if (interruptible() && Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("Thread interrupted");
        }
    }

    /** Calls a function that the module imports. */
    public static long[] callHostFunction(Instance instance, int function, long[] arguments) {
        return ((FlatMemory) instance.memory()).host().call(function, arguments);
    }

    // Switches.

    private static MutableCallSite newSwitch(boolean initial) {
        return new MutableCallSite(MethodHandles.constant(boolean.class, initial));
    }

    private static void set(MutableCallSite site, boolean value) {
        site.setTarget(MethodHandles.constant(boolean.class, value));
        MutableCallSite.syncAll(new MutableCallSite[] {site});
    }

    private static boolean marking() {
        try {
            return (boolean) IS_MARKING.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static boolean roomy() {
        try {
            return (boolean) IS_ROOMY.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static boolean interruptible() {
        try {
            return (boolean) IS_INTERRUPTIBLE.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean isMarking() {
        return marking();
    }

    @Override
    public int markingEpoch() {
        return markingEpoch;
    }

    @Override
    public synchronized void setMarking(boolean marking) {
        if (marking != marking()) {
            // A message in progress belongs to neither epoch: what it stores is found by comparing.
            markingEpoch++;
            set(MARKING, marking);
            markingEpoch++;
        }
    }

    @Override
    public boolean isRoomy() {
        return roomy();
    }

    @Override
    public synchronized void setRoomy() {
        if (!roomy()) {
            set(ROOMY, true);
        }
    }

    @Override
    public synchronized void setInterruptible(boolean interruptible) {
        if (interruptible != interruptible()) {
            set(INTERRUPTIBLE, interruptible);
        }
    }
}
