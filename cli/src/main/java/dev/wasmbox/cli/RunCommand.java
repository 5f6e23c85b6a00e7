package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
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
            "Each line of standard input is a message, each output of the guest is printed as ==> [output]. Lines that "
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

    private final Console console;

    @Parameters(
            paramLabel = "GUEST",
            description =
                    "A module (.wasm), a precompiled module, or the folder of a Rust guest, which is built first.")
    Path guest = Path.of("");

    @Option(
            names = "--restore",
            paramLabel = "FILE",
            description = "Begin in the state of this snapshot instead of initialising the guest.")
    private @Nullable Path restore;

    @Option(
            names = "--freeze-time",
            description = "Let the guest's clock stand at 1970-01-01T00:00:00Z until !!clock sets it, or at the "
                    + "time of a snapshot that is restored. Without this it follows the host's.")
    boolean freezeTime;

    @Option(
            names = "--seed",
            paramLabel = "N|random",
            defaultValue = "0",
            description = "What the guest's random numbers are made from. Default: ${DEFAULT-VALUE}.")
    private String seed = "0";

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

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (undo < 0) {
            throw Failure.usage("--undo must be 0 or more.");
        }
        Limits limits = limitOptions.limits();
        Seed given = seed();
        Answers answers = json ? new JsonAnswers(console.out()) : new TextAnswers(console);
        try {
            return LargeStack.call(limitOptions.stackBytes(), () -> converse(limits, given, answers));
        } catch (Failure e) {
            if (json && e.exitCode() != ExitCode.USAGE) {
                answers.failed(Failure.sentence(e));
            }
            throw e;
        }
    }

    private Seed seed() {
        if (seed.equals("random")) {
            return Seed.random();
        }
        try {
            return Seed.of(Long.parseLong(seed));
        } catch (NumberFormatException e) {
            throw Failure.usage("--seed takes a whole number of 64 bits or the word random, but not '" + seed + "'.");
        }
    }

    private int converse(Limits limits, Seed given, Answers answers) {
        GuestModule module = new ModuleLoader(console).load(moduleFile(), engine, !noCache);
        BoxOptions<String, String> options = BoxOptions.strings()
                .withLimits(limits)
                .withSeed(given)
                .withClock(
                        freezeTime
                                ? BoxClock.fixed(Instant.EPOCH)
                                : BoxClock.following(console.environment().time()))
                .withListener(answers::output)
                .withLog(answers::log);
        try (WasmBox<String, String> box = box(module, options);
                LineSource lines = lines(limits)) {
            Session session =
                    new Session(box, console.environment(), answers, new UndoHistory(undo, UNDO_BYTES), freezeTime);
            if (restore != null) {
                answers.restored(restore.toString(), box.snapshot());
            }
            if (box.state() == BoxState.FINISHED) {
                answers.finished();
            }
            converse(session, lines, answers, console.out());
            return ExitCode.OK;
        } catch (IOException e) {
            throw Failure.of(e);
        }
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

    private WasmBox<String, String> box(GuestModule module, BoxOptions<String, String> options) throws IOException {
        try {
            return restore == null
                    ? module.start(options)
                    : module.restore(Snapshot.read(console.resolve(restore)), options);
        } catch (WasmBoxException e) {
            String what = restore == null ? "The guest could not be started: " : restore + " could not be restored: ";
            throw new Failure(ExitCode.FAILED, what + Failure.sentence(e), e);
        }
    }

    private LineSource lines(Limits limits) throws IOException {
        return console.environment().terminalIn() && !json
                ? new TerminalLines(console.environment())
                : new PipedLines(console.in(), Math.max(limits.messageBytes(), 1 << 16));
    }

    private static void converse(Session session, LineSource lines, Answers answers, PrintStream out)
            throws IOException {
        while (true) {
            String line;
            try {
                line = lines.next();
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
