package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The library as modules: what one does not export or open to another, it cannot use. */
class ModulePathTest {

    @Test
    void runsOnTheModulePath() throws Exception {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !entry.matches(".*(test-classes|testkit|junit|opentest4j|apiguardian|assertj|byte-buddy).*"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "--module-path",
                        modules,
                        "--add-modules",
                        "dev.wasmbox.python",
                        Path.of(Objects.requireNonNull(getClass().getResource("/module-path/Client.java"))
                                        .toURI())
                                .toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("module dev.wasmbox.python 3");
        assertThat(process.waitFor()).isZero();
    }
}
