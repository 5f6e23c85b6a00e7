package dev.wasmbox.internal.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.BitSet;

/**
 * The name of a state: a SHA-256 over what it is, not over any file that holds it; docs/snapshot-format.md describes it.
 *
 * <p>It is a tree of digests, whose nodes are kept with the pages that they are of: after a message that changed three
 * pages, three pages are read.
 */
public final class StateDigest {

    private static final byte[] PREFIX = "WasmBox state 1\n".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest digest = Sha256.start();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private StateDigest() {}

    /**
     * The digest of a state.
     *
     * @param image the state
     * @return 32 new bytes; equal for equal states, whatever machine, engine or file they came from
     */
    public static byte[] of(BoxImage image) {
        StateDigest digest = new StateDigest();
        digest.bytes(PREFIX);
        digest.bytes(image.moduleDigest());
        HostState host = image.host();
        digest.u64(host.realtimeNanos());
        digest.u64(host.monotonicNanos());
        digest.bytes(host.seed());
        digest.u64(host.entropyPosition());
        digest.u64(host.messages());
        digest.u64(host.outputs());
        digest.u32(host.finished() ? 1 : 0);
        GuestState guest = image.guest();
        digest.u32(guest.memories().size());
        guest.memories().forEach(memory -> memory.describe(digest));
        digest.u32(guest.globals().size());
        for (GlobalValue global : guest.globals()) {
            digest.u32(global.type());
            digest.u64(global.low());
            digest.u64(global.high());
        }
        digest.u32(guest.tables().size());
        guest.tables().forEach(table -> table.contents().describe(digest));
        digest.segments(guest.droppedData());
        digest.segments(guest.droppedElements());
        return digest.digest.digest();
    }

    void u32(int value) {
        number.clear().putInt(value);
        digest.update(number.array(), 0, Integer.BYTES);
    }

    void u64(long value) {
        number.clear().putLong(value);
        digest.update(number.array(), 0, Long.BYTES);
    }

    void bytes(byte[] bytes) {
        digest.update(bytes);
    }

    private void segments(BitSet segments) {
        u32(segments.cardinality());
        segments.stream().forEach(this::u32);
    }
}
