package dev.wasmbox.internal.state;

import org.jspecify.annotations.Nullable;

/** Says in a half sentence what is wrong with a file. {@link SnapshotFormat} makes it a whole one. */
final class DamagedException extends RuntimeException {

    DamagedException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }

    DamagedException(String what) {
        super(what);
    }

    /** {@return what is wrong} */
    String what() {
        return String.valueOf(getMessage());
    }
}
