package dev.wasmbox.cli;

import dev.wasmbox.SnapshotReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the snapshots are that others are told as the difference from. */
final class ParentOptions {

    @Option(
            names = "--parents",
            paramLabel = "DIR",
            description = "A folder with the snapshots that others are told as the difference from, besides the folder "
                    + "of each file. May be given more than once.")
    private List<Path> parents = new ArrayList<>();

    /** Fails where a folder is wrong, whatever the file. */
    void check(Console console) {
        for (Path parent : parents) {
            if (!Files.isDirectory(console.resolve(parent))) {
                throw new Failure("There is no folder " + parent + ".");
            }
        }
    }

    /** The reader that looks into these folders, too. */
    SnapshotReader added(Console console, SnapshotReader reader) {
        SnapshotReader result = reader;
        for (Path parent : parents) {
            result = result.withFolder(console.resolve(parent));
        }
        return result;
    }
}
