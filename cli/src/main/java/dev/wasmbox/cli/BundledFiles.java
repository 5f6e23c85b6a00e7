package dev.wasmbox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The files that the command line's jar carries: the Rust SDK, and the script that builds guests. */
final class BundledFiles {

    private static final String ROOT = "rust/";
    private static final String SCRIPT = "build-guest";
    private static final List<String> CRATES = List.of("wasmbox", "wasmbox-macro");

    private BundledFiles() {}

    /** Puts the script that builds guests into a folder, and returns it. */
    static Path copyScript(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path script = folder.resolve(SCRIPT);
        try (InputStream resource = resource(SCRIPT).openStream()) {
            Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    /** Puts the crates of the SDK into a folder. */
    static void copySdk(Path folder) throws IOException {
        URI uri;
        try {
            uri = resource(SCRIPT).toURI();
        } catch (URISyntaxException e) {
            throw new IOException("the Rust SDK in the command line's jar cannot be read", e);
        }
        if (uri.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                copyCrates(Objects.requireNonNull(jar.provider().getPath(uri).getParent()), folder);
            }
        } else {
            copyCrates(Objects.requireNonNull(Path.of(uri).getParent()), folder);
        }
    }

    private static void copyCrates(Path from, Path to) throws IOException {
        for (String crate : CRATES) {
            try (Stream<Path> files = Files.walk(from.resolve(crate))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path target = to.resolve(from.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
        }
    }

    /** A template of a new project, whose NAME is to be replaced. */
    static String template(String name) throws IOException {
        URL template = Objects.requireNonNull(BundledFiles.class.getResource("template/" + name), name);
        try (InputStream stream = template.openStream()) {
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static URL resource(String name) {
        return Objects.requireNonNull(BundledFiles.class.getResource(ROOT + name), name);
    }
}
