package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.SnapshotFileInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands take that read snapshots, and how they read them. */
final class SnapshotOptions {

    /** What an array holds, and with it a snapshot's file. */
    private static final long MAXIMUM_BYTES = Integer.MAX_VALUE - 8;

    @Option(
            names = "--module",
            paramLabel = "MODULE",
            description =
                    "The snapshot's module. It tells stack, data and heap apart and gives names to functions, and is "
                            + "needed to read a delta from its base. A self-contained snapshot brings it.")
    private @Nullable Path module;

    @Mixin
    private ParentOptions parents = new ParentOptions();

    private @Nullable GuestModule loaded;

    /** The options as they are where a command has a module for a parameter. */
    static SnapshotOptions ofModule(Path file, ParentOptions parents) {
        SnapshotOptions options = new SnapshotOptions();
        options.module = file;
        options.parents = parents;
        return options;
    }

    /**
     * A snapshot's file, read.
     *
     * @param name the file, as the user named it
     * @param info what the file says of itself
     * @param snapshot the snapshot
     * @param module its module, if that is known
     * @param layout what is known of its memory
     */
    record Opened(
            Path name, SnapshotFileInfo info, Snapshot snapshot, @Nullable GuestModule module, ModuleLayout layout) {

        /** The module, which has to be known. */
        GuestModule requiredModule(String what) {
            if (module == null) {
                throw Failure.usage(what + " needs the snapshot's module: give it with --module.");
            }
            return module;
        }
    }

    /** Fails where an option is wrong whatever the file. */
    void check(Console console) {
        parents.check(console);
        // A module that cannot be loaded is a fault of the command line's, not of every file's.
        module(console);
    }

    /** The bytes of a file that may be a snapshot. */
    static byte[] bytes(Console console, Path name) throws IOException {
        Path file = console.resolve(name);
        if (Files.isDirectory(file)) {
            throw new Failure(name + " is a folder, not a snapshot.");
        }
        if (Files.isRegularFile(file) && Files.size(file) > MAXIMUM_BYTES) {
            throw new Failure(name + " is too large to be a snapshot.");
        }
        return Files.readAllBytes(file);
    }

    /** The module that was given, if one was. */
    @Nullable
    GuestModule module(Console console) {
        if (loaded == null && module != null) {
            loaded = new ModuleLoader(console).load(console.resolve(module), Engine.INTERPRETED, false);
        }
        return loaded;
    }

    /**
     * Reads a snapshot.
     *
     * @param console where files are
     * @param name the file
     * @return the snapshot and what is known about it
     * @throws Failure if it cannot be read
     */
    Opened open(Console console, Path name) {
        check(console);
        try {
            return open(console, name, bytes(console, name));
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    /** Reads a snapshot whose file has been read already. */
    Opened open(Console console, Path name, byte[] bytes) {
        try {
            SnapshotFileInfo info = SnapshotFileInfo.of(bytes);
            Snapshot snapshot = reader(console, console.resolve(name)).read(bytes);
            GuestModule known = moduleOf(console, name, info, bytes);
            return new Opened(
                    name, info, snapshot, known, known == null ? ModuleLayout.unknown() : ModuleLayout.of(known));
        } catch (WasmBoxException e) {
            throw new Failure(ExitCode.FAILED, name + " is no usable snapshot: " + sentence(e), e);
        }
    }

    /** A reader's sentence, with the option that helps. */
    static String sentence(WasmBoxException exception) {
        String sentence = Failure.sentence(exception);
        if (exception instanceof SnapshotException && sentence.endsWith("name that module")) {
            return sentence + " with --module";
        }
        return exception instanceof SnapshotException && sentence.endsWith("name the folder that it is in")
                ? sentence + " with --parents"
                : sentence;
    }

    private SnapshotReader reader(Console console, Path file) {
        SnapshotReader reader = SnapshotReader.standard();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            reader = reader.withFolder(folder);
        }
        reader = parents.added(console, reader);
        GuestModule given = module(console);
        return given == null ? reader : reader.withModule(given);
    }

    private @Nullable GuestModule moduleOf(Console console, Path name, SnapshotFileInfo info, byte[] bytes) {
        GuestModule given = module(console);
        if (given == null) {
            return info.containsModule()
                    ? GuestModule.load(
                            bytes, dev.wasmbox.ModuleOptions.standard().withEngine(Engine.INTERPRETED))
                    : null;
        }
        if (!given.digest().equals(info.moduleDigest())) {
            throw new Failure(name + " is a snapshot of the module with SHA-256 " + info.moduleDigest() + ", but "
                    + module + " is " + given.digest() + ".");
        }
        return given;
    }
}
