package dev.wasmbox.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The steps that {@link AtomicFile} consists of: a test ends the machine between any two of them. */
interface Disk {

    /** Makes a new and empty file, which is its owner's only. */
    Path createTemporary(Path folder) throws IOException;

    /** Fills an empty file. */
    void write(Path file, byte[] content) throws IOException;

    /** Returns once a file's content would survive a power failure. */
    void force(Path file) throws IOException;

    /** Gives a file a second name, or throws {@link FileAlreadyExistsException}. Not every file system can do it. */
    void link(Path file, Path name) throws IOException;

    /** Gives a file another name, or throws {@link FileAlreadyExistsException}. */
    void moveUnlessThere(Path file, Path name) throws IOException;

    /** Gives a file the name of another, which is no more: at no moment is there none of them. */
    void replace(Path file, Path name) throws IOException;

    /** Deletes a file, unless it is not there. */
    void delete(Path file) throws IOException;

    /** Returns once the names in a folder would survive a power failure. */
    void forceFolder(Path folder) throws IOException;

    /** The disk of this machine. */
    Disk REAL = new Disk() {

        @Override
        public Path createTemporary(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) {
                throw new NoSuchFileException(folder.toString(), null, "there is no such folder to write a file in");
            }
            return Files.createTempFile(folder, ".new-", ".tmp");
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            Files.write(file, content);
        }

        @Override
        public void force(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }

        @Override
        public void link(Path file, Path name) throws IOException {
            try {
                Files.createLink(name, file);
            } catch (FileAlreadyExistsException e) {
                throw new FileAlreadyExistsException(name.toString()); // nobody else knows the temporary file's name
            }
        }

        /** Java looks first whether the name is taken, and on Linux and macOS another process may take it after that. */
        @Override
        public void moveUnlessThere(Path file, Path name) throws IOException {
            Files.move(file, name);
        }

        @Override
        public void replace(Path file, Path name) throws IOException {
            Files.move(file, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (AccessDeniedException e) {
                // Windows opens no folder, and nobody one that may be written but not read. The name is then on the
                // disk when the file system puts it there; the file is whole nonetheless.
            }
        }
    };
}
