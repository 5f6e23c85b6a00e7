package dev.wasmbox.internal.world;

import java.util.stream.Collectors;

/**
 * A function that the host provides for a guest to import.
 *
 * @param module the first part of its name, for example {@code env}
 * @param name the second part
 * @param parameters the types of its parameters, a letter each: {@code i} for i32, {@code I} for i64
 * @param result the type of its result, likewise, or empty where it has none
 * @param body what it does
 */
public record HostFunction(String module, String name, String parameters, String result, Body body) {

    /** What a host function does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Runs it.
         *
         * @param world the world of the guest that calls
         * @param memory the memory of the guest that calls
         * @param arguments the arguments, an i32 in the lower half of each
         * @return the result; ignored where the function has none
         */
        long call(GuestWorld world, GuestMemory memory, long[] arguments);
    }

    /** {@return its whole name, for example {@code env.wasmbox_callback}} */
    public String qualifiedName() {
        return module + "." + name;
    }

    /** {@return its type as people write it, for example {@code (i32, i32) -> i32}} */
    public String type() {
        return describe(parameters) + " -> " + describe(result);
    }

    private static String describe(String types) {
        return types.chars().mapToObj(type -> type == 'i' ? "i32" : "i64").collect(Collectors.joining(", ", "(", ")"));
    }
}
