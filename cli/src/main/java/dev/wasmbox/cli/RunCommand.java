package dev.wasmbox.cli;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jline.reader.impl.DefaultHighlighter;
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
            names = "--insist",
            description =
                    "Restore although the snapshot is of another module. The guest may then compute nonsense, trap "
                            + "or lose its data, now or later: its memory is laid out for the other module.")
    private boolean insist;

    @Mixin
    final SessionOptions options = new SessionOptions();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (insist && options.restore == null) {
            throw Failure.usage("--insist is for --restore.");
        }
        options.check(console);
        Answers answers = options.json ? new JsonAnswers(console.out()) : new TextAnswers(console);
        return options.call(answers, () -> converse(answers));
    }

    private int converse(Answers answers) {
        Path file = moduleFile();
        Path state = options.restore != null ? options.restore : stateIn(file);
        GuestModule module = new ModuleLoader(console).load(file, options.engine(), options.cached());
        Messages messages = Messages.of(module);
        BoxOptions<byte[], Output> boxOptions = BoxOptions.of(Codecs.bytes(), messages.outputs())
                .withLimits(options.limits())
                .withSeed(options.seed())
                .withClock(options.clock(console.environment()))
                .withListener(answers::output)
                .withLog(answers::log);
        Entropy wished = options.entropy();
        Snapshot snapshot = options.read(console, state, module);
        GuestBox box = new GuestBox(box(module, boxOptions, snapshot, state, wished), messages, answers);
        try (Session session = options.session(box, console, answers);
                LineSource lines = lines(session, messages)) {
            if (snapshot != null) {
                answers.restored(String.valueOf(state), snapshot, wished, box);
            }
            session.converse(lines, console.out());
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
            BoxOptions<byte[], Output> boxOptions,
            @Nullable Snapshot snapshot,
            @Nullable Path state,
            Entropy wished) {
        if (snapshot == null || state == null) {
            try {
                return module.start(boxOptions);
            } catch (WasmBoxException e) {
                throw new Failure(ExitCode.FAILED, "The guest could not be started: " + Failure.sentence(e), e);
            }
        }
        boolean other = !snapshot.moduleDigest().equals(module.digest());
        RestoreOptions restoring = RestoreOptions.standard().withEntropy(wished);
        try {
            WasmBox<byte[], Output> box =
                    module.restore(snapshot, boxOptions, insist ? restoring.intoOtherModule() : restoring);
            if (other) {
                console.warn(state + " is of the module with SHA-256 " + snapshot.moduleDigest() + ", but this one has "
                        + module.digest() + "; the guest may compute nonsense, trap or lose its data, now or later");
            }
            return box;
        } catch (WasmBoxException e) {
            String sentence = Failure.sentence(e);
            throw SessionOptions.notRestored(
                    state,
                    other && !insist
                            ? sentence
                                    + ", bring it to this one with wasmbox upgrade, or --insist if both lay out their memory alike"
                            : sentence,
                    e);
        }
    }

    private LineSource lines(Session session, Messages messages) throws IOException {
        return options.isTyped(console)
                ? new TerminalLines(
                        console.environment(), session::current, new Typing("history", new DefaultHighlighter(), "> "))
                : new PipedLines(
                        console.in(),
                        Math.clamp(
                                (long) options.limits().messageBytes() * (messages.areJson() ? JSON_BYTES : 1),
                                1 << 16,
                                Integer.MAX_VALUE - 8));
    }
}
