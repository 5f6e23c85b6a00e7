package dev.wasmbox.internal.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/** An instance's compiled code, and what it needs that it would otherwise have to ask the engine for each time. */
public final class GuestMachine implements Machine {

    private static final GlobalInstance[] NONE = {};

    private final Machine machine;

    /** The instance's globals, for {@link CompiledAccess}; empty until the instance is there. */
    public GlobalInstance[] globals = NONE;

    /** What the instance's imports lead to. */
    public final HostCalls host;

    GuestMachine(Machine machine, HostCalls host) {
        this.machine = machine;
        this.host = host;
    }

    /** Takes the globals from the instance, which makes them after its machine. */
    void connect(Instance instance) {
        GlobalInstance[] all = new GlobalInstance[instance.globalCount()];
        for (int i = 0; i < all.length; i++) {
            all[i] = instance.global(i);
        }
        globals = all;
    }

    @Override
    public long[] call(int function, long[] arguments) {
        return machine.call(function, arguments);
    }

    @Override
    public long[] call(int function, long[] arguments, Object @Nullable [] references) {
        return machine.call(function, arguments, references);
    }

    @Override
    public CallResult callWithRefs(int function, long[] arguments, Object @Nullable [] references) {
        return Objects.requireNonNull(machine.callWithRefs(function, arguments, references));
    }
}
