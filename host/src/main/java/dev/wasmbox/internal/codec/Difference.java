package dev.wasmbox.internal.codec;

import dev.wasmbox.TypeMismatchException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What guest and host do not have in common, on the way up to the type that it is in. */
final class Difference extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Deque<String> places = new ArrayDeque<>();
    private @Nullable String sides;

    Difference(String guest, String host) {
        super("guest %s, host %s".formatted(guest, host), null, false, false);
    }

    /** Adds the next outer place, such as {@code ".dx"}. */
    Difference within(String place) {
        places.addFirst(place);
        return this;
    }

    /** Shows the types that the difference is in. The innermost that have names are those to look at. */
    Difference between(String guest, String host) {
        if (sides == null) {
            sides = "%n  guest: %s%n  host:  %s".formatted(guest, host);
        }
        return this;
    }

    TypeMismatchException asException(String root) {
        return new TypeMismatchException(
                root + String.join("", places) + ": " + getMessage() + (sides == null ? "" : sides));
    }
}
