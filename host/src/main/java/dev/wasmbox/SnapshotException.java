package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot is damaged, of another module, of a later format, or too large for the box. Nothing has changed: a restore
 * that fails leaves the box as it was.
 */
public final class SnapshotException extends WasmBoxException {

    /**
     * Makes one without a cause.
     *
     * @param message one sentence for a person
     */
    public SnapshotException(String message) {
        super(message, null);
    }

    /**
     * Makes one with its cause.
     *
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public SnapshotException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
