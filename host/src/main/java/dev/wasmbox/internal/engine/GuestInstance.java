package dev.wasmbox.internal.engine;

import dev.wasmbox.LimitException;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.state.TableImage;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
import dev.wasmbox.internal.world.GuestWorld;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmException;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.MutabilityType;

/**
 * A running module: its state, its functions. Used by one thread at a time. Whatever ends one of its calls is a
 * {@link GuestFault}.
 */
public final class GuestInstance {

    /** The name under which a guest exports the memory that its pointers mean. */
    private static final String MEMORY = "memory";

    private final EngineModule module;
    private final Instance instance;
    private final HostCalls host;
    private final InstanceLimits limits;
    private final FlatMemory memory;
    private final FlatMemory[] memories;
    private final GlobalInstance[] mutableGlobals;
    private final LimitedTable[] tables;
    private final Element[] elements;

    GuestInstance(EngineModule module, Instance instance, HostCalls host, InstanceLimits limits) {
        this.module = module;
        this.instance = instance;
        this.host = host;
        this.limits = limits;
        this.memory = (FlatMemory) instance.exports().memory(MEMORY);
        this.memories = IntStream.range(0, module.memoryCount())
                .mapToObj(i -> (FlatMemory) instance.memory(i))
                .toArray(FlatMemory[]::new);
        this.mutableGlobals = IntStream.range(0, instance.globalCount())
                .mapToObj(instance::global)
                .filter(global -> global.getMutabilityType() == MutabilityType.Var)
                .toArray(GlobalInstance[]::new);
        this.tables = IntStream.range(0, instance.tableCount())
                .mapToObj(i -> (LimitedTable) instance.table(i))
                .toArray(LimitedTable[]::new);
        this.elements = module.elements();
        host.setMemory(memory);
    }

    /** {@return how large its parts may become} */
    public InstanceLimits limits() {
        return limits;
    }

    /** {@return how much of the heap its memories take, in bytes} */
    public long memoryBytes() {
        long sum = 0;
        for (FlatMemory each : memories) {
            sum += each.heapBytes();
        }
        return sum;
    }

    /** {@return the memory that the guest's pointers mean} */
    public GuestMemory memory() {
        return memory;
    }

    /** Puts the guest into a world, which the functions that it imports show it; or, with null, out of the one that it was in. */
    public void enter(@Nullable GuestWorld world) {
        host.setWorld(world);
    }

    // Calls.

    /** A function that the guest exports, which has at most two parameters and at most one result, all of them i32. */
    public interface Function {
        /**
         * Calls it.
         *
         * @param first its first argument, ignored if it has none
         * @param second its second argument, ignored if it has none
         * @return its result, or zero
         */
        int call(int first, int second);
    }

    /**
     * A function that the guest exports.
     *
     * @param name its name; the module's shape tells that it is there
     * @return the function
     */
    public Function function(String name) {
        MethodHandle compiled = module.compiledFunction(name);
        if (compiled != null) {
            Memory first = instance.memory();
            return (a, b) -> {
                try {
                    return (int) compiled.invokeExact(a, b, first, instance);
                } catch (Throwable e) {
                    throw faultOf(e);
                }
            };
        }
        int index = module.shape().export(name).index();
        int parameters = instance.type(instance.functionType(index)).params().size();
        return (a, b) -> {
            long[] arguments = {a, b};
            return interpreted(index, parameters == 2 ? arguments : Arrays.copyOf(arguments, parameters));
        };
    }

    /**
     * The value of an immutable global of type i32 that the guest exports.
     *
     * @param name its name; the module's shape tells that it is there
     * @return the value
     */
    public int constant(String name) {
        return (int) instance.exports().global(name).getValueLow();
    }

    /** Calls the function that the module's start section names, if it has one. */
    public void start() {
        if (module.startFunction().isPresent()) {
            interpreted(module.startFunction().getAsInt(), new long[0]);
        }
    }

    private int interpreted(int function, long[] arguments) {
        try {
            long[] results = instance.getMachine().call(function, arguments);
            return results == null || results.length == 0 ? 0 : (int) results[0];
        } catch (Throwable e) {
            throw faultOf(e);
        }
    }

    /** What ended a call, as the guest's fault; or thrown as it is, if it is none. */
    private static GuestFault faultOf(Throwable thrown) {
        return switch (thrown) {
            case GuestFault e -> e;
            case WasmInterruptedException e ->
                new GuestFault(Reason.INTERRUPTED, "the thread that ran the guest was interrupted", e);
            case WasmException e ->
                new GuestFault(Reason.TRAP, "a WebAssembly exception that the guest did not catch", e);
            case OutOfMemoryError e ->
                new GuestFault(Reason.HOST_MEMORY, "the Java heap is exhausted: " + e.getMessage() + "; raise -Xmx", e);
            case StackOverflowError e -> stackExhausted(e);
            case RuntimeException e ->
                e.getCause() instanceof StackOverflowError
                        ? stackExhausted(e)
                        : new GuestFault(Reason.TRAP, describe(e), e);
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        };
    }

    private static GuestFault stackExhausted(Throwable cause) {
        return new GuestFault(Reason.STACK, "the guest's calls are nested too deep for the stack they run on", cause);
    }

    private static String describe(RuntimeException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    // State.

    /** {@return all of its present state, which shares with the one captured or set before what has not changed} */
    public GuestState capture() {
        return capture(FlatMemory::capture);
    }

    /** {@return all of its present state, which shares with another state of the same module what is as it is there} */
    public GuestState captureLike(GuestState known) {
        for (int i = 0; i < tables.length; i++) {
            tables[i].shareWith(known.tables().get(i));
        }
        Iterator<PagedBytes> contents = known.memories().iterator();
        return capture(each -> each.captureLike(contents.next()));
    }

    private GuestState capture(java.util.function.Function<FlatMemory, PagedBytes> contents) {
        List<PagedBytes> captured = new ArrayList<>(memories.length);
        for (FlatMemory each : memories) {
            captured.add(contents.apply(each));
        }
        List<GlobalValue> globals = new ArrayList<>(mutableGlobals.length);
        for (GlobalInstance global : mutableGlobals) {
            int type = EngineModule.typeCode(global.getType());
            globals.add(new GlobalValue(type, EngineModule.normal(type, global.getValueLow()), global.getValueHigh()));
        }
        List<TableImage> images = new ArrayList<>(tables.length);
        for (LimitedTable table : tables) {
            images.add(table.capture());
        }
        BitSet droppedElements = new BitSet();
        for (int i = 0; i < instance.elementCount(); i++) {
            if (instance.element(i) == null) {
                droppedElements.set(i);
            }
        }
        BitSet droppedData = memories[0].droppedSegments();
        return new GuestState(captured, globals, images, droppedData, droppedElements);
    }

    /** {@return whether it can be {@linkplain #set set} to a state: it is within the limits, and no table becomes smaller} */
    public boolean canBecome(GuestState state) {
        if (!state.fits(limits.memoryBytes(), limits.tableElements())
                || tables.length != state.tables().size()) {
            return false;
        }
        for (int i = 0; i < tables.length; i++) {
            if (tables[i].size() > state.tables().get(i).size()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Puts the instance into a state that it {@linkplain #canBecome can become}, whatever it was in, between two calls. It
     * is in the new state afterwards; or an exception is thrown and it is in the old one; or an error is, and it is of no
     * use any more.
     *
     * @param state the state
     * @throws SnapshotException if the state is not one of this module, or exceeds the limits
     * @throws LimitException if the Java heap has no room for it
     */
    public void set(GuestState state) {
        module.checkFits(state, limits);
        FlatMemory.Room[] rooms = new FlatMemory.Room[memories.length];
        try {
            for (int i = 0; i < rooms.length; i++) {
                rooms[i] = memories[i].roomFor(state.memories().get(i));
            }
        } catch (OutOfMemoryError e) {
            throw new LimitException("the Java heap has no room for the state that is to be restored; raise -Xmx", e);
        }
        for (int i = 0; i < rooms.length; i++) {
            memories[i].set(state.memories().get(i), rooms[i]);
        }
        setAllButMemories(state);
    }

    void setAllButMemories(GuestState state) {
        for (int i = 0; i < mutableGlobals.length; i++) {
            GlobalValue value = state.globals().get(i);
            mutableGlobals[i].setValueLow(value.low());
            mutableGlobals[i].setValueHigh(value.high());
        }
        for (int i = 0; i < tables.length; i++) {
            tables[i].set(state.tables().get(i), instance);
        }
        for (FlatMemory each : memories) {
            each.setDroppedSegments(state.droppedData());
        }
        for (int i = 0; i < elements.length; i++) {
            instance.setElement(i, state.droppedElements().get(i) ? null : elements[i]);
        }
    }
}
