package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Loads modules with this user's key and cache of compiled code. */
final class ModuleLoader {

    private final Console console;
    private final Consumer<String> warnings;

    ModuleLoader(Console console) {
        this(console, console::warn);
    }

    ModuleLoader(Console console, Consumer<String> warnings) {
        this.console = console;
        this.warnings = warnings;
    }

    /** The file of this user's key. */
    Path keyFile() {
        return console.environment().configFolder().resolve("signing.key");
    }

    /** This user's key, made if there is none yet. */
    SigningKey key() throws IOException {
        return SigningKey.ofFile(keyFile());
    }

    /**
     * Loads a module.
     *
     * @param file the file, a module or a precompiled one
     * @param engine how it is to be executed
     * @param cached whether compiled code may be kept and taken from where it was kept
     * @return the module
     * @throws Failure if it cannot be loaded
     */
    GuestModule load(Path file, Engine engine, boolean cached) {
        ModuleOptions options = options(engine, cached);
        if (Files.isDirectory(file)) {
            throw new Failure(file + " is a folder, not a module.");
        }
        try (Progress _ = Progress.of(console, "compiling " + file.getFileName())) {
            return GuestModule.load(file, options);
        } catch (IOException e) {
            throw Failure.of(e);
        } catch (InvalidModuleException e) {
            throw new Failure(ExitCode.FAILED, file + " cannot be loaded: " + Failure.sentence(e), e);
        }
    }

    /**
     * Loads a language's engine.
     *
     * @param language the language
     * @param engine how it is to be executed
     * @param cached whether compiled code may be kept and taken from where it was kept
     * @return the engine
     * @throws Failure if this build has none
     */
    ScriptEngine load(ScriptLanguage language, Engine engine, boolean cached) {
        try (Progress _ = Progress.of(console, "compiling the " + language.name() + " engine")) {
            return language.load(options(engine, cached));
        } catch (IllegalStateException e) {
            throw new Failure(ExitCode.FAILED, "There is no " + language.name() + " engine: " + Failure.sentence(e), e);
        }
    }

    private ModuleOptions options(Engine engine, boolean cached) {
        ModuleOptions options = ModuleOptions.standard().withEngine(engine).withWarnings(warnings);
        SigningKey key = engine == Engine.COMPILED ? keyOrNull() : null;
        if (key == null) {
            return options;
        }
        return cached ? options.withCache(console.environment().cacheFolder(), key) : options.withSigningKey(key);
    }

    private @Nullable SigningKey keyOrNull() {
        try {
            return key();
        } catch (IOException e) {
            warnings.accept("no compiled code is trusted or kept, as there is no key: " + Failure.sentence(e));
            return null;
        }
    }
}
