package dev.wasmbox.internal.state;

import dev.wasmbox.SnapshotException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot that is told as the difference from another, which may be told so in turn. Of one state there may be
 * several files, of which some are damaged, lead nowhere, or back to where they began: each is tried until one can be read,
 * and what a state is, or why it cannot be read, is found out once.
 *
 * <p>Made for one reading. It does not recurse: a chain is longer than a stack is deep.
 */
final class ChainReader {

    private final SnapshotFormat.Parents parents;
    private final Map<String, BoxImage> known = new HashMap<>();
    private final Map<String, SnapshotException> failed = new HashMap<>();

    /** The states that are being read, each of which is told as the difference from the next. */
    private final Deque<Wanted> path = new ArrayDeque<>();

    private final Set<String> digestsOnPath = new HashSet<>();

    ChainReader(SnapshotFormat.Parents parents) {
        this.parents = parents;
    }

    /** A state that is being read: its files, the one that waits for its parent, and why the first of them was none. */
    private static final class Wanted {

        private final byte @Nullable [] digest;
        private final Iterator<byte[]> files;
        private @Nullable SnapshotFile waiting;
        private @Nullable SnapshotException failure;

        Wanted(byte @Nullable [] digest, Iterator<byte[]> files) {
            this.digest = digest;
            this.files = files;
        }

        String name() {
            return digest == null ? "" : SnapshotFormat.hex(digest);
        }

        void failed(SnapshotException e) {
            failure = failure == null ? e : failure;
        }

        SnapshotException failure() {
            return failure != null
                    ? failure
                    : new SnapshotException("this snapshot is a delta against the snapshot " + name()
                            + ", which is not there; keep both in one folder, or name the folder that it is in");
        }

        void require(byte[] stateDigest) {
            if (digest != null && !Arrays.equals(digest, stateDigest)) {
                throw new SnapshotException("this snapshot is of the state " + SnapshotFormat.hex(stateDigest)
                        + ", but another one is told as the difference from the state " + name()
                        + ", which was asked for");
            }
        }
    }

    BoxImage read(byte[] file) {
        path.addLast(new Wanted(null, List.of(file).iterator()));
        while (true) {
            Wanted wanted = path.getLast();
            BoxImage image = null;
            if (wanted.files.hasNext()) {
                try {
                    image = attempt(wanted, wanted.files.next());
                } catch (SnapshotException e) {
                    wanted.failed(e);
                }
            } else {
                giveUp(wanted);
            }
            if (image != null && path.size() == 1) {
                return image;
            }
            if (image != null) {
                BoxImage read = goBack(image);
                if (read != null) {
                    return read;
                }
            }
        }
    }

    /** The state in a file; null if its parent has to be read first, which is on the path then. */
    private @Nullable BoxImage attempt(Wanted wanted, byte[] file) {
        SnapshotFormat.requireKnown(file);
        if (SnapshotFormat.version(file) == VersionOne.NUMBER) {
            BoxImage image = SnapshotFormat.whole(() -> VersionOne.read(file));
            wanted.require(StateDigest.of(image));
            return image;
        }
        SnapshotFile parts = SnapshotFormat.open(file);
        wanted.require(parts.stateDigest());
        BoxImage parent =
                switch (parts.parentKind()) {
                    case null -> null;
                    case BASE -> SnapshotFormat.base(parts, parents);
                    case SNAPSHOT -> parent(parts.parentDigest());
                };
        if (parent == null && parts.parentKind() != null) {
            wanted.waiting = parts;
            return null;
        }
        return SnapshotFormat.whole(() -> parts.image(parent));
    }

    /** A parent's state; null if it has to be read first. */
    private @Nullable BoxImage parent(byte[] stateDigest) {
        String digest = SnapshotFormat.hex(stateDigest);
        SnapshotException failure = failed.get(digest);
        if (failure != null) {
            throw failure;
        }
        BoxImage image = known.get(digest);
        if (image != null) {
            return image;
        }
        if (path.size() > SnapshotFormat.MAXIMUM_CHAIN) {
            throw new SnapshotException("this snapshot is told as a difference through more than "
                    + SnapshotFormat.MAXIMUM_CHAIN + " others; flatten one of them");
        }
        if (!digestsOnPath.add(digest)) {
            throw new SnapshotException("this snapshot can never be read: it is told as the difference from the state "
                    + digest + ", which is in turn told as a difference from it; use an older one or a copy");
        }
        path.addLast(new Wanted(stateDigest, parents.snapshots(stateDigest)));
        return null;
    }

    /** No file of the last state on the path can be read, so that the file that waits for it cannot either. */
    private void giveUp(Wanted wanted) {
        SnapshotException failure = wanted.failure();
        path.removeLast();
        if (path.isEmpty()) {
            throw failure;
        }
        digestsOnPath.remove(wanted.name());
        failed.put(wanted.name(), failure);
        path.getLast().failed(failure);
    }

    /** Applies what waits along the path. The state that was to be read, or null if something else has to be tried. */
    private @Nullable BoxImage goBack(BoxImage last) {
        BoxImage image = last;
        while (path.size() > 1) {
            Wanted done = path.removeLast();
            digestsOnPath.remove(done.name());
            known.put(done.name(), image);
            Wanted next = path.getLast();
            BoxImage parent = image;
            SnapshotFile waiting = Objects.requireNonNull(next.waiting);
            try {
                image = SnapshotFormat.whole(() -> waiting.image(parent));
            } catch (SnapshotException e) {
                next.failed(e);
                return null;
            }
        }
        return image;
    }
}
