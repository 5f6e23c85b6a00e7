package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Contracts, from modules and from texts. */
final class ContractFile {

    /** More than a contract may have. */
    private static final long MAXIMUM_BYTES = 1 << 22;

    private ContractFile() {}

    /**
     * Reads a contract.
     *
     * @param file a module of any kind, or a text
     * @throws Failure if there is none in it
     */
    static Contract read(Console console, Path file) throws IOException {
        Path path = console.resolve(file);
        if (Files.isDirectory(path)) {
            throw new Failure(file + " is a folder, not a module.");
        }
        FileKind kind;
        try (InputStream stream = Files.newInputStream(path)) {
            kind = FileKind.of(stream.readNBytes(FileKind.BYTES));
        }
        if (kind != FileKind.OTHER) {
            return new ModuleLoader(console)
                    .load(path, Engine.INTERPRETED, false)
                    .contract()
                    .orElseThrow(() -> new Failure(file + " does not say what its messages are: it has no contract."));
        }
        return parse(console, file);
    }

    /**
     * Reads a text.
     *
     * @throws Failure if it is no contract
     */
    static Contract parse(Console console, Path file) throws IOException {
        Path path = console.resolve(file);
        if (Files.size(path) > MAXIMUM_BYTES) {
            throw new Failure(file + " is too large to be a contract.");
        }
        try {
            return Contract.parse(Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new Failure(ExitCode.FAILED, file + " is neither a module nor a text in UTF-8.", e);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.FAILED, file + " is no contract: " + e.getMessage() + ".", e);
        }
    }
}
