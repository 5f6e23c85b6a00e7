package dev.wasmbox;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Where a box's time comes from. A guest never sees the host's clock, only the box's own: it stands still while a
 * message is handled, except that sleeping moves it, and is set between messages.
 *
 * <p>The guest's realtime clock shows what is set here. Its monotonic clock begins at zero and follows every forward
 * move of the realtime clock; when that is set back, the monotonic clock stays where it is.
 */
public sealed interface BoxClock {

    /**
     * A clock that moves only when the host sets it or the guest sleeps. The default, at 1970-01-01T00:00:00Z.
     *
     * @param instant where it stands when the box starts
     */
    record Fixed(Instant instant) implements BoxClock {
        /** Checks the instant. See {@link BoxClock#fixed(Instant)}. */
        public Fixed {
            nanosOf(instant);
        }
    }

    /**
     * A clock that is set from a source before each message.
     *
     * @param source where the time is read
     */
    record Following(InstantSource source) implements BoxClock {
        /** Checks the source. */
        public Following {
            Objects.requireNonNull(source, "source");
        }
    }

    /**
     * A clock that moves only when the host sets it or the guest sleeps.
     *
     * @param instant where it stands when the box starts; a restored box stands at its snapshot's time instead
     * @return the clock
     * @throws IllegalArgumentException if the instant is before 1970 or after the year 2261, which a guest cannot be told
     */
    static BoxClock fixed(Instant instant) {
        return new Fixed(instant);
    }

    /**
     * A clock that is set from a source before the box starts and before each message, and so makes the box's runs
     * differ from each other unless the source repeats itself.
     *
     * @param source where the time is read, {@code InstantSource.system()} for the real one
     * @return the clock
     */
    static BoxClock following(InstantSource source) {
        return new Following(source);
    }

    /**
     * An instant as the guest is told it.
     *
     * @param instant the instant
     * @return nanoseconds since 1970-01-01T00:00:00Z, not negative
     * @throws IllegalArgumentException if it is before 1970 or after the year 2261
     */
    static long nanosOf(Instant instant) {
        long nanos;
        try {
            nanos = Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (ArithmeticException e) {
            nanos = -1;
        }
        if (nanos < 0) {
            throw new IllegalArgumentException(
                    "a box's clock can stand between the years 1970 and 2261, but " + instant + " was asked for");
        }
        return nanos;
    }
}
