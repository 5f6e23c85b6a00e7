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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The files that the command line's jar carries: the SDKs for Rust and C, and the scripts that build guests. */
final class BundledFiles {

    private static final String SCRIPT = "build-guest";
    private static final String HEADER = "wasmbox.h";
    private static final List<String> CRATES = List.of("wasmbox", "wasmbox-macro");

    private BundledFiles() {}

    /** Puts the script that builds guests in a language, with what it takes from beside it, into a folder, and returns it. */
    static Path copyScript(GuestLanguage language, Path folder) throws IOException {
        if (language == GuestLanguage.C) {
            copyHeader(folder);
        }
        return copy(language, SCRIPT, folder);
    }

    /** Puts the header for guests in C into a folder. */
    static void copyHeader(Path folder) throws IOException {
        copy(GuestLanguage.C, HEADER, folder);
    }

    private static Path copy(GuestLanguage language, String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream resource = resource(language, name).openStream()) {
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** Puts the crates of the SDK for Rust into a folder. */
    static void copySdk(Path folder) throws IOException {
        URI uri;
        try {
            uri = resource(GuestLanguage.RUST, SCRIPT).toURI();
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

    private static URL resource(GuestLanguage language, String name) {
        String folder = language.name().toLowerCase(Locale.ROOT);
        return Objects.requireNonNull(BundledFiles.class.getResource(folder + "/" + name), name);
    }
}
