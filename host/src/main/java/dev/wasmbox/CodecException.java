package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * A value has no form in its codec, or bytes are not the form of a value. The box itself is not harmed: when it was an
 * output that could not be read, the guest has handled the message all the same.
 */
public final class CodecException extends WasmBoxException {

    /**
     * Makes one without a cause.
     *
     * @param message one sentence for a person
     */
    public CodecException(String message) {
        super(message, null);
    }

    /**
     * Makes one with its cause.
     *
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
