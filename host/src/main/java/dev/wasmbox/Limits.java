package dev.wasmbox;

import java.time.Duration;
import java.util.Objects;

/**
 * What a guest may use. A guest that asks for more memory is told that there is none; one that exceeds another limit is
 * ended with a {@link TrapException}. Immutable; each {@code with} method returns a changed copy.
 *
 * <p>A guest can notice its memory limit and its table limit, so two boxes whose runs shall be equal need equal ones.
 *
 * @param memoryBytes how large each of the guest's memories may grow, in bytes; at most {@value #MAXIMUM_MEMORY_BYTES}
 * @param tableElements how many elements each of the guest's tables may hold
 * @param timePerMessage how long the guest may take for one message, or for its initialisation
 * @param messageBytes how long an encoded message may be, in bytes
 * @param outputBytes how long one encoded output may be, in bytes
 * @param outputsPerMessage how many outputs one message may cause
 * @param outputBytesPerMessage how long all outputs of a message may be together, in bytes, and likewise all that the
 *     guest writes to its standard streams
 * @param stackBytes the size of the stack that the guest's calls are nested on, in bytes: with 0 they run on the
 *     calling thread's own stack, otherwise on a thread with a stack of this size, which costs some 20 microseconds a
 *     message. Deeper nesting is a {@link TrapException.Reason#STACK} in either case.
 */
public record Limits(
        long memoryBytes,
        int tableElements,
        Duration timePerMessage,
        int messageBytes,
        int outputBytes,
        int outputsPerMessage,
        long outputBytesPerMessage,
        long stackBytes) {

    /** The size of a WebAssembly page, in bytes: the unit in which memories grow. */
    public static final int PAGE_BYTES = 65_536;

    /** The largest memory that a box can have, in bytes: 32,767 pages, just under 2 GiB. */
    public static final long MAXIMUM_MEMORY_BYTES = 32_767L * PAGE_BYTES;

    private static final Limits DEFAULT =
            new Limits(256L << 20, 1_000_000, Duration.ofSeconds(10), 16 << 20, 16 << 20, 100_000, 64L << 20, 0);

    /** Checks that every limit is possible. */
    public Limits {
        Objects.requireNonNull(timePerMessage, "timePerMessage");
        check("memoryBytes", memoryBytes, 0, MAXIMUM_MEMORY_BYTES);
        check("tableElements", tableElements, 0, 10_000_000);
        check("messageBytes", messageBytes, 0, Integer.MAX_VALUE);
        check("outputBytes", outputBytes, 0, Integer.MAX_VALUE);
        check("outputsPerMessage", outputsPerMessage, 0, Integer.MAX_VALUE);
        check("outputBytesPerMessage", outputBytesPerMessage, 0, Long.MAX_VALUE);
        check("stackBytes", stackBytes, 0, 4L << 30);
        if (timePerMessage.isNegative()
                || timePerMessage.isZero()
                || timePerMessage.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(
                    "timePerMessage must be more than zero and at most 365 days, but is " + timePerMessage);
        }
    }

    long nanosPerMessage() {
        return timePerMessage.toNanos();
    }

    private static void check(String name, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    name + " must be from " + minimum + " to " + maximum + ", but is " + value);
        }
    }

    /**
     * {@return the limits of a box that asks for no others: 256 MiB of memory, a million table elements, ten seconds a
     * message, 16 MiB for a message and for an output, 100,000 outputs and 64 MiB of them a message, the caller's stack}
     */
    public static Limits standard() {
        return DEFAULT;
    }

    /**
     * A copy with another {@link #memoryBytes()}.
     *
     * @param bytes the new limit
     * @return the copy
     */
    public Limits withMemoryBytes(long bytes) {
        return new Limits(
                bytes,
                tableElements,
                timePerMessage,
                messageBytes,
                outputBytes,
                outputsPerMessage,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #tableElements()}.
     *
     * @param elements the new limit
     * @return the copy
     */
    public Limits withTableElements(int elements) {
        return new Limits(
                memoryBytes,
                elements,
                timePerMessage,
                messageBytes,
                outputBytes,
                outputsPerMessage,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #timePerMessage()}.
     *
     * @param time the new limit
     * @return the copy
     */
    public Limits withTimePerMessage(Duration time) {
        return new Limits(
                memoryBytes,
                tableElements,
                time,
                messageBytes,
                outputBytes,
                outputsPerMessage,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #messageBytes()}.
     *
     * @param bytes the new limit
     * @return the copy
     */
    public Limits withMessageBytes(int bytes) {
        return new Limits(
                memoryBytes,
                tableElements,
                timePerMessage,
                bytes,
                outputBytes,
                outputsPerMessage,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #outputBytes()}.
     *
     * @param bytes the new limit
     * @return the copy
     */
    public Limits withOutputBytes(int bytes) {
        return new Limits(
                memoryBytes,
                tableElements,
                timePerMessage,
                messageBytes,
                bytes,
                outputsPerMessage,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #outputsPerMessage()}.
     *
     * @param outputs the new limit
     * @return the copy
     */
    public Limits withOutputsPerMessage(int outputs) {
        return new Limits(
                memoryBytes,
                tableElements,
                timePerMessage,
                messageBytes,
                outputBytes,
                outputs,
                outputBytesPerMessage,
                stackBytes);
    }

    /**
     * A copy with another {@link #outputBytesPerMessage()}.
     *
     * @param bytes the new limit
     * @return the copy
     */
    public Limits withOutputBytesPerMessage(long bytes) {
        return new Limits(
                memoryBytes,
                tableElements,
                timePerMessage,
                messageBytes,
                outputBytes,
                outputsPerMessage,
                bytes,
                stackBytes);
    }

    /**
     * A copy with another {@link #stackBytes()}.
     *
     * @param bytes the new limit
     * @return the copy
     */
    public Limits withStackBytes(long bytes) {
        return new Limits(
                memoryBytes,
                tableElements,
                timePerMessage,
                messageBytes,
                outputBytes,
                outputsPerMessage,
                outputBytesPerMessage,
                bytes);
    }
}
