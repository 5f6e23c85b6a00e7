package dev.wasmbox;

import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.SnapshotFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads snapshots of every {@linkplain SnapshotForm form}: it knows where the modules and the other snapshots are that
 * deltas are told as the difference from. Immutable; each {@code with} method returns a changed copy.
 *
 * {@snippet :
 * Snapshot snapshot = SnapshotReader.standard().withModule(module).read(Path.of("monday.snapshot"));
 * }
 *
 * <p>A delta against the base of a module is read by computing the base anew, that is by running the guest's
 * initialisation in a box of its own. A base that comes out as another one than that of the writer is refused.
 */
public final class SnapshotReader {

    /** What a file and an array can hold. */
    private static final long MAXIMUM_BYTES = Integer.MAX_VALUE - 8;

    private static final SnapshotReader STANDARD = new SnapshotReader(List.of(), List.of(), List.of());

    private final List<GuestModule> modules;
    private final List<Path> folders;
    private final List<Function<String, Optional<byte[]>>> sources;

    private SnapshotReader(
            List<GuestModule> modules, List<Path> folders, List<Function<String, Optional<byte[]>>> sources) {
        this.modules = modules;
        this.folders = folders;
        this.sources = sources;
    }

    /** {@return a reader that knows no module, and no other place than the folder of the file that it reads} */
    public static SnapshotReader standard() {
        return STANDARD;
    }

    /**
     * A copy that reads deltas against the base of another module, too.
     *
     * @param module the module
     * @return the copy
     */
    public SnapshotReader withModule(GuestModule module) {
        return new SnapshotReader(with(modules, module), folders, sources);
    }

    /**
     * A copy that looks for snapshots in another folder, too.
     *
     * @param folder a folder; those below it are not looked at
     * @return the copy
     */
    public SnapshotReader withFolder(Path folder) {
        return new SnapshotReader(modules, with(folders, folder), sources);
    }

    /**
     * A copy that looks for snapshots in another place, too.
     *
     * @param source gives the file form of the snapshot with a {@linkplain Snapshot#digest() digest}, if it has it
     * @return the copy
     */
    public SnapshotReader withSource(Function<String, Optional<byte[]>> source) {
        return new SnapshotReader(modules, folders, with(sources, source));
    }

    private static <T> List<T> with(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return List.copyOf(longer);
    }

    /**
     * Reads a snapshot from a file. Snapshots that it is told as the difference from are looked for in the file's own
     * folder first.
     *
     * @param file the file
     * @return the snapshot
     * @throws IOException if it, or another file that is needed, cannot be read
     * @throws SnapshotException if it is damaged, or no snapshot, or one of a later format, or if what it is told as the
     *     difference from is missing, damaged or another one than it was
     * @throws TrapException if it is a delta from the base, and the guest is ended in its initialisation
     * @throws LimitException if it is a delta from the base, and the Java heap has no room for the base
     * @throws BoxStateException if it is a delta from the base, and this thread is interrupted
     */
    public Snapshot read(Path file) throws IOException {
        byte[] bytes = contents(file);
        Path folder = file.toAbsolutePath().getParent();
        List<Path> places = new ArrayList<>();
        if (folder != null) {
            places.add(folder);
        }
        places.addAll(folders);
        return read(bytes, places);
    }

    /**
     * Reads a snapshot from its file form.
     *
     * @param bytes the whole file; it is not kept
     * @return the snapshot
     * @throws SnapshotException if the bytes are damaged, or no snapshot, or one of a later format, or if what it is told
     *     as the difference from is missing, damaged or another one than it was
     */
    public Snapshot read(byte[] bytes) {
        try {
            return read(bytes, folders);
        } catch (IOException e) {
            throw new SnapshotException(
                    "a folder that should hold what this snapshot is told as the difference from cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }

    private Snapshot read(byte[] bytes, List<Path> places) throws IOException {
        try {
            return new Snapshot(SnapshotFormat.read(bytes, new Parents(places)));
        } catch (FolderException e) {
            throw e.failure;
        }
    }

    /** Carries the failure of a folder through the reading. What a source throws is its own. */
    private static final class FolderException extends RuntimeException {

        private final IOException failure;

        FolderException(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** A file that may be a snapshot, if it is not too large to be one. */
    static byte[] contents(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a snapshot");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "is a device or a pipe, not a snapshot");
        }
        long size = Files.size(file);
        if (size > MAXIMUM_BYTES) {
            throw new SnapshotException("this is not a snapshot: it has " + size
                    + " bytes, and no snapshot's file has more than " + MAXIMUM_BYTES);
        }
        return Files.readAllBytes(file);
    }

    /** The modules and the places of this reader, for one reading. */
    private final class Parents implements SnapshotFormat.Parents {

        private final List<Path> places;

        /** The files of each state in the places, looked through when the first is asked for. */
        private @Nullable Map<String, List<Candidate>> files;

        /** Why a file in the places could not be looked at. It may be one that nobody needs. */
        private @Nullable IOException unreadable;

        /** A file that says that it is of a state, and whether it says that it needs another. */
        private record Candidate(Path file, String digest, boolean delta) {}

        Parents(List<Path> places) {
            this.places = places;
        }

        @Override
        public @Nullable BoxImage base(byte[] moduleDigest) {
            for (GuestModule module : modules) {
                if (Arrays.equals(module.digestBytes(), moduleDigest)) {
                    return module.base().image();
                }
            }
            return null;
        }

        @Override
        public Iterator<byte[]> snapshots(byte[] stateDigest) {
            return new SnapshotFiles(HexFormat.of().formatHex(stateDigest));
        }

        /** The files of one state: first those of the sources, then those in the folders, each when it is asked for. */
        private final class SnapshotFiles implements Iterator<byte[]> {

            private final String digest;
            private final Iterator<Function<String, Optional<byte[]>>> fromSources = sources.iterator();
            private @Nullable Iterator<Candidate> fromFolders;
            private byte @Nullable [] next;

            SnapshotFiles(String digest) {
                this.digest = digest;
            }

            @Override
            public boolean hasNext() {
                while (next == null && fromSources.hasNext()) {
                    next = fromSources.next().apply(digest).orElse(null);
                }
                if (next == null && fromFolders == null) {
                    fromFolders = candidates(digest).iterator();
                }
                while (next == null && fromFolders != null && fromFolders.hasNext()) {
                    next = contentsIfThere(fromFolders.next().file());
                }
                return next != null;
            }

            @Override
            public byte[] next() {
                byte[] found = hasNext() ? next : null;
                if (found == null) {
                    throw new NoSuchElementException();
                }
                next = null;
                return found;
            }
        }

        private List<Candidate> candidates(String digest) {
            try {
                List<Candidate> candidates = files().getOrDefault(digest, List.of());
                if (candidates.isEmpty() && unreadable != null) {
                    throw unreadable;
                }
                return candidates;
            } catch (IOException e) {
                throw new FolderException(e);
            }
        }

        /** What needs nothing more is tried before what does. */
        private Map<String, List<Candidate>> files() throws IOException {
            Map<String, List<Candidate>> known = files;
            if (known == null) {
                List<Candidate> candidates = new ArrayList<>();
                for (Path place : places) {
                    for (Path file : files(place)) {
                        Candidate candidate = candidate(file);
                        if (candidate != null) {
                            candidates.add(candidate);
                        }
                    }
                }
                known = candidates.stream()
                        .sorted(Comparator.comparing(Candidate::delta))
                        .collect(Collectors.groupingBy(Candidate::digest));
                files = known;
            }
            return known;
        }

        private static List<Path> files(Path folder) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(Files::isRegularFile).sorted().toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        private byte @Nullable [] contentsIfThere(Path file) {
            try {
                return contents(file);
            } catch (IOException e) {
                remember(e);
                return null;
            }
        }

        /** What a file is by its first bytes; one of the first version, by all of them. */
        private @Nullable Candidate candidate(Path file) {
            try {
                byte[] beginning;
                try (InputStream stream = Files.newInputStream(file)) {
                    beginning = stream.readNBytes(SnapshotFormat.PEEK_BYTES);
                }
                byte[] digest = SnapshotFormat.peek(beginning);
                if (digest != null) {
                    return new Candidate(
                            file, HexFormat.of().formatHex(digest), SnapshotFormat.peeksAsDelta(beginning));
                }
                return SnapshotFormat.isSnapshot(beginning)
                        ? new Candidate(file, STANDARD.read(contents(file)).digest(), false)
                        : null;
            } catch (IOException e) {
                remember(e);
                return null;
            } catch (SnapshotException e) {
                return null;
            }
        }

        private void remember(IOException failure) {
            // What has gone in the meantime, a temporary file for example, was not there.
            if (!(failure instanceof NoSuchFileException)) {
                unreadable = failure;
            }
        }
    }
}
