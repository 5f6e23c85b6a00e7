package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.world.GuestMemory;
import dev.wasmbox.internal.world.GuestWorld;
import dev.wasmbox.internal.world.HostFunction;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an instance's imports lead to: functions of the host, and the world of the box that the instance is in. */
public final class HostCalls {

    private static final long[] NONE = {};

    private final HostFunction.Body[] bodies;
    private final boolean[] hasResult;
    private @Nullable GuestWorld world;
    private @Nullable GuestMemory memory;

    /** One for each import, in the module's order. */
    HostCalls(List<HostFunction> imports) {
        bodies = imports.stream().map(HostFunction::body).toArray(HostFunction.Body[]::new);
        hasResult = new boolean[bodies.length];
        for (int i = 0; i < bodies.length; i++) {
            hasResult[i] = !imports.get(i).result().isEmpty();
        }
    }

    /** Says which memory the guest's pointers mean, which is known only when the instance is there. */
    void setMemory(GuestMemory memory) {
        this.memory = memory;
    }

    /** Puts the instance into a world, or out of one. */
    void setWorld(@Nullable GuestWorld world) {
        this.world = world;
    }

    /** The instance was refused to grow, which a box with other limits might have been allowed. */
    void growthRefused() {
        if (world != null) {
            world.observe();
        }
    }

    /** Calls the function that an import, by its index, leads to. */
    public long[] call(int function, long[] arguments) {
        long result = bodies[function].call(Objects.requireNonNull(world), Objects.requireNonNull(memory), arguments);
        return hasResult[function] ? new long[] {result} : NONE;
    }
}
