package dev.wasmbox.internal.state;

import dev.wasmbox.LimitException;
import dev.wasmbox.Limits;
import dev.wasmbox.SnapshotException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot, which docs/snapshot-format.md describes: what is common to all versions, and chains of
 * snapshots of which each is told as the difference from the next.
 *
 * <p>Reading trusts nothing. The checksum is verified first, every count is held against the bytes that are left before
 * anything is allocated for it, and whatever is left over is an error.
 */
public final class SnapshotFormat {

    private static final byte[] MAGIC = {'W', 'A', 'S', 'M', 'B', 'O', 'X', 0x1A};

    /** The length of what is common to all versions: magic and version. */
    static final int PREFIX_BYTES = MAGIC.length + Integer.BYTES;

    /** The most pages, of WebAssembly's own size, of a memory. */
    static final int MAXIMUM_WEBASSEMBLY_PAGES = (int) (Limits.MAXIMUM_MEMORY_BYTES / Limits.PAGE_BYTES);

    /** Where the first section begins, which says what state the file is of. */
    private static final int FIRST_SECTION = PREFIX_BYTES + Integer.BYTES;

    /** Where the state's digest is, which the module's follows, and then the next section. */
    private static final int FIRST_DIGEST = FIRST_SECTION + Section.HEADER_BYTES;

    /** How long the beginning of a file is that {@link #peek} needs. */
    public static final int PEEK_BYTES = FIRST_DIGEST + 2 * Sha256.BYTES + Section.KIND_BYTES;

    /** How many snapshots a chain may have. */
    public static final int MAXIMUM_CHAIN = 1_000;

    private SnapshotFormat() {}

    /** Where the states are that others are told as the difference from. */
    public interface Parents {
        /**
         * The base of a module.
         *
         * @param moduleDigest the module's digest
         * @return the state, or null if that module is not known
         */
        @Nullable
        BoxImage base(byte[] moduleDigest);

        /**
         * The file forms of a snapshot that there are.
         *
         * @param stateDigest the digest of its state
         * @return the bytes of each, best first, to be asked for one by one
         */
        Iterator<byte[]> snapshots(byte[] stateDigest);
    }

    static byte[] magic() {
        return MAGIC;
    }

    /**
     * Whether a file is meant to be a snapshot, whatever its condition.
     *
     * @param bytes the beginning of a file
     * @return whether it begins as a snapshot does
     */
    public static boolean isSnapshot(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Whether a file says that it is told as the difference from something else. Nothing is verified.
     *
     * @param beginning the first {@link #PEEK_BYTES} bytes of a file, or fewer
     * @return whether it does
     */
    public static boolean peeksAsDelta(byte[] beginning) {
        return beginning.length >= PEEK_BYTES
                && Section.ofKind(Arrays.copyOfRange(beginning, PEEK_BYTES - Section.KIND_BYTES, PEEK_BYTES))
                        == Section.PARE;
    }

    /**
     * The digest of the state that a file says that it holds. Nothing is verified.
     *
     * @param beginning the first {@link #PEEK_BYTES} bytes of a file, or fewer
     * @return the digest, or null if it cannot be told from these
     */
    public static byte @Nullable [] peek(byte[] beginning) {
        boolean known = beginning.length >= PEEK_BYTES
                && isSnapshot(beginning)
                && version(beginning) == SnapshotWriter.VERSION
                && Section.ofKind(Arrays.copyOfRange(beginning, FIRST_SECTION, FIRST_SECTION + Section.KIND_BYTES))
                        == Section.IDEN;
        return known ? Arrays.copyOfRange(beginning, FIRST_DIGEST, FIRST_DIGEST + Sha256.BYTES) : null;
    }

    static int version(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(MAGIC.length);
    }

    /**
     * The file form of a state.
     *
     * @param image the state
     * @param parent what it is to be told as the difference from, or null
     * @param wasm its module if that is to be in the file, or null
     * @return a new array
     * @throws LimitException if there is no room for it
     */
    public static byte[] write(BoxImage image, @Nullable Parent parent, byte @Nullable [] wasm) {
        try {
            return SnapshotWriter.write(image, parent, wasm);
        } catch (OutOfMemoryError e) {
            throw new LimitException(
                    "the Java heap has no room for the file form of this snapshot, or it would be longer than 2 GiB;"
                            + " raise -Xmx, or tell it as the difference from another snapshot",
                    e);
        }
    }

    /**
     * Reads the file form of a state.
     *
     * @param file the bytes of a file
     * @param parents where the states are that it may be told as the difference from
     * @return the state
     * @throws SnapshotException if they are not a whole, undamaged snapshot of a version that is known here, or if a
     *     parent is missing
     */
    public static BoxImage read(byte[] file, Parents parents) {
        return new ChainReader(parents).read(file);
    }

    static BoxImage base(SnapshotFile file, Parents parents) {
        BoxImage base = parents.base(file.moduleDigest());
        if (base == null) {
            throw new SnapshotException("this snapshot is a delta against the base of the module with SHA-256 "
                    + hex(file.moduleDigest()) + ", which is needed to read it; name that module");
        }
        byte[] digest = StateDigest.of(base);
        if (!Arrays.equals(digest, file.parentDigest())) {
            throw new SnapshotException("this snapshot is a delta against the base " + hex(file.parentDigest())
                    + ", but the base of its module is " + hex(digest)
                    + " here; read it with the WasmBox that wrote it and flatten it");
        }
        return base;
    }

    /**
     * Reads what a file says of itself, without its parent.
     *
     * @param file the bytes of a file
     * @return its parts; null if it is of the first version, which has none
     * @throws SnapshotException if they are not a whole, undamaged snapshot of a version that is known here
     */
    public static @Nullable SnapshotFile describe(byte[] file) {
        requireKnown(file);
        return version(file) == VersionOne.NUMBER ? null : open(file);
    }

    /**
     * The module in a self-contained snapshot.
     *
     * @param file the bytes of a file
     * @return the module, or null if there is none in it
     * @throws SnapshotException if they are not a whole, undamaged snapshot of a version that is known here
     */
    public static byte @Nullable [] wasm(byte[] file) {
        SnapshotFile parts = describe(file);
        return parts == null || !parts.hasModule() ? null : whole(parts::wasm);
    }

    static SnapshotFile open(byte[] file) {
        return whole(() -> new SnapshotFile(file));
    }

    static void requireKnown(byte[] file) {
        if (!isSnapshot(file)) {
            throw new SnapshotException(
                    "this is not a snapshot: it does not begin with the eight bytes that every WasmBox snapshot begins with");
        }
        if (file.length < PREFIX_BYTES + Sha256.BYTES) {
            throw damaged("it ends after " + file.length + " bytes, within its header", null);
        }
        int version = version(file);
        if (version != SnapshotWriter.VERSION && version != VersionOne.NUMBER) {
            throw new SnapshotException("this snapshot is of format version " + Integer.toUnsignedString(version)
                    + ", but this WasmBox reads versions " + VersionOne.NUMBER + " and " + SnapshotWriter.VERSION
                    + ": it is damaged, or a later WasmBox wrote it, which can read it");
        }
        if (!Sha256.matches(file, file.length - Sha256.BYTES)) {
            throw damaged("its checksum does not match its contents", null);
        }
    }

    /** What comes of reading a part, its errors as whole sentences. */
    static <T> T whole(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (DamagedException e) {
            throw damaged(e.what(), e.getCause());
        } catch (UnknownSectionException e) {
            throw new SnapshotException(
                    "this snapshot has a section " + e.getMessage()
                            + ", which has to be understood and is not known to this WasmBox: a later one wrote it, which can read it");
        }
    }

    private static SnapshotException damaged(String what, @Nullable Throwable cause) {
        return new SnapshotException("this snapshot is damaged: " + what + "; use an older one or a copy", cause);
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
