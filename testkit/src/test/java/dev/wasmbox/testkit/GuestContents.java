package dev.wasmbox.testkit;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.Limits;
import dev.wasmbox.Snapshot;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a snapshot holds of a guest, whatever module it is of: to compare guests of two modules that ought to be in the
 * same state. Dropped segments are not told, as another module may have others.
 *
 * @param memories the size in pages and the SHA-256 of each
 * @param globals the type and the bits of each that can change
 * @param tables the references in each
 */
record GuestContents(List<String> memories, List<GlobalContents> globals, List<String> tables) {

    static GuestContents of(Snapshot snapshot) {
        return new GuestContents(
                snapshot.memories().stream()
                        .map(memory -> memory.sizeBytes() / Limits.PAGE_BYTES + " "
                                + sha256(memory.read(0, memory.sizeBytes())))
                        .toList(),
                snapshot.globals(),
                snapshot.tables().stream().map(Arrays::toString).toList());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
