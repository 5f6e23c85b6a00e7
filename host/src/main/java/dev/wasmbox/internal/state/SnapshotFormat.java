package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import dev.wasmbox.SnapshotException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** How long the beginning of a file is that {@link #peek} needs. */
    public static final int PEEK_BYTES = FIRST_SECTION + Section.HEADER_BYTES + Sha256.BYTES;

    /** How many snapshots a chain may have. */
    public static final int MAXIMUM_CHAIN = 10_000;

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
         * The file forms of a snapshot that there are. Each is tried until one can be read.
         *
         * @param stateDigest the digest of its state
         * @return the bytes of each, best first; none if there is no such snapshot
         */
        List<byte[]> snapshots(byte[] stateDigest);
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
        return known ? Arrays.copyOfRange(beginning, PEEK_BYTES - Sha256.BYTES, PEEK_BYTES) : null;
    }

    private static int version(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(MAGIC.length);
    }

    /**
     * The file form of a state.
     *
     * @param image the state
     * @param parent what it is to be told as the difference from, or null
     * @param wasm its module if that is to be in the file, or null
     * @return a new array
     */
    public static byte[] write(BoxImage image, @Nullable Parent parent, byte @Nullable [] wasm) {
        return SnapshotWriter.write(image, parent, wasm);
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
        // A search: of one state there may be several files, of which some lead nowhere, or back to where they began.
        List<SnapshotFile> chain = new ArrayList<>();
        Deque<Iterator<byte[]>> open = new ArrayDeque<>(List.of(List.of(file).iterator()));
        Set<String> expanded = new HashSet<>();
        SnapshotException first = null;
        while (!open.isEmpty()) {
            if (!open.getLast().hasNext()) {
                open.removeLast();
                if (!chain.isEmpty()) {
                    chain.removeLast();
                }
                continue;
            }
            try {
                byte[] next = open.getLast().next();
                SnapshotFile delta = delta(next, chain);
                if (delta == null) {
                    return rooted(next, chain, parents);
                }
                open.addLast(parents(delta, parents, expanded).iterator());
                chain.add(delta);
            } catch (SnapshotException e) {
                first = first == null ? e : first;
            }
        }
        throw Objects.requireNonNull(first, "a search without a result has an error");
    }

    /** A file that is told as the difference from another; null for any other one. */
    private static @Nullable SnapshotFile delta(byte[] file, List<SnapshotFile> chain) {
        requireKnown(file);
        SnapshotFile read = version(file) == VersionOne.NUMBER ? null : open(file);
        if (read == null || read.parentKind() != Parent.Kind.SNAPSHOT) {
            return null;
        }
        requireAskedFor(read.stateDigest(), chain);
        if (chain.size() == MAXIMUM_CHAIN) {
            throw new SnapshotException("this snapshot is told as a difference through more than " + MAXIMUM_CHAIN
                    + " others; flatten one of them");
        }
        return read;
    }

    private static List<byte[]> parents(SnapshotFile file, Parents parents, Set<String> expanded) {
        String digest = hex(file.parentDigest());
        if (!expanded.add(digest)) {
            throw new SnapshotException("this snapshot can never be read: it is told as the difference from the state "
                    + digest + ", which is in turn told as a difference from it; use an older one or a copy");
        }
        List<byte[]> found = parents.snapshots(file.parentDigest());
        if (found.isEmpty()) {
            throw new SnapshotException("this snapshot is a delta against the snapshot " + digest
                    + ", which is not there; keep both in one folder, or name the folder that it is in");
        }
        return found;
    }

    /** The state of a file that needs no other file, and then that of those which are told as the difference from it. */
    private static BoxImage rooted(byte[] file, List<SnapshotFile> chain, Parents parents) {
        BoxImage image;
        if (version(file) == VersionOne.NUMBER) {
            image = whole(() -> VersionOne.read(file));
            requireAskedFor(StateDigest.of(image), chain);
        } else {
            SnapshotFile root = open(file);
            requireAskedFor(root.stateDigest(), chain);
            BoxImage base = root.parentKind() == null ? null : base(root, parents);
            image = whole(() -> root.image(base));
        }
        for (SnapshotFile delta : chain.reversed()) {
            BoxImage parent = image;
            image = whole(() -> delta.image(parent));
        }
        return image;
    }

    private static void requireAskedFor(byte[] stateDigest, List<SnapshotFile> chain) {
        if (!chain.isEmpty() && !Arrays.equals(stateDigest, chain.getLast().parentDigest())) {
            throw new SnapshotException("this snapshot is of the state " + hex(stateDigest)
                    + ", but another one is told as the" + " difference from the state "
                    + hex(chain.getLast().parentDigest()) + ", which was asked for");
        }
    }

    private static BoxImage base(SnapshotFile file, Parents parents) {
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

    private static SnapshotFile open(byte[] file) {
        return whole(() -> new SnapshotFile(file));
    }

    private static void requireKnown(byte[] file) {
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

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
