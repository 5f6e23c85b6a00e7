package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * Something is larger than the box's {@link Limits} allow, noticed before the guest ran. Nothing has changed.
 */
public final class LimitException extends WasmBoxException {

    /**
     * Makes one without a cause.
     *
     * @param message one sentence for a person
     */
    public LimitException(String message) {
        super(message, null);
    }

    /**
     * Makes one with its cause.
     *
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public LimitException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
