package dev.wasmbox.internal.state;

/** A file has a section that has to be understood, and is not. */
final class UnknownSectionException extends RuntimeException {
    UnknownSectionException(String section) {
        super(section);
    }
}
