package dev.wasmbox.bench.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes test262 as its authors have it, of the copy that comes with Firefox. There, each test has a line for Mozilla's runner
 * in front, and a call at its end; what is only for strict code begins with that directive, in a file named so; and the
 * harness is in files named shell.js, in pieces, each beside the tests that include it.
 */
final class Checkout {

    private static final String FIRST_LINE = "// |reftest|";
    private static final String DIRECTIVE = "'use strict';\n";
    private static final String LAST_LINE = "\nreportCompare(0, 0);\n";
    private static final String PIECE = "// file: ";

    /** How a test that waits says that it is done; test262's own is not in Firefox's copy. */
    private static final String DONE =
            """
            function $DONE(error) {
              print(error ? "Test262:AsyncTestFailure:" + error : "Test262:AsyncTestComplete");
            }
            """;

    private Checkout() {}

    /** Takes the folder js/src/tests/test262 of Firefox's sources, and the folder that is to have harness/ and test/. */
    public static void main(String[] folders) throws IOException {
        Path from = Path.of(folders[0]), harness = Path.of(folders[1], "harness"), tests = Path.of(folders[1], "test");
        Map<String, String> pieces = new TreeMap<>();
        int count = 0;
        for (Path file : files(from)) {
            String name = file.getFileName().toString();
            String text = Files.readString(file);
            Path path = from.relativize(file);
            if (path.startsWith("prs") || name.equals("browser.js")) {
                continue; // proposals of changes to test262, which are not in it; and nothing
            }
            if (name.equals("shell.js")) {
                addPieces(pieces, text);
            } else {
                write(tests.resolve(original(path, text)), original(text));
                count++;
            }
        }
        for (Map.Entry<String, String> piece : pieces.entrySet()) {
            write(harness.resolve(piece.getKey()), piece.getValue());
        }
        write(harness.resolve("doneprintHandle.js"), DONE);
        System.out.println(count + " files of tests, " + pieces.size() + " of the harness");
    }

    private static Iterable<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".js")).toList();
        }
    }

    private static void addPieces(Map<String, String> pieces, String shell) {
        for (String piece : Pattern.compile("(?m)^" + PIECE).split(shell, -1)) {
            int end = piece.indexOf('\n');
            String name = piece.substring(0, Math.max(end, 0));
            if (name.endsWith(".js") && !name.equals("test262-host.js")) {
                pieces.put(name, piece.substring(end + 1));
            }
        }
    }

    private static String withoutFirstLine(String text) {
        return text.startsWith(FIRST_LINE) ? text.substring(text.indexOf('\n') + 1) : text;
    }

    private static boolean isForStrictOnly(String text) {
        return withoutFirstLine(text).startsWith(DIRECTIVE)
                && Frontmatter.of(text).flags().contains("onlyStrict");
    }

    private static Path original(Path path, String text) {
        String name = path.getFileName().toString();
        return isForStrictOnly(text) ? path.resolveSibling(name.replace("-strict.js", ".js")) : path;
    }

    private static String original(String text) {
        String source = withoutFirstLine(text);
        source = isForStrictOnly(text) ? source.substring(DIRECTIVE.length()) : source;
        return source.endsWith(LAST_LINE) ? source.substring(0, source.length() - LAST_LINE.length()) : source;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
