package dev.wasmbox.javascript;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The guest with the code that was compiled from it when this artifact was built, so that nobody waits for that. */
final class Precompiled {

    private static final String RESOURCE = "javascript.precompiled";

    /**
     * No secret: who can change what is in the artifact can change its classes. It is never used with a folder that keeps
     * compiled code, where others might write.
     */
    private static final SigningKey KEY = SigningKey.of(Arrays.copyOf(new byte[] {'j', 's'}, 32));

    private Precompiled() {}

    /** {@return the guest, or null if it came without code, or with code for another version of the library} */
    static @Nullable GuestModule load() throws IOException {
        try (InputStream stream = open()) {
            return stream == null ? null : load(stream.readAllBytes());
        }
    }

    static @Nullable InputStream open() {
        return Precompiled.class.getResourceAsStream(RESOURCE);
    }

    static @Nullable GuestModule load(byte[] file) {
        try {
            return GuestModule.load(file, options());
        } catch (NotUsedException | InvalidModuleException e) {
            return null;
        }
    }

    private static ModuleOptions options() {
        return ModuleOptions.standard().withSigningKey(KEY).withWarnings(reason -> {
            throw new NotUsedException(reason);
        });
    }

    /** Thrown where the library would compile the guest afresh, which is to be done with the caller's options. */
    private static final class NotUsedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotUsedException(String reason) {
            super(reason);
        }
    }

    /**
     * Compiles the guest, as a step of the build.
     *
     * @param arguments a folder of classes, where the guest is or nothing is done
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0], Precompiled.class.getPackageName().split("\\."));
        Path guest = folder.resolve(JavaScript.GUEST);
        Path compiled = folder.resolve(RESOURCE);
        if (Files.exists(guest)) {
            GuestModule module =
                    GuestModule.load(guest, ModuleOptions.standard().withEngine(Engine.INTERPRETED));
            Files.write(compiled, module.precompile(KEY));
        } else {
            Files.deleteIfExists(compiled);
        }
    }
}
