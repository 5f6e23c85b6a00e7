package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox run}: a conversation with a guest. */
@Command(
        name = "run",
        description = {
            "Run a guest and talk to it.",
            "",
            "Each line of standard input is a message, each output of the guest is printed as ==> [output]. Where the guest "
                    + "says that its messages are no texts, lines and outputs are JSON; !!help shows examples. Lines that "
                    + "begin with !! are commands:%n"
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox run counter.wasm",
            "  echo up | wasmbox run counter.wasm --freeze-time",
            "  wasmbox run my-guest --restore snapshot-1700000000.bin --json"
        })
final class RunCommand implements Callable<Integer> {

    /** How much memory the snapshots for undo may take together, in bytes of guests' memories. */
    private static final long UNDO_BYTES = Runtime.getRuntime().maxMemory() / 4;

    /** How many bytes a line of JSON may have for each that a message may have, as in {@code [false,false]}. */
    private static final int JSON_BYTES = 8;

    private final Console console;

    @Parameters(
            paramLabel = "GUEST",
            description =
                    "A module (.wasm), a precompiled module, or the folder of a guest in Rust or C, which is built first; "
                            + "or a self-contained snapshot, whose box goes on in its state.")
    Path guest = Path.of("");

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
            names = "--insist",
            description =
                    "Restore although the snapshot is of another module. The guest may then compute nonsense, trap "
                            + "or lose its data, now or later: its memory is laid out for the other module.")
    private boolean insist;

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
    private final LimitOptions limitOptions = new LimitOptions();

    @Mixin
    private final ParentOptions parents = new ParentOptions();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (undo < 0) {
            throw Failure.usage("--undo must be 0 or more.");
        }
        if (insist && restore == null) {
            throw Failure.usage("--insist is for --restore.");
        }
        parents.check(console);
        Limits limits = limitOptions.limits();
        Seed given = seed();
        Entropy wished = entropy(given);
        Answers answers = json ? new JsonAnswers(console.out()) : new TextAnswers(console);
        try {
            return LargeStack.call(limitOptions.stackBytes(), () -> converse(limits, given, wished, answers));
        } catch (Failure e) {
            if (json && e.exitCode() != ExitCode.USAGE) {
                answers.failed(Failure.sentence(e));
            }
            throw e;
        }
    }

    private @Nullable Seed seed() {
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

    private Entropy entropy(@Nullable Seed given) {
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

    private int converse(Limits limits, @Nullable Seed given, Entropy wished, Answers answers) {
        Path file = moduleFile();
        Path state = restore != null ? restore : stateIn(file);
        if (state == null && entropy != null) {
            throw Failure.usage("--entropy is for a box that begins in the state of a snapshot; see --restore.");
        }
        GuestModule module = new ModuleLoader(console).load(file, engine, !noCache);
        Messages messages = Messages.of(module);
        BoxOptions<byte[], Output> options = BoxOptions.of(Codecs.bytes(), messages.outputs())
                .withLimits(limits)
                .withSeed(given != null ? given : Seed.standard())
                .withClock(
                        freezeTime
                                ? BoxClock.fixed(Instant.EPOCH)
                                : BoxClock.following(console.environment().time()))
                .withListener(answers::output)
                .withLog(answers::log);
        Snapshot snapshot = state == null ? null : read(state, module);
        WasmBox<byte[], Output> box = box(module, options, snapshot, state, wished);
        try (Session session = new Session(
                        box, messages, reader(), console.environment(), answers, undo, UNDO_BYTES, freezeTime);
                LineSource lines = lines(limits, messages)) {
            if (snapshot != null) {
                answers.restored(String.valueOf(state), snapshot, wished, box);
            }
            session.begin();
            converse(session, lines, answers, console.out());
            return ExitCode.OK;
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    /** The guest's file again, if it is not only a module but the state of a box, too. */
    private @Nullable Path stateIn(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            return FileKind.of(stream.readNBytes(FileKind.BYTES)) == FileKind.SNAPSHOT ? guest : null;
        } catch (IOException e) {
            return null; // which loading the module will say in its words
        }
    }

    private Snapshot read(Path state, GuestModule module) {
        try {
            return reader().withModule(module).read(console.resolve(state));
        } catch (IOException e) {
            throw Failure.of(e);
        } catch (WasmBoxException e) {
            throw notRestored(state, SnapshotOptions.sentence(e), e);
        }
    }

    private SnapshotReader reader() {
        return parents.added(console, SnapshotReader.standard());
    }

    private static Failure notRestored(Path state, String sentence, WasmBoxException cause) {
        return new Failure(ExitCode.FAILED, state + " could not be restored: " + sentence, cause);
    }

    private Path moduleFile() {
        Path file = console.resolve(guest);
        if (!Files.isDirectory(file)) {
            return file;
        }
        Path built = GuestBuilder.defaultModule(file);
        try {
            new GuestBuilder(console, "auto").build(file, built);
        } catch (IOException e) {
            throw Failure.of(e);
        }
        return built;
    }

    private WasmBox<byte[], Output> box(
            GuestModule module,
            BoxOptions<byte[], Output> options,
            @Nullable Snapshot snapshot,
            @Nullable Path state,
            Entropy wished) {
        if (snapshot == null || state == null) {
            try {
                return module.start(options);
            } catch (WasmBoxException e) {
                throw new Failure(ExitCode.FAILED, "The guest could not be started: " + Failure.sentence(e), e);
            }
        }
        boolean other = !snapshot.moduleDigest().equals(module.digest());
        RestoreOptions restoring = RestoreOptions.standard().withEntropy(wished);
        try {
            WasmBox<byte[], Output> box =
                    module.restore(snapshot, options, insist ? restoring.intoOtherModule() : restoring);
            if (other) {
                console.warn(state + " is of the module with SHA-256 " + snapshot.moduleDigest() + ", but this one has "
                        + module.digest() + "; the guest may compute nonsense, trap or lose its data, now or later");
            }
            return box;
        } catch (WasmBoxException e) {
            String sentence = Failure.sentence(e);
            throw notRestored(
                    state,
                    other && !insist
                            ? sentence
                                    + ", bring it to this one with wasmbox upgrade, or --insist if both lay out their memory alike"
                            : sentence,
                    e);
        }
    }

    private LineSource lines(Limits limits, Messages messages) throws IOException {
        return console.environment().terminalIn() && !json
                ? new TerminalLines(console.environment(), messages.examples())
                : new PipedLines(
                        console.in(),
                        Math.clamp(
                                (long) limits.messageBytes() * (messages.areJson() ? JSON_BYTES : 1),
                                1 << 16,
                                Integer.MAX_VALUE - 8));
    }

    private static void converse(Session session, LineSource lines, Answers answers, PrintStream out)
            throws IOException {
        while (true) {
            String line;
            try {
                line = lines.next(session.names());
            } catch (LineSource.BadLineException e) {
                answers.failed(Failure.sentence(e));
                continue;
            }
            if (line == null) {
                return;
            }
            lines.guestRuns(true);
            boolean goesOn;
            try {
                goesOn = session.handle(line);
            } finally {
                lines.guestRuns(false);
                // Whoever interrupted the guest meant this message only.
                boolean _ = Thread.interrupted();
            }
            if (!goesOn || out.checkError()) { // or whoever read the answers is gone
                return;
            }
        }
    }
}
