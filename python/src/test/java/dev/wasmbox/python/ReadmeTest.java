package dev.wasmbox.python;

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

    @Test
    void theInterpreterIsAValue(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("half.bin");
        Python python = Engines.compiled();
        try (PythonBox box = python.start(PythonOptions.standard().withUndo(10))) {
            box.evaluate(
                    """
                    def countdown(n):
                        while n > 0:
                            told = yield n
                            n = told or n - 1

                    left = countdown(10)
                    next(left)
                    """);
            Files.write(file, box.snapshot().toBytes());
            assertThat(Files.size(file) >> 10).isBetween(28L, 36L);
            assertThat(box.evaluate("next(left)").asLong()).isEqualTo(9);
            box.undo(1);
            assertThat(box.evaluate("left.send(3)").asLong()).isEqualTo(3);
        }
        Snapshot snapshot = Snapshot.read(file);
        try (PythonBox woken = python.restore(snapshot, PythonOptions.standard());
                PythonBox fork = woken.fork()) {
            assertThat(woken.evaluate("sum(left)").asLong()).isEqualTo(45);
            assertThat(fork.evaluate("next(left)").asLong()).isEqualTo(9);
        }
        assertThat(shown())
                .contains(
                        "try (PythonBox box = python.start(PythonOptions.standard().withUndo(10))) {",
                        "told = yield n",
                        "Files.write(file, box.snapshot().toBytes()); // a generator that is half read, in 32 KiB",
                        "box.evaluate(\"left.send(3)\"); // 3",
                        "woken.evaluate(\"sum(left)\"); // 45");
    }

    @Test
    void theModulesAreThere() throws IOException {
        String line = shown().stream()
                .filter(each -> each.startsWith("| modules | `"))
                .findFirst()
                .orElseThrow();
        try (PythonBox box = Engines.compiled().start()) {
            for (String module : line.split("`", -1)[1].split(" ", -1)) {
                box.evaluate("import " + module);
            }
        }
    }

    @Test
    void theEngineIsFoundByItsName() throws Exception {
        ScriptEngine engine = new ScriptEngineManager(getClass().getClassLoader()).getEngineByName("wasmbox-python");
        engine.put("price", 7);
        engine.eval("def total(count): return count * price");
        assertThat(((Invocable) engine).invokeFunction("total", 6)).isEqualTo(42);
        assertThat(((PythonScriptEngine) engine).box().snapshot()).isNotNull();
        assertThat(shown()).contains("engine.eval(\"def total(count): return count * price\");");
    }

    private static List<String> shown() throws IOException {
        return Files.readAllLines(Guests.root().resolve("python/README.md")).stream()
                .map(String::strip)
                .toList();
    }
}
