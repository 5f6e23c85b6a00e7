package dev.wasmbox.bench.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A test of test262.
 *
 * @param path where it is in test262's folder test
 * @param source the source, as test262 has it
 * @param frontmatter what it says of itself
 */
record ConformanceTest(String path, String source, Frontmatter frontmatter) {

    /** {@return all tests in test262's folder test, in the order of their paths} */
    static List<ConformanceTest> all(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".js"))
                    .filter(path -> !path.toString().contains("_FIXTURE"))
                    .map(path -> read(folder, path))
                    .sorted((a, b) -> a.path.compareTo(b.path))
                    .toList();
        }
    }

    private static ConformanceTest read(Path folder, Path file) {
        try {
            String source = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return new ConformanceTest(folder.relativize(file).toString(), source, Frontmatter.of(source));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String flag) {
        return frontmatter.flags().contains(flag);
    }

    /** {@return the folder that it is counted in: two levels, so that no line of the report is the sum of everything} */
    String folder() {
        Path names = Path.of(path);
        return names.getNameCount() > 2
                ? names.subpath(0, 2).toString()
                : names.getName(0).toString();
    }

    /**
     * {@return the script that is to be run}
     *
     * @param strict whether it is to be in strict mode, for those that may be either
     */
    String script(boolean strict) {
        return has("onlyStrict") || strict ? "\"use strict\";\n" + source : source;
    }
}
