package dev.wasmbox.internal.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Reads little-endian numbers from a part of a file, and refuses what a writer never writes: every count is held against
 * the bytes that are left before anything is allocated for it.
 */
final class Input {

    private static final long MAXIMUM_COUNTER = 1L << 62;

    private final ByteBuffer buffer;
    private final String part;

    /** The input of a range of bytes, which is called so in errors. */
    Input(byte[] bytes, int offset, int length, String part) {
        this.buffer = ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        this.part = part;
    }

    /** {@return how many bytes are left} */
    int remaining() {
        return buffer.remaining();
    }

    /** {@return the place in the whole array} */
    int position() {
        return buffer.position();
    }

    private void require(int length) {
        if (length < 0 || length > buffer.remaining()) {
            throw new DamagedException("it ends in the middle of its " + part);
        }
    }

    void skip(int length) {
        require(length);
        buffer.position(buffer.position() + length);
    }

    int u8() {
        require(1);
        return buffer.get() & 0xFF;
    }

    int u32() {
        require(Integer.BYTES);
        return buffer.getInt();
    }

    long u64() {
        require(Long.BYTES);
        return buffer.getLong();
    }

    byte[] bytes(int length) {
        require(length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    boolean flag(String name) {
        int value = u8();
        if (value > 1) {
            throw new DamagedException("its mark '" + name + "' is " + value);
        }
        return value == 1;
    }

    /** A number of 63 bits. */
    long count64(String name) {
        long value = u64();
        if (value < 0) {
            throw new DamagedException("its " + name + " is " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** A number that only ever grows: so far from the end of numbers that it cannot get there. */
    private long counter(String name) {
        long value = count64(name);
        if (value > MAXIMUM_COUNTER) {
            throw new DamagedException("its " + name + " is " + value);
        }
        return value;
    }

    /** A count of things that take at least so many bytes each, and so cannot be more than there is room for. */
    int count(String name, int bytesEach) {
        int count = u32();
        if (count < 0 || (long) count * bytesEach > buffer.remaining()) {
            throw new DamagedException(
                    "it announces " + Integer.toUnsignedString(count) + " " + name + ", more than it can hold");
        }
        return count;
    }

    /** A number that must not be more than another. */
    int atMost(int maximum, String name) {
        int value = u32();
        if (value < 0 || value > maximum) {
            throw new DamagedException("its " + name + " is " + Integer.toUnsignedString(value) + ", but it can be "
                    + maximum + " at most");
        }
        return value;
    }

    HostState host() {
        long realtimeNanos = count64("realtime clock");
        long monotonicNanos = count64("monotonic clock");
        byte[] seed = bytes(HostState.SEED_BYTES);
        return new HostState(
                realtimeNanos,
                monotonicNanos,
                seed,
                counter("entropy position"),
                counter("message count"),
                counter("output count"),
                flag("finished"));
    }

    BitSet segments(String name) {
        BitSet segments = new BitSet();
        int count = count(name, Integer.BYTES);
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int segment = u32();
            if (segment <= previous || segment >= GuestState.MAXIMUM_SEGMENTS) {
                throw new DamagedException("among its " + name + " is " + Integer.toUnsignedString(segment));
            }
            segments.set(segment);
            previous = segment;
        }
        return segments;
    }

    /** Requires that nothing is left. */
    void end() {
        if (buffer.hasRemaining()) {
            throw new DamagedException(buffer.remaining() + " bytes are left over at the end of its " + part);
        }
    }
}
