package dev.wasmbox.internal.engine;

import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.state.TableImage;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmException;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.MutabilityType;

/**
 * A running module: its state, its functions. Used by one thread at a time. Whatever ends one of its calls is a
 * {@link GuestFault}.
 */
public final class GuestInstance {

    /** The name under which a guest exports the memory that its pointers mean. */
    private static final String MEMORY = "memory";

    private static final long[] NO_ARGUMENTS = {};

    private final Instance instance;
    private final OptionalInt startFunction;
    private final GuestMemory memory;

    GuestInstance(Instance instance, OptionalInt startFunction) {
        this.instance = instance;
        this.startFunction = startFunction;
        this.memory = memoryOf(instance);
    }

    static GuestMemory memoryOf(Instance instance) {
        return (FlatMemory) instance.exports().memory(MEMORY);
    }

    /** {@return the memory that the guest's pointers mean} */
    public GuestMemory memory() {
        return memory;
    }

    /** A function that the guest exports. */
    public interface Function {
        /**
         * Calls it.
         *
         * @param arguments its arguments, an i32 in the lower half of each
         * @return its first result, or zero
         */
        long call(long... arguments);
    }

    /**
     * A function that the guest exports.
     *
     * @param name its name; the module's shape tells that it is there
     * @return the function
     */
    public Function function(String name) {
        ExportFunction function = instance.export(name);
        return arguments -> guarded(function, arguments);
    }

    /** Calls the function that the module's start section names, if it has one. */
    public void start() {
        if (startFunction.isPresent()) {
            guarded(arguments -> instance.getMachine().call(startFunction.getAsInt(), arguments), NO_ARGUMENTS);
        }
    }

    private static long guarded(ExportFunction function, long[] arguments) {
        try {
            long[] results = function.apply(arguments);
            return results == null || results.length == 0 ? 0 : results[0];
        } catch (GuestFault e) {
            throw e;
        } catch (WasmInterruptedException e) {
            throw new GuestFault(Reason.INTERRUPTED, "the thread that ran the guest was interrupted", e);
        } catch (WasmException e) {
            throw new GuestFault(Reason.TRAP, "a WebAssembly exception that the guest did not catch", e);
        } catch (OutOfMemoryError e) {
            throw new GuestFault(
                    Reason.HOST_MEMORY, "the Java heap is exhausted: " + e.getMessage() + "; raise -Xmx", e);
        } catch (StackOverflowError e) {
            throw stackExhausted(e);
        } catch (RuntimeException e) {
            throw e.getCause() instanceof StackOverflowError
                    ? stackExhausted(e)
                    : new GuestFault(Reason.TRAP, describe(e), e);
        }
    }

    private static GuestFault stackExhausted(Throwable cause) {
        return new GuestFault(Reason.STACK, "the guest's calls are nested too deep for the stack they run on", cause);
    }

    private static String describe(RuntimeException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private int memoryCount() {
        return instance.module()
                .memorySection()
                .map(section -> section.memoryCount())
                .orElse(0);
    }

    /**
     * Lets the next capture share with another state of the same module what is as it is there. That is only of use for
     * an instance that has just been made: whatever was captured or restored before is shared with anyway.
     */
    public void shareWith(GuestState state) {
        for (int i = 0; i < memoryCount(); i++) {
            ((FlatMemory) instance.memory(i)).shareWith(state.memories().get(i));
        }
        for (int i = 0; i < instance.tableCount(); i++) {
            ((LimitedTable) instance.table(i)).shareWith(state.tables().get(i));
        }
    }

    /** {@return all of its present state, which shares with the one captured or restored before what has not changed} */
    public GuestState capture() {
        List<PagedBytes> memories = new ArrayList<>();
        BitSet droppedData = new BitSet();
        for (int i = 0; i < memoryCount(); i++) {
            FlatMemory captured = (FlatMemory) instance.memory(i);
            memories.add(captured.capture());
            droppedData = captured.droppedSegments();
        }
        List<GlobalValue> globals = new ArrayList<>();
        for (int i = 0; i < instance.globalCount(); i++) {
            GlobalInstance global = instance.global(i);
            if (global.getMutabilityType() == MutabilityType.Var) {
                int type = EngineModule.typeCode(global.getType());
                globals.add(
                        new GlobalValue(type, EngineModule.normal(type, global.getValueLow()), global.getValueHigh()));
            }
        }
        List<TableImage> tables = new ArrayList<>();
        for (int i = 0; i < instance.tableCount(); i++) {
            tables.add(((LimitedTable) instance.table(i)).capture());
        }
        BitSet droppedElements = new BitSet();
        for (int i = 0; i < instance.elementCount(); i++) {
            if (instance.element(i) == null) {
                droppedElements.set(i);
            }
        }
        return new GuestState(
                List.copyOf(memories), List.copyOf(globals), List.copyOf(tables), droppedData, droppedElements);
    }
}
