package dev.wasmbox.cli;

import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the commands take that write a file. */
final class OutputOptions {

    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "The file to write, which must not exist yet.")
    private Path out = Path.of("");

    @Option(
            names = {"-f", "--force"},
            description = "Replace OUT if it exists.")
    private boolean force;

    /** The file, as the user named it. */
    Path name() {
        return out;
    }

    boolean isStandardOutput() {
        return out.equals(STANDARD_OUTPUT);
    }

    /** Fails before the work where {@link #write} would fail after it. */
    void check(Console console) {
        NewFile.check(console.resolve(out), force);
    }

    void write(Console console, Snapshot snapshot, SnapshotForm form) throws IOException {
        NewFile.write(console.resolve(out), snapshot, form, force);
    }

    void write(Console console, byte[] bytes) throws IOException {
        NewFile.write(console.resolve(out), bytes, force);
    }
}
