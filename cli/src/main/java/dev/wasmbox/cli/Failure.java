package dev.wasmbox.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** The end of a command: one sentence for the user, and an exit code. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failure(int exitCode, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    Failure(String sentence) {
        this(ExitCode.FAILED, sentence, null);
    }

    static Failure usage(String sentence) {
        return new Failure(ExitCode.USAGE, sentence, null);
    }

    static Failure of(IOException exception) {
        return new Failure(ExitCode.FAILED, sentence(exception), exception);
    }

    int exitCode() {
        return exitCode;
    }

    /** What a person should read of an exception, whose own message is often a file's name and nothing else. */
    static String sentence(Throwable exception) {
        return switch (exception) {
            case NoSuchFileException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            case NoSuchFileException e -> "there is no file " + e.getFile();
            case FileAlreadyExistsException e -> e.getFile() + " exists already";
            case AccessDeniedException e -> e.getFile() + " may not be accessed";
            case NotDirectoryException e -> e.getFile() + " is no folder";
            case DirectoryNotEmptyException e -> e.getFile() + " is a folder with something in it";
            case MalformedInputException _ -> "a file that should be text is not text in UTF-8";
            case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            default -> exception.getMessage() == null ? exception.toString() : exception.getMessage();
        };
    }
}
