package dev.wasmbox.internal.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file that is not there yet: it is there whole or not at all, whenever the process may end. */
public final class NewFile {

    private NewFile() {}

    /**
     * Writes a new file, which only its owner can read where the file system knows owners.
     *
     * @param file a file that does not exist yet, in a folder that does
     * @param content all of its bytes
     * @throws FileAlreadyExistsException if it exists
     */
    public static void write(Path file, byte[] content) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder), null, "there is no such folder to write a file in");
        }
        Path temporary = Files.createTempFile(folder, ".new-", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            publish(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void publish(Path temporary, Path file) throws IOException {
        try {
            // A link fails where a move would overwrite a file that has come into being since.
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without links: take the name first, which fails in the same way, then move over it.
            Files.createFile(file);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
