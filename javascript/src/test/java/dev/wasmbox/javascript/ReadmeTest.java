package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.Snapshot;
import dev.wasmbox.testkit.Guests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what happens. */
class ReadmeTest {

    private static List<String> shown() throws IOException {
        return Files.readAllLines(Guests.root().resolve("javascript/README.md")).stream()
                .map(String::strip)
                .toList();
    }

    @Test
    void theEngineIsAValue(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pending.bin");
        JavaScript javaScript = Engines.compiled();
        try (JavaScriptBox box = javaScript.start(JavaScriptOptions.standard().withUndo(10))) {
            box.evaluate(
                    """
                    let answer;
                    const asked = new Promise(resolve => { answer = resolve });
                    const waiting = (async () => 'I waited for ' + await asked)();
                    """);
            Files.write(file, box.snapshot().toBytes());
            assertThat(Files.size(file) >> 10).isBetween(80L, 90L);

            box.evaluate("answer('this')");
            assertThat(box.evaluate("waiting").asText()).isEqualTo("I waited for this");
            box.undo(2);
            box.evaluate("answer('that')");
            assertThat(box.evaluate("waiting").asText()).isEqualTo("I waited for that");
        }
        Snapshot snapshot = Snapshot.read(file);
        try (JavaScriptBox woken = javaScript.restore(snapshot, JavaScriptOptions.standard());
                JavaScriptBox fork = woken.fork()) {
            woken.evaluate("answer('so long')");
            fork.evaluate("answer('nothing')");
            assertThat(woken.evaluate("waiting").asText()).isEqualTo("I waited for so long");
            assertThat(fork.evaluate("waiting").asText()).isEqualTo("I waited for nothing");
        }
        assertThat(shown())
                .contains(
                        "try (JavaScriptBox box = javaScript.start(JavaScriptOptions.standard().withUndo(10))) {",
                        "const asked = new Promise(resolve => { answer = resolve });",
                        "const waiting = (async () => 'I waited for ' + await asked)();",
                        "Files.write(file, box.snapshot().toBytes()); // a promise that is pending, in 85 KiB",
                        "box.undo(2); // as if nobody had answered",
                        "try (JavaScriptBox woken = javaScript.restore(snapshot, JavaScriptOptions.standard());");
    }

    @Test
    void theEngineIsFoundByItsName() throws Exception {
        ScriptEngine engine =
                new ScriptEngineManager(getClass().getClassLoader()).getEngineByName("wasmbox-javascript");
        engine.put("price", 7);
        engine.eval("const total = count => count * price");
        assertThat(((Invocable) engine).invokeFunction("total", 6)).isEqualTo(42);
        assertThat(((WasmBoxScriptEngine) engine).box().snapshot()).isNotNull();
        assertThat(shown()).contains("engine.eval(\"const total = count => count * price\");");
    }
}
