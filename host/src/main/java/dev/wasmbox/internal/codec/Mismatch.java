package dev.wasmbox.internal.codec;

import dev.wasmbox.CodecException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A value or bytes that do not fit, on the way up: every format that it passes adds where it was, and the codec makes a
 * {@link CodecException} of it. So the place costs nothing as long as everything fits.
 */
public final class Mismatch extends RuntimeException {

    private static final int PLACES_SHOWN = 18;

    private final transient Deque<String> places = new ArrayDeque<>();

    public Mismatch(String message) {
        this(message, null);
    }

    public Mismatch(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /** Any failure as a mismatch: what is none yet comes from the user's classes, or from a value of a wrong class. */
    public static Mismatch of(RuntimeException failure) {
        return failure instanceof Mismatch mismatch ? mismatch : new Mismatch("failed with " + failure, failure);
    }

    static Object present(@Nullable Object value) {
        if (value == null) {
            throw new Mismatch("expected a value, found null");
        }
        return value;
    }

    /** Adds the next outer place, such as {@code ".dx"} or {@code "[3]"}. */
    public Mismatch within(String place) {
        places.addFirst(place);
        return this;
    }

    public CodecException asCodecException(String root) {
        StringBuilder message = new StringBuilder(root);
        int index = 0;
        for (String place : places) {
            if (index < PLACES_SHOWN / 2 || index >= places.size() - PLACES_SHOWN / 2) {
                message.append(place);
            } else if (index == PLACES_SHOWN / 2) {
                message.append("...");
            }
            index++;
        }
        return new CodecException(message.append(": ").append(getMessage()).toString(), getCause());
    }
}
