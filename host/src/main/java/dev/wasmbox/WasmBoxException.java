package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with modules, boxes and snapshots. Its message is one sentence for a person: what was expected, what
 * was found, and the way out. The subclasses say who has to act.
 */
public abstract sealed class WasmBoxException extends RuntimeException
        permits BoxStateException,
                CodecException,
                InvalidModuleException,
                LimitException,
                SnapshotException,
                TrapException,
                TypeMismatchException {

    WasmBoxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
