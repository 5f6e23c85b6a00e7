package dev.wasmbox.testkit;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The guests that {@code scripts/build-guests} builds from {@code examples/} and {@code testkit/guests/}.
 *
 * <p>They are looked for in {@code build/guests/debian} of the repository, or in the folder that the system property
 * {@code wasmbox.guests} names (relative to the repository's root), so that the same tests run on what another compiler
 * made of the same sources. A module is loaded once for each engine.
 */
public final class Guests {

    private static final Map<String, GuestModule> LOADED = new ConcurrentHashMap<>();

    private Guests() {}

    /**
     * A guest, ready to run.
     *
     * @param name its file's name without {@code .wasm}
     * @param engine how it is to be executed
     * @return the module, shared by all who ask for it
     */
    public static GuestModule load(String name, Engine engine) {
        return LOADED.computeIfAbsent(engine + " " + name, key -> {
            try {
                return GuestModule.load(file(name), ModuleOptions.standard().withEngine(engine));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Where a guest's module is.
     *
     * @param name its file's name without {@code .wasm}
     * @return the file, which exists
     * @throws AssertionError if it does not, naming the script that builds it
     */
    public static Path file(String name) {
        Path file = folder().resolve(name + ".wasm");
        if (!Files.isRegularFile(file)) {
            throw new AssertionError("the guest " + name + " is not built: there is no " + file
                    + "; run scripts/build-guests at the root of the repository");
        }
        return file;
    }

    /** {@return the folder that the guests are taken from} */
    public static Path folder() {
        String folder = System.getProperty("wasmbox.guests", "");
        return root().resolve(folder.isBlank() ? "build/guests/debian" : folder);
    }

    /** {@return the root of the repository} */
    public static Path root() {
        Path start = Path.of(System.getProperty("wasmbox.root", "")).toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("scripts/build-guests"))) {
                return folder;
            }
        }
        throw new AssertionError("no folder above " + start + " is the root of the repository; set -Dwasmbox.root");
    }
}
