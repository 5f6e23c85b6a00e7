package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * The bytes are no module that can run in a box: damaged, without the exports of the guest's contract, with imports that
 * nobody provides, or with state that a snapshot could not hold. The message names the first such thing.
 */
public final class InvalidModuleException extends WasmBoxException {

    /**
     * Makes one without a cause.
     *
     * @param message one sentence for a person
     */
    public InvalidModuleException(String message) {
        super(message, null);
    }

    /**
     * Makes one with its cause.
     *
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public InvalidModuleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
