package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.state.PageMarks;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmInterruptedException;

/**
 * What a module's compiled code calls, in place of the engine's methods of the same names and types, to get at its memory,
 * its globals and its host. {@link CodeLoader} defines this class and the ones within it anew for every module.
 *
 * <p>HotSpot's optimising compiler stops inlining when it has made 18,000 nodes of its intermediate form, and a large
 * function has hundreds of accesses: so each of these methods makes as few as can be. That is why they repeat
 * themselves, why an address is checked by one comparison, and why bytes are read by {@link RawBytes} where the Java virtual
 * machine allows that: a {@code VarHandle} makes 230 nodes. The measurements are in RATIONALE.
 */
@SuppressWarnings({"sunapi", "removal", "deprecation"})
public final class CompiledAccess {

    private CompiledAccess() {}

    // Addresses are unsigned: 32 bits of the base and 31 of the offset make 33, and a memory has less than 2 GiB.

    // Loads.

    /** Loads 8 bits. */
    public static byte memoryReadByte(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Byte.BYTES) {
            throw flat.outOfBounds(address, Byte.BYTES);
        }
        return flat.bytes[(int) address];
    }

    /** Loads 16 bits. */
    public static short memoryReadShort(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Short.BYTES) {
            throw flat.outOfBounds(address, Short.BYTES);
        }
        return RawBytes.IS_ALLOWED
                ? RawBytes.UNSAFE.getShort(flat.bytes, RawBytes.BASE + address)
                : (short) RawBytes.SHORT.get(flat.bytes, (int) address);
    }

    /** Loads 32 bits. */
    public static int memoryReadInt(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Integer.BYTES) {
            throw flat.outOfBounds(address, Integer.BYTES);
        }
        return RawBytes.IS_ALLOWED
                ? RawBytes.UNSAFE.getInt(flat.bytes, RawBytes.BASE + address)
                : (int) RawBytes.INT.get(flat.bytes, (int) address);
    }

    /** Loads 64 bits. */
    public static long memoryReadLong(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Long.BYTES) {
            throw flat.outOfBounds(address, Long.BYTES);
        }
        return RawBytes.IS_ALLOWED
                ? RawBytes.UNSAFE.getLong(flat.bytes, RawBytes.BASE + address)
                : (long) RawBytes.LONG.get(flat.bytes, (int) address);
    }

    /** Loads a float. */
    public static float memoryReadFloat(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Float.BYTES) {
            throw flat.outOfBounds(address, Float.BYTES);
        }
        return RawBytes.IS_ALLOWED
                ? RawBytes.UNSAFE.getFloat(flat.bytes, RawBytes.BASE + address)
                : (float) RawBytes.FLOAT.get(flat.bytes, (int) address);
    }

    /** Loads a double. */
    public static double memoryReadDouble(int base, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Double.BYTES) {
            throw flat.outOfBounds(address, Double.BYTES);
        }
        return RawBytes.IS_ALLOWED
                ? RawBytes.UNSAFE.getDouble(flat.bytes, RawBytes.BASE + address)
                : (double) RawBytes.DOUBLE.get(flat.bytes, (int) address);
    }

    // Stores. One that goes over the end of a page marks the first of the two pages only: see PageMarks.

    /** Stores 8 bits. */
    public static void memoryWriteByte(int base, byte value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Byte.BYTES) {
            throw flat.outOfBounds(address, Byte.BYTES);
        }
        flat.bytes[(int) address] = value;
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    /** Stores 16 bits. */
    public static void memoryWriteShort(int base, short value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Short.BYTES) {
            throw flat.outOfBounds(address, Short.BYTES);
        }
        if (RawBytes.IS_ALLOWED) {
            RawBytes.UNSAFE.putShort(flat.bytes, RawBytes.BASE + address, value);
        } else {
            RawBytes.SHORT.set(flat.bytes, (int) address, value);
        }
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    /** Stores 32 bits. */
    public static void memoryWriteInt(int base, int value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Integer.BYTES) {
            throw flat.outOfBounds(address, Integer.BYTES);
        }
        if (RawBytes.IS_ALLOWED) {
            RawBytes.UNSAFE.putInt(flat.bytes, RawBytes.BASE + address, value);
        } else {
            RawBytes.INT.set(flat.bytes, (int) address, value);
        }
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    /** Stores 64 bits. */
    public static void memoryWriteLong(int base, long value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Long.BYTES) {
            throw flat.outOfBounds(address, Long.BYTES);
        }
        if (RawBytes.IS_ALLOWED) {
            RawBytes.UNSAFE.putLong(flat.bytes, RawBytes.BASE + address, value);
        } else {
            RawBytes.LONG.set(flat.bytes, (int) address, value);
        }
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    /** Stores a float. */
    public static void memoryWriteFloat(int base, float value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Float.BYTES) {
            throw flat.outOfBounds(address, Float.BYTES);
        }
        if (RawBytes.IS_ALLOWED) {
            RawBytes.UNSAFE.putFloat(flat.bytes, RawBytes.BASE + address, value);
        } else {
            RawBytes.FLOAT.set(flat.bytes, (int) address, value);
        }
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    /** Stores a double. */
    public static void memoryWriteDouble(int base, double value, int offset, Memory memory) {
        FlatMemory flat = (FlatMemory) memory;
        long address = (base & 0xFFFF_FFFFL) + offset;
        if (address > flat.size - Double.BYTES) {
            throw flat.outOfBounds(address, Double.BYTES);
        }
        if (RawBytes.IS_ALLOWED) {
            RawBytes.UNSAFE.putDouble(flat.bytes, RawBytes.BASE + address, value);
        } else {
            RawBytes.DOUBLE.set(flat.bytes, (int) address, value);
        }
        flat.marks[(int) (address >>> PageMarks.SHIFT)] = PageMarks.TOUCHED;
    }

    // Globals and calls.

    /** Reads a global. */
    public static long readGlobal(int index, Instance instance) {
        return ((GuestMachine) instance.getMachine()).globals[index].getValueLow();
    }

    /** Writes a global. */
    public static void writeGlobal(long value, int index, Instance instance) {
        ((GuestMachine) instance.getMachine()).globals[index].setValueLow(value);
    }

    /** Calls a function that the module imports. */
    public static long[] callHostFunction(Instance instance, int function, long[] arguments) {
        return ((GuestMachine) instance.getMachine()).host.call(function, arguments);
    }

    // Interruption.

    /** Null as soon as somebody has interrupted the module's code. */
    private static @Nullable Gate gate = new OpenGate();

    /** What loops and calls do first. */
    public static void checkInterruption() {
        Gate present = gate;
        if (present != null) {
            present.pass();
        } else if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("Thread interrupted");
        }
    }

    /*
     * As long as Gate has one subclass, HotSpot takes pass() for that one's, which does nothing, so that looking costs
     * nothing: in a loop, the gate is read before it. When another is loaded, HotSpot throws away what it compiled so, even
     * in the middle of a loop, which then goes on in code that reads the gate again. By then the gate has to be gone: code
     * that is compiled in between does not depend on the subclasses any more, and would go by the gate that it has read. They
     * have to be classes, since of interfaces HotSpot does not assume this.
     */

    /** From now on, loops and calls look if their thread has been interrupted. */
    public static void beInterruptible() throws ReflectiveOperationException {
        gate = null;
        VarHandle.fullFence();
        Class.forName(Gate.class.getName().replace("$Gate", "$ClosedGate"), true, Gate.class.getClassLoader());
    }

    /** What {@link #checkInterruption} goes through. */
    abstract static class Gate {
        abstract void pass();
    }

    /** The only one that there is. */
    static final class OpenGate extends Gate {
        @Override
        void pass() {}
    }

    /** It is there to be loaded, and nothing may mention it. */
    static final class ClosedGate extends Gate {
        @Override
        void pass() {
            throw new IllegalStateException();
        }
    }
}
