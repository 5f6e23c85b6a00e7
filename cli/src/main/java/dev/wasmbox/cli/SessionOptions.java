package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands take that begin a session: how its box is to be, and how answers look. */
final class SessionOptions {

    /** How much memory the snapshots for undo may take together, in bytes of guests' memories. */
    private static final long UNDO_BYTES = Runtime.getRuntime().maxMemory() / 4;

    @Option(
            names = "--restore",
            paramLabel = "FILE",
            description =
                    "Begin in the state of this snapshot instead of initialising the guest. What it is told as the "
                            + "difference from is looked for in the same folder, and in --parents.")
    @Nullable
    Path restore;

    @Option(
            names = "--entropy",
            paramLabel = "ENTROPY",
            description = "reseed or identical, for a box that begins in the state of a snapshot. Default: reseed, so "
                    + "that two boxes restored from one file do not hand out the same random keys; from --seed, if that "
                    + "is given. identical is the very state of the snapshot, as for a replay.")
    private @Nullable String entropy;

    @Option(
            names = "--freeze-time",
            description = "Let the guest's clock stand at 1970-01-01T00:00:00Z until !!clock sets it, or at the "
                    + "time of a snapshot that is restored. Without this it follows the host's.")
    boolean freezeTime;

    @Option(
            names = "--seed",
            paramLabel = "N|random",
            description = "What the guest's random numbers are made from. Default: 0; of a box that is restored, see "
                    + "--entropy.")
    private @Nullable String seed;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "compiled",
            description = "compiled or interpreted: the same behaviour at another speed. Default: ${DEFAULT-VALUE}.")
    private Engine engine = Engine.COMPILED;

    @Option(
            names = "--undo",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many steps !!undo can go back at most. Default: ${DEFAULT-VALUE}.")
    private int undo = 100;

    @Option(names = "--json", description = "Answer with one JSON object a line, for programs.")
    boolean json;

    @Option(names = "--no-cache", description = "Neither use nor keep compiled code in the cache.")
    private boolean noCache;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @Mixin
    private final ParentOptions parents = new ParentOptions();

    /** Fails where an option is wrong, whatever the guest. */
    void check(Console console) {
        if (undo < 0) {
            throw Failure.usage("--undo must be 0 or more.");
        }
        parents.check(console);
        limits();
        entropy();
    }

    /**
     * Runs the command on a stack on which guests can nest their calls.
     *
     * @param answers gets failures, too, if programs read them
     */
    int call(Answers answers, Callable<Integer> work) {
        try {
            return LargeStack.call(limits.stackBytes(), work);
        } catch (Failure e) {
            if (json && e.exitCode() != ExitCode.USAGE) {
                answers.failed(Failure.sentence(e));
            }
            throw e;
        }
    }

    Limits limits() {
        return limits.limits();
    }

    Engine engine() {
        return engine;
    }

    boolean cached() {
        return !noCache;
    }

    /** The seed of a box that is started. */
    Seed seed() {
        Seed given = givenSeed();
        return given != null ? given : Seed.standard();
    }

    private @Nullable Seed givenSeed() {
        if (seed == null) {
            return null;
        }
        if (seed.equals("random")) {
            return Seed.random();
        }
        try {
            return Seed.of(Long.parseLong(seed));
        } catch (NumberFormatException e) {
            throw Failure.usage("--seed takes a whole number of 64 bits or the word random, but not '" + seed + "'.");
        }
    }

    /** What becomes of the entropy of a box that begins in the state of a snapshot. */
    Entropy entropy() {
        Seed given = givenSeed();
        Entropy wished = entropy == null ? Entropy.reseed() : Input.ENTROPIES.get(entropy);
        if (wished == null) {
            throw Failure.usage("--entropy takes reseed or identical, but not '" + entropy + "'.");
        }
        if (given == null) {
            return wished;
        }
        if (wished.isIdentical()) {
            throw Failure.usage("--entropy identical keeps the snapshot's seed, so that --seed cannot be given, too.");
        }
        return Entropy.reseed(given);
    }

    BoxClock clock(Environment environment) {
        return freezeTime ? BoxClock.fixed(Instant.EPOCH) : BoxClock.following(environment.time());
    }

    /** Reads the snapshot in whose state a box is to begin, if there is one. */
    @Nullable
    Snapshot read(Console console, @Nullable Path state, GuestModule module) {
        if (state == null) {
            if (entropy != null) {
                throw Failure.usage("--entropy is for a box that begins in the state of a snapshot; see --restore.");
            }
            return null;
        }
        try {
            return reader(console).withModule(module).read(console.resolve(state));
        } catch (IOException e) {
            throw Failure.of(e);
        } catch (WasmBoxException e) {
            throw notRestored(state, SnapshotOptions.sentence(e), e);
        }
    }

    static Failure notRestored(Path state, String sentence, WasmBoxException cause) {
        return new Failure(ExitCode.FAILED, state + " could not be restored: " + sentence, cause);
    }

    private SnapshotReader reader(Console console) {
        return parents.added(console, SnapshotReader.standard());
    }

    /** A session with a box, which is closed with it. */
    Session session(SessionBox box, Console console, Answers answers) {
        return new Session(box, reader(console), console.environment(), answers, undo, UNDO_BYTES, freezeTime);
    }

    /** Whether the lines are somebody's who types them. */
    boolean isTyped(Console console) {
        return console.environment().terminalIn() && !json;
    }
}
