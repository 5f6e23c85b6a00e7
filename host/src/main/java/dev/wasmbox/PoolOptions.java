package dev.wasmbox;

import java.time.Duration;

/**
 * How a {@link BoxPool} decides which of its boxes are at rest.
 *
 * @param residentBoxes how many boxes may be awake at once, from 1; each of them holds its guest's whole memory. A few for
 *     each thread that sends messages is enough; more spare boxes that are used again soon from being put to rest. A box is
 *     not put to rest while it is in use, so that there can be more of them until another one wakes
 * @param idleTime a box that is not used for so long is put to rest even if there is room; from 1 ms to 365 days
 */
public record PoolOptions(int residentBoxes, Duration idleTime) {

    private static final PoolOptions DEFAULT = new PoolOptions(64, Duration.ofSeconds(10));

    /** Checks that the options are possible. */
    public PoolOptions {
        if (residentBoxes < 1) {
            throw new IllegalArgumentException("residentBoxes must be at least 1, but is " + residentBoxes);
        }
        if (idleTime.compareTo(Duration.ofMillis(1)) < 0 || idleTime.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("idleTime must be from 1 ms to 365 days, but is " + idleTime);
        }
    }

    /** {@return the standard options: 64 boxes awake, 10 seconds} */
    public static PoolOptions standard() {
        return DEFAULT;
    }

    /**
     * These options with another number of boxes that may be awake.
     *
     * @param boxes how many, from 1
     * @return the options
     */
    public PoolOptions withResidentBoxes(int boxes) {
        return new PoolOptions(boxes, idleTime);
    }

    /**
     * These options with another time after which an unused box is put to rest.
     *
     * @param time the time, from 1 ms to 365 days
     * @return the options
     */
    public PoolOptions withIdleTime(Duration time) {
        return new PoolOptions(residentBoxes, time);
    }
}
