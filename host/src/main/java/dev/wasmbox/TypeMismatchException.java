package dev.wasmbox;

/**
 * The types of the host are not those that the guest states in its {@linkplain dev.wasmbox.schema.Contract contract}. The
 * message names the first difference in its first line, and shows both sides after it. Nothing has run.
 */
public final class TypeMismatchException extends WasmBoxException {

    /**
     * Makes one.
     *
     * @param message what differs, for a person
     */
    public TypeMismatchException(String message) {
        super(message, null);
    }
}
