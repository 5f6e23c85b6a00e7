package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.ModuleOptions;
import dev.wasmbox.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiled code that comes along. */
class PrecompiledTest {

    @Test
    void nothingIsCompiledWhenTheEngineIsLoaded(@TempDir Path cache) {
        JavaScript javaScript =
                JavaScript.load(ModuleOptions.standard().withCache(cache.resolve("code"), SigningKey.of(new byte[32])));
        try (JavaScriptBox box = javaScript.start()) {
            assertThat(box.evaluate("6 * 7").asInt()).isEqualTo(42);
        }
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void codeThatDoesNotFitIsNotUsed() throws IOException {
        byte[] file;
        try (InputStream stream = Objects.requireNonNull(Precompiled.open())) {
            file = stream.readAllBytes();
        }
        assertThat(Precompiled.load(file)).isNotNull();
        file[file.length / 2]++; // in the code, which does not match its signature now
        assertThat(Precompiled.load(file)).isNull();
        file[8]++; // another version of the format
        assertThat(Precompiled.load(file)).isNull();
    }
}
