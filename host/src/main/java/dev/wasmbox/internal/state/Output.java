package dev.wasmbox.internal.state;

import java.io.ByteArrayOutputStream;
import java.util.BitSet;

/** Writes little-endian numbers. */
final class Output extends ByteArrayOutputStream {

    void u8(int value) {
        write(value);
    }

    void u32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            write(value >>> shift);
        }
    }

    void u64(long value) {
        u32((int) value);
        u32((int) (value >>> 32));
    }

    void bytes(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    void append(Output other) {
        write(other.buf, 0, other.count);
    }

    void host(HostState host) {
        u64(host.realtimeNanos());
        u64(host.monotonicNanos());
        bytes(host.seed());
        u64(host.entropyPosition());
        u64(host.messages());
        u64(host.outputs());
        u8(host.finished() ? 1 : 0);
    }

    void segments(BitSet segments) {
        u32(segments.cardinality());
        segments.stream().forEach(this::u32);
    }

    /** {@return the SHA-256 of all that was written} */
    byte[] sha256() {
        return Sha256.of(buf, 0, count);
    }
}
