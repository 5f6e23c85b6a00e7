package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * The box cannot do this now: it is closed, finished, trapped, or busy with a message. Nothing has changed.
 */
public final class BoxStateException extends WasmBoxException {

    /**
     * Makes one without a cause.
     *
     * @param message one sentence for a person
     */
    public BoxStateException(String message) {
        super(message, null);
    }

    /**
     * Makes one with its cause.
     *
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public BoxStateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
