package dev.wasmbox.internal.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Writes files whole or not at all: whenever the process or the machine ends, there is what was there before or all of
 * what was to be there. Once a method has returned, it is the latter, whatever happens.
 *
 * <p>Only its owner can read such a file, where the file system knows owners. A crash may leave a file {@code .new-*.tmp}
 * in the folder, which may be deleted and is in nobody's way.
 */
public final class AtomicFile {

    /*
     * The content is complete on the disk, under another name, before the name is made to mean it: a file system may
     * otherwise remember the name and forget the content (Pillai et al., "All File Systems Are Not Created Equal",
     * OSDI 2014). The folder comes last, since the name is the folder's content.
     */

    private AtomicFile() {}

    /**
     * Writes a new file, and overwrites none.
     *
     * @param file a file that does not exist yet, in a folder that does
     * @param content all of its bytes
     * @throws FileAlreadyExistsException if it exists
     */
    public static void create(Path file, byte[] content) throws IOException {
        create(Disk.REAL, file, content);
    }

    /**
     * Writes a file, in the place of the one that is there, if there is one. A link is itself replaced, not what it leads
     * to.
     *
     * @param file a file in a folder that exists
     * @param content all of its bytes
     */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(Disk.REAL, file, content);
    }

    static void create(Disk disk, Path file, byte[] content) throws IOException {
        write(disk, file, content, AtomicFile::link);
    }

    static void replace(Disk disk, Path file, byte[] content) throws IOException {
        write(disk, file, content, Disk::replace);
    }

    /** Gives the complete content its name. */
    private interface Publication {
        void publish(Disk disk, Path temporary, Path file) throws IOException;
    }

    private static void write(Disk disk, Path file, byte[] content, Publication publication) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new FileSystemException(file.toString(), null, "is no file that could be written");
        }
        Path temporary = disk.createTemporary(folder);
        try {
            disk.write(temporary, content);
            disk.force(temporary);
            publication.publish(disk, temporary, file);
        } finally {
            disk.delete(temporary);
        }
        disk.forceFolder(folder);
    }

    private static void link(Disk disk, Path temporary, Path file) throws IOException {
        try {
            disk.link(temporary, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            disk.moveUnlessThere(temporary, file); // a file system without links, such as FAT
        }
    }
}
