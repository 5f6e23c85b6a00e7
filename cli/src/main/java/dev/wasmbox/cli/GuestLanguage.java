package dev.wasmbox.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The languages that guests' projects are written in. */
enum GuestLanguage {
    RUST("Rust"),
    C("C");

    private final String title;

    GuestLanguage(String title) {
        this.title = title;
    }

    /** What people call it. */
    String title() {
        return title;
    }

    /**
     * The language of a project.
     *
     * @throws Failure if the folder is no guest's project
     */
    static GuestLanguage of(Path project) throws IOException {
        if (Files.isRegularFile(project.resolve("Cargo.toml"))) {
            return RUST;
        }
        for (Path folder : List.of(project, project.resolve("src"))) {
            if (Files.isDirectory(folder) && hasCFile(folder)) {
                return C;
            }
        }
        throw Failure.usage("There is no guest's project in " + project
                + ": it has no Cargo.toml and no C files; 'wasmbox new NAME' makes one.");
    }

    private static boolean hasCFile(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.c")) {
            return files.iterator().hasNext();
        }
    }
}
