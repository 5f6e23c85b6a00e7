package dev.wasmbox.internal.codec;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * A method handle that is made when it is first used: making one takes a millisecond of a start, and of the records in a large
 * type most are never met.
 */
final class LazyHandle {

    /** How it is made. */
    @FunctionalInterface
    interface Making {
        MethodHandle make() throws IllegalAccessException;
    }

    private final Making making;

    /** Several threads may make it at once: one is as good as the other. */
    private @Nullable MethodHandle handle;

    LazyHandle(Making making) {
        this.making = making;
    }

    MethodHandle get() {
        MethodHandle made = handle;
        return made != null ? made : make();
    }

    private MethodHandle make() {
        try {
            MethodHandle made = making.make();
            handle = made;
            return made;
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException("what was made accessible is not", impossible);
        }
    }
}
