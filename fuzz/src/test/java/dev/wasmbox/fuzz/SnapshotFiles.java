package dev.wasmbox.fuzz;

import dev.wasmbox.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** Whole files of snapshots, and files as a forger would make them: no fuzzer guesses a checksum. */
final class SnapshotFiles {

    /** One of each form, so small that most edits hit something that means something. */
    static final List<byte[]> WHOLE = List.of(
            resource("version-1.snapshot"),
            resource("whole.snapshot"),
            resource("self-contained.snapshot"),
            resource("delta.snapshot"));

    /** What the delta is told as the difference from. */
    static final byte[] PARENT = WHOLE.get(1);

    static final String PARENT_DIGEST = Snapshot.of(PARENT).digest();

    private static final byte[] MAGIC = {'W', 'A', 'S', 'M', 'B', 'O', 'X', 0x1A};
    private static final int PREFIX_BYTES = MAGIC.length + 4;
    private static final int LENGTH_BYTES = 8;
    private static final int CHECKSUM_BYTES = 32;

    private SnapshotFiles() {}

    /** A file of a version around what comes between the version and the checksum. */
    static byte[] around(int version, byte[] contents) {
        byte[] file = new byte[PREFIX_BYTES + contents.length + CHECKSUM_BYTES];
        ByteBuffer.wrap(file)
                .put(MAGIC)
                .put((byte) version)
                .position(PREFIX_BYTES)
                .put(contents);
        return sealed(file);
    }

    /** Puts right, in place, all that a reader checks before it looks at the contents. */
    static byte[] sealed(byte[] file) {
        int end = file.length - CHECKSUM_BYTES;
        if (end < PREFIX_BYTES + LENGTH_BYTES) {
            return file;
        }
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
        if (buffer.getInt() == 1) {
            buffer.putLong(end - PREFIX_BYTES - LENGTH_BYTES);
        }
        System.arraycopy(sha256(Arrays.copyOf(file, end)), 0, file, end, CHECKSUM_BYTES);
        return file;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = SnapshotFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("there is no " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
