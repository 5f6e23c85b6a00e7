package dev.wasmbox.internal.state;

/**
 * What the host keeps on a guest's behalf. Immutable, the seed by agreement.
 *
 * @param realtimeNanos the realtime clock, nanoseconds since 1970
 * @param monotonicNanos the monotonic clock, nanoseconds since the box started
 * @param seed the key of the entropy stream, 32 bytes
 * @param entropyPosition how many bytes of the entropy stream the guest has had
 * @param messages how many messages the box has handled
 * @param outputs how many outputs the guest has sent
 * @param finished whether the guest's program has ended
 */
public record HostState(
        long realtimeNanos,
        long monotonicNanos,
        byte[] seed,
        long entropyPosition,
        long messages,
        long outputs,
        boolean finished) {

    /** The length of a seed. */
    public static final int SEED_BYTES = 32;
}
