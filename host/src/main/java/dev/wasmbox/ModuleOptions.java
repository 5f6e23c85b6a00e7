package dev.wasmbox;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a module is to be prepared. Immutable; each {@code with} method returns a changed copy.
 */
public final class ModuleOptions {

    private static final ModuleOptions STANDARD = new ModuleOptions(
            Engine.COMPILED, null, null, warning -> Log.LOGGER.log(System.Logger.Level.WARNING, warning));

    private final Engine engine;
    private final @Nullable SigningKey signingKey;
    private final @Nullable Path cache;
    private final Consumer<String> warnings;

    private ModuleOptions(
            Engine engine, @Nullable SigningKey signingKey, @Nullable Path cache, Consumer<String> warnings) {
        this.engine = Objects.requireNonNull(engine, "engine");
        this.signingKey = signingKey;
        this.cache = cache;
        this.warnings = Objects.requireNonNull(warnings, "warnings");
    }

    /** {@return the options of a module that is loaded without any: compiled, without a key and a cache} */
    public static ModuleOptions standard() {
        return STANDARD;
    }

    /**
     * A copy with another engine.
     *
     * @param newEngine how the guest's instructions are executed
     * @return the copy
     */
    public ModuleOptions withEngine(Engine newEngine) {
        return new ModuleOptions(newEngine, signingKey, cache, warnings);
    }

    /**
     * A copy that trusts compiled code which was signed with a key. Without a key, a precompiled file is compiled afresh.
     *
     * @param key the key
     * @return the copy
     */
    public ModuleOptions withSigningKey(SigningKey key) {
        return new ModuleOptions(engine, Objects.requireNonNull(key, "key"), cache, warnings);
    }

    /**
     * A copy that keeps compiled code in a folder, signed with a key, so that the next load of the same module need not
     * compile it. Nothing is ever deleted from the folder; whoever wants its room back may delete any of its files.
     *
     * @param folder the folder; it is made when it is first needed
     * @param key what the code is signed with
     * @return the copy
     */
    public ModuleOptions withCache(Path folder, SigningKey key) {
        return new ModuleOptions(
                engine, Objects.requireNonNull(key, "key"), Objects.requireNonNull(folder, "folder"), warnings);
    }

    /**
     * A copy with another receiver of warnings, which are sentences for a person about compiled code that was not
     * trusted or could not be kept. By default they go to the {@link System.Logger} named {@code dev.wasmbox}.
     *
     * @param receiver gets each warning
     * @return the copy
     */
    public ModuleOptions withWarnings(Consumer<String> receiver) {
        return new ModuleOptions(engine, signingKey, cache, receiver);
    }

    /** {@return how the guest's instructions are executed} */
    public Engine engine() {
        return engine;
    }

    @Nullable
    SigningKey signingKey() {
        return signingKey;
    }

    @Nullable
    Path cache() {
        return cache;
    }

    void warn(String warning) {
        warnings.accept(warning);
    }

    /** In a class of its own so that the logging system is loaded only when it is needed. */
    private static final class Log {
        static final System.Logger LOGGER = System.getLogger("dev.wasmbox");
    }
}
