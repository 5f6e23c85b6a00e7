package dev.wasmbox.python;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.testkit.Guests;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tests that come with MicroPython, which the guest's build fetches, each in a box of its own: they print what they
 * should; and when the box is replaced after each statement by one that wakes from its snapshot's bytes, they print the same
 * and come to the same state.
 *
 * <p>What a test should print is in a file beside it, or else is what CPython prints. Without {@code python3}, which
 * the guest's build installs, this fails.
 */
class MicroPythonTestsTest {

    private static final List<String> FOLDERS = List.of("basics", "extmod", "float", "misc", "stress", "unicode");

    /** What says "SKIP", as what it is for is not there: the beginnings of the tests' names. */
    private static final Map<String, String> SKIPPED = Map.ofEntries(
            Map.entry("basics/builtin_help", "help"),
            Map.entry("basics/fun_code", "a function's __code__"),
            Map.entry("basics/io_buffered_writer", "io.BufferedWriter"),
            Map.entry("basics/memoryview_slice_size", "uctypes"),
            Map.entry("basics/subclass_native_call", "machine"),
            Map.entry("basics/sys_path", "sys.path"),
            Map.entry("basics/sys_stdio_buffer", "sys.stdout.buffer"),
            Map.entry("extmod/asyncio_", "asyncio"),
            Map.entry("extmod/binascii_crc32", "binascii.crc32"),
            Map.entry("extmod/btree", "btree"),
            Map.entry("extmod/cryptolib_", "cryptolib"),
            Map.entry("extmod/deflate_", "deflate"),
            Map.entry("extmod/framebuf", "framebuf"),
            Map.entry("extmod/hashlib_md5", "hashlib.md5"),
            Map.entry("extmod/hashlib_sha1", "hashlib.sha1"),
            Map.entry("extmod/machine", "machine"),
            Map.entry("extmod/marshal_", "marshal"),
            Map.entry("extmod/re_debug", "re.DEBUG"),
            Map.entry("extmod/select_", "select"),
            Map.entry("extmod/socket_", "socket"),
            Map.entry("extmod/ssl_", "ssl"),
            Map.entry("extmod/tls_", "tls"),
            Map.entry("extmod/uctypes_", "uctypes"),
            Map.entry("extmod/vfs_", "files"),
            Map.entry("extmod/websocket_", "websocket"),
            Map.entry("misc/cexample_", "MicroPython's example of a module in C"),
            Map.entry("misc/sys_atexit", "sys.atexit"),
            Map.entry("misc/sys_exc_info", "sys.exc_info"),
            Map.entry("misc/sys_settrace_", "sys.settrace"));

    /** What prints something else, and why. */
    private static final Map<String, String> FAILING = Map.of(
            "basics/builtin_compile.py", "what is compiled as \"single\" does not print its values",
            "basics/exception_chain.py", "no warning is printed for \"raise from\"",
            "basics/sys1.py", "there is no sys.path",
            "stress/bytecode_limit.py",
                    "the code of the same blocks is longer, so that a jump reaches over fewer of them",
            "stress/qstr_limit.py", "a name may be longer than 255 bytes",
            "unicode/file1.py", "there are no files",
            "unicode/file2.py", "there are no files",
            "unicode/file_invalid.py", "there are no files");

    /** One test of so many is taken to pieces. */
    private static final int EVERY = 7;

    private static final PythonOptions OPTIONS = PythonOptions.standard()
            .withLimits(PythonOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)));

    private static final Snapshot FRESH = fresh();

    private static Snapshot fresh() {
        try (PythonBox box = Engines.compiled().start(OPTIONS)) {
            return box.snapshot();
        }
    }

    // The tests.

    private static Path folder() throws IOException {
        Path built = Guests.root().resolve("build/python");
        if (Files.isDirectory(built)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(built, "micropython-*")) {
                for (Path version : versions) {
                    return version.resolve("tests");
                }
            }
        }
        throw new AssertionError("MicroPython's sources are not in " + built
                + "; run scripts/build-guests at the root of the repository");
    }

    private static List<String> names(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (String part : FOLDERS) {
            try (Stream<Path> files = Files.list(folder.resolve(part))) {
                files.map(file -> part + "/" + file.getFileName())
                        .filter(name -> name.endsWith(".py"))
                        .sorted()
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static boolean isSkipped(String name) {
        return SKIPPED.keySet().stream().anyMatch(name::startsWith);
    }

    // What they should print.

    /** As MicroPython's own script has it, in which each test has a process of its own. */
    private static final String ASK_CPYTHON =
            """
            import base64, os, subprocess, sys
            for file in sys.argv[1:]:
                test = subprocess.run([sys.executable, "-BS", file], cwd=os.path.dirname(file),
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                print(base64.b64encode(test.stdout).decode(), flush=True)
            """;

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ".exp");
    }

    /** CPython, which prints a line of Base64 for each of the tests. */
    private static Process cpython(Path folder, List<String> names) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-BSc", ASK_CPYTHON));
        names.stream().map(name -> folder.resolve(name).toString()).forEach(command::add);
        ProcessBuilder python = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        python.environment().put("PYTHONIOENCODING", "utf-8");
        return python.start();
    }

    /** A line of eight {@code #} stands for any number of lines. */
    private static boolean isAsExpected(String output, String expected) {
        String pattern = Stream.of(expected.split("(?<=\n)"))
                .map(line -> line.equals("########\n") ? "(?:.*\n)*?" : Pattern.quote(line))
                .reduce("", String::concat);
        return output.matches(pattern);
    }

    // What they print.

    /** Evaluates something, and adds what it prints, with the traceback as it would be printed; whether it came to its end. */
    private static boolean run(PythonBox box, String source, String name, StringBuilder output) {
        try {
            box.evaluate(source, name);
            return true;
        } catch (PythonException e) {
            if (!e.errorName().equals("SystemExit")) {
                output.append(e.traceback());
            }
            return false;
        }
    }

    private static PythonBox wake(Snapshot state, StringBuilder output) {
        PythonOptions options = OPTIONS.withConsole((_, text) -> output.append(text));
        return Engines.compiled().restore(state, options, RestoreOptions.identical());
    }

    @Test
    void print_what_they_should() throws IOException {
        Path folder = folder();
        List<String> names = names(folder);
        List<String> asked = names.stream()
                .filter(name -> !isSkipped(name) && !Files.exists(file(folder, name)))
                .toList();
        Map<String, String> failed = new TreeMap<>();
        Set<String> skipped = new TreeSet<>();
        Process cpython = cpython(folder, asked);
        try (BufferedReader lines = cpython.inputReader(UTF_8)) {
            for (String name : names) {
                StringBuilder output = new StringBuilder();
                try (PythonBox box = wake(FRESH, output)) {
                    run(box, Files.readString(folder.resolve(name)), name, output);
                }
                if (output.toString().equals("SKIP\n")) {
                    skipped.add(name);
                }
                if (isSkipped(name)) {
                    continue;
                }
                String expected = Files.exists(file(folder, name))
                        ? Files.readString(file(folder, name))
                        : new String(Base64.getDecoder().decode(lines.readLine()), UTF_8);
                if (!isAsExpected(output.toString(), expected)) {
                    failed.put(name, "should print\n" + expected + "but prints\n" + output);
                }
            }
        } finally {
            cpython.destroy();
        }
        assertThat(skipped)
                .isEqualTo(new TreeSet<>(
                        names.stream().filter(MicroPythonTestsTest::isSkipped).toList()));
        assertThat(failed).containsOnlyKeys(FAILING.keySet());
        int tried = names.size() - skipped.size();
        assertThat(Files.readString(Guests.root().resolve("python/README.md")).replaceAll("\\s+", " "))
                .contains("Of the " + tried + " of MicroPython's own tests")
                .contains("that are for what is there, " + (tried - failed.size()) + " come to what they should");
    }

    // In pieces.

    /** What begins a statement at the top, and goes on none. */
    private static final Pattern BEGINNING = Pattern.compile("(?!(?:else|elif|except|finally)\\b)[^\\s#)\\]}]");

    /** Lines of which the last one is joined to the next, or decorates it. */
    private static final Pattern OPEN_END =
            Pattern.compile("(?s)(?:.*\\n)?(?:[^\\n]*\\\\\\n|@[^\\n]*\\n(?:\\s*(?:#[^\\n]*)?\\n)*)");

    private static List<String> statements(String source, Predicate<String> isComplete) {
        List<String> statements = new ArrayList<>();
        int start = 0;
        for (int end = nextLine(source, 0); end < source.length(); end = nextLine(source, end)) {
            String part = source.substring(start, end);
            if (BEGINNING.matcher(source).region(end, source.length()).lookingAt()
                    && !OPEN_END.matcher(part).matches()
                    && isComplete.test(part + "\n")) {
                statements.add(part);
                start = end;
            }
        }
        statements.add(source.substring(start));
        return statements;
    }

    private static int nextLine(String source, int from) {
        int at = source.indexOf('\n', from);
        return at < 0 ? source.length() : at + 1;
    }

    @Test
    void print_the_same_in_boxes_that_wake_after_each_statement() throws IOException {
        Path folder = folder();
        List<String> names = names(folder).stream()
                .filter(name -> !isSkipped(name) && !FAILING.containsKey(name))
                .toList();
        for (int i = 0; i < names.size(); i += EVERY) {
            String name = names.get(i);
            List<String> statements;
            StringBuilder expected = new StringBuilder(), output = new StringBuilder();
            Snapshot expectedState, state = FRESH;
            try (PythonBox box = wake(state, expected)) {
                statements = statements(Files.readString(folder.resolve(name)), box::isComplete);
                for (String statement : statements) {
                    if (!run(box, statement, name, expected)) {
                        break;
                    }
                }
                expectedState = box.snapshot();
            }
            boolean goesOn = true;
            for (int next = 0; next < statements.size() && goesOn; next++) {
                try (PythonBox box = wake(Snapshot.of(state.toBytes()), output)) {
                    goesOn = run(box, statements.get(next), name, output);
                    state = box.snapshot();
                }
            }
            assertThat(output).as(name).hasToString(expected.toString());
            assertThat(state).as(name).isEqualTo(expectedState);
        }
    }
}
