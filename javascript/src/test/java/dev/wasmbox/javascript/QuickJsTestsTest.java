package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.testkit.Guests;
import dev.wasmbox.testkit.Statements;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The tests that come with QuickJS, which the guest's build fetches: they pass in a box, and they pass when the box is
 * replaced after each statement by one that wakes from its snapshot's bytes, and come to the same state.
 */
class QuickJsTestsTest {

    private static final JavaScriptOptions OPTIONS = JavaScriptOptions.standard()
            .withLimits(JavaScriptOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)));

    private static final List<String> FILES =
            List.of("test_bigint.js", "test_builtin.js", "test_closure.js", "test_language.js", "test_loop.js");

    /** What the tests find in the program that they are made for; a box's garbage is collected by itself. */
    private static final String HOST = "const std = { gc() {} }; const os = { setTimeout };";

    private static Path folder() throws IOException {
        Path built = Guests.root().resolve("build/javascript");
        if (Files.isDirectory(built)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(built, "quickjs-*")) {
                for (Path version : versions) {
                    return version.resolve("tests");
                }
            }
        }
        throw new AssertionError(
                "QuickJS's sources are not in " + built + "; run scripts/build-guests at the root of the repository");
    }

    @TestFactory
    List<DynamicTest> pass() throws IOException {
        Path folder = folder();
        return FILES.stream()
                .map(file -> DynamicTest.dynamicTest(file, () -> check(Files.readString(folder.resolve(file)), file)))
                .toList();
    }

    private static void check(String source, String name) {
        String script = source.replaceAll("(?m)^import .*$", "") // they are modules for the sake of this line alone
                .replaceAll("(?m)^test_finalization_registry\\(\\);$", "") // garbage has to be collected when told to
                .replace("rope_concat(100000", "rope_concat(1000"); // a minute, of the same
        JavaScript engine = Engines.compiled();
        Snapshot expected;
        Snapshot state;
        try (JavaScriptBox box = engine.start(OPTIONS)) {
            box.evaluate(HOST);
            state = box.snapshot();
            box.evaluate(script, name);
        }
        List<String> parts;
        try (JavaScriptBox box = engine.restore(state, OPTIONS, RestoreOptions.identical())) {
            parts = Statements.of(script, box::isComplete);
        }
        try (JavaScriptBox box = engine.restore(state, OPTIONS, RestoreOptions.identical())) {
            parts.forEach(part -> box.evaluate(part, name));
            expected = box.snapshot();
        }
        assertThat(parts).hasSizeGreaterThan(10);
        for (String part : parts) {
            Snapshot read = Snapshot.of(state.toBytes());
            try (JavaScriptBox box = engine.restore(read, OPTIONS, RestoreOptions.identical())) {
                box.evaluate(part, name);
                state = box.snapshot();
            }
        }
        assertThat(state).isEqualTo(expected);
    }
}
