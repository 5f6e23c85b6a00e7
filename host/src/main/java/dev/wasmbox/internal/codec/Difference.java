package dev.wasmbox.internal.codec;

import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.internal.contract.Excerpt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What guest and host do not have in common, on the way up to the type that it is in. */
final class Difference extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Deque<String> places = new ArrayDeque<>();
    private @Nullable String sides;

    Difference(String guest, String host) {
        this("guest %s, host %s".formatted(Excerpt.of(guest), Excerpt.of(host)));
    }

    private Difference(@Nullable String message) {
        super(message, null, false, false);
    }

    /** The same, to go another way up. */
    Difference copy() {
        Difference copy = new Difference(getMessage());
        copy.places.addAll(places);
        copy.sides = sides;
        return copy;
    }

    /** Adds the next outer place, such as {@code ".dx"}. */
    Difference within(String place) {
        places.addFirst(Excerpt.of(place));
        return this;
    }

    /** Shows the types that the difference is in. The innermost that have names are those to look at. */
    Difference between(Supplier<String> guest, Supplier<String> host) {
        if (sides == null) {
            sides = "%n  guest: %s%n  host:  %s".formatted(Excerpt.of(guest.get()), Excerpt.of(host.get()));
        }
        return this;
    }

    TypeMismatchException asException(String root) {
        return new TypeMismatchException(
                root + String.join("", places) + ": " + getMessage() + (sides == null ? "" : sides));
    }
}
