package dev.wasmbox.cli;

import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Files that are there whole or not at all, and that replace others only when that is wished: regular files, and nothing
 * else. A device or a link is something that others rely on, and would be gone.
 */
final class NewFile {

    private NewFile() {}

    /** Fails early, before the work, where {@link #write} would. */
    static void check(Path file, boolean replace) {
        if (Files.isDirectory(file)) {
            throw new Failure(file + " is a folder.");
        }
        checkRegular(file);
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(file + " exists already; --force replaces it.");
        }
        checkFolder(file);
    }

    /** The same for a file that is never to replace another. */
    static void check(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(file + " exists already.");
        }
        checkFolder(file);
    }

    private static void checkFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new Failure("There is no folder " + folder + ".");
        }
    }

    private static void checkRegular(Path file) {
        if (Files.isSymbolicLink(file)) {
            throw new Failure(file + " is a symbolic link, which is not replaced; name the file itself.");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(file + " is not a regular file.");
        }
    }

    private static void publish(Path temporary, Path file) throws IOException {
        try {
            // A link fails where a move would replace a file that has come into being since.
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without links: take the name first, which fails in the same way, then move over it.
            Files.createFile(file);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes a snapshot, which is on the disk when this returns. */
    static void write(Path file, Snapshot snapshot, SnapshotForm form, boolean replace) throws IOException {
        try {
            if (replace) {
                checkRegular(file); // once more: the work took its time
                snapshot.replace(file, form);
            } else {
                snapshot.write(file, form);
            }
        } catch (FileAlreadyExistsException e) {
            throw new Failure(ExitCode.FAILED, file + " exists already; --force replaces it.", e);
        }
    }

    static void write(Path file, byte[] bytes, boolean replace) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        @Nullable Path temporary = Files.createTempFile(folder, ".wasmbox-", ".tmp");
        try {
            Files.write(temporary, bytes);
            if (replace) {
                checkRegular(file); // once more: the work took its time
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                publish(temporary, file);
            }
        } catch (FileAlreadyExistsException e) {
            throw new Failure(ExitCode.FAILED, file + " exists already; --force replaces it.", e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
