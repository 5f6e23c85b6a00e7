package dev.wasmbox.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/** Sources of classes by name, compiled as strictly as we compile ours. */
final class CompiledJava implements AutoCloseable {

    private final URLClassLoader loader;

    CompiledJava(Path folder, Map<String, String> sources) {
        try {
            Path classes = Files.createDirectories(folder.resolve("classes"));
            List<String> arguments = new ArrayList<>(List.of(
                    "-Xlint:all", "-Werror", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = folder.resolve(source.getKey().replace('.', '/') + ".java");
                Files.createDirectories(file.getParent());
                arguments.add(Files.writeString(file, source.getValue()).toString());
            }
            StringWriter said = new StringWriter();
            PrintWriter out = new PrintWriter(said);
            int exitCode =
                    ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
            assertThat(exitCode).as(said.toString()).isZero();
            loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the class says boxes should have. */
    BoxOptions<?, ?> options(String name) {
        try {
            return (BoxOptions<?, ?>)
                    loader.loadClass(name).getMethod("options").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
