package dev.wasmbox.cli;

import dev.wasmbox.Entropy;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.javascript.JavaScript;
import dev.wasmbox.javascript.JavaScriptBox;
import dev.wasmbox.javascript.JavaScriptOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox js}: JavaScript in a box, as a conversation or from a file. */
@Command(
        name = "js",
        description = {
            "Run JavaScript in a box: a file, or what is typed.",
            "",
            "Without a FILE, the lines of standard input are evaluated one after the other in one global scope, and what "
                    + "they come to is printed as => value. A script may go over several lines. What a script writes to "
                    + "its console goes to standard output, warnings and errors to standard error.",
            "",
            "Timers do not make anyone wait: before an answer, the box's clock is moved on to each that is due within "
                    + "the hour. A script that is ended, by its time limit or Ctrl-C, leaves the box as it was before.",
            "",
            "Lines that begin with one of these are commands; !! before anything else is JavaScript:%n"
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 the script threw or was ended, or a file cannot be used; 2 the command line was not "
                    + "understood. In a session, errors are answers, and the end of the input is 0.",
            "",
            "Examples:",
            "  wasmbox js",
            "  wasmbox js -e '6 * 7'",
            "  wasmbox js --snapshot state.bin program.js one two",
            "  wasmbox js --restore state.bin"
        })
final class JsCommand implements Callable<Integer> {

    /** How far a clock moves on by itself, for timers. */
    private static final Duration ADVANCE = Duration.ofHours(1);

    private static final String STANDARD_INPUT = "-";

    private final Console console;

    @Parameters(
            arity = "0..1",
            index = "0",
            paramLabel = "FILE",
            description = "A script, or - for one on standard input; or a snapshot, as with --restore.")
    @Nullable
    String file;

    @Parameters(
            arity = "0..*",
            index = "1..*",
            paramLabel = "ARGUMENT",
            description = "What the script finds in scriptArgs, after its own name.")
    List<String> arguments = new ArrayList<>();

    @Option(
            names = {"-e", "--eval"},
            paramLabel = "CODE",
            description = "Evaluate this, and print what it comes to.")
    @Nullable
    String code;

    @Option(
            names = {"-i", "--interactive"},
            description = "Go on with a session after the script.")
    private boolean interactive;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = "Write the box to this new file in the end, unless the script threw.")
    private @Nullable Path snapshot;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "whole",
            description = "Of that file: whole, from-base or self-contained. Default: ${DEFAULT-VALUE}.")
    private String form = Input.Form.WHOLE.word();

    @Option(
            names = "--step-limit",
            paramLabel = "N",
            description = "How many calls and turns of loops a script may take, about: the same on every machine.")
    private @Nullable Long steps;

    @Mixin
    final SessionOptions options = new SessionOptions();

    private boolean thrownLater;

    JsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        options.check(console);
        Path state = options.restore;
        if (file != null && code == null && state == null && isSnapshot(file)) {
            state = Path.of(file);
            file = null;
        }
        if (code != null && file != null) {
            arguments.addFirst(file);
            file = null;
        }
        boolean isScript = code != null || file != null;
        if (!arguments.isEmpty() && !isScript) {
            throw Failure.usage("A box that is restored takes no arguments without a script.");
        }
        if (file != null && file.equals(STANDARD_INPUT) && interactive) {
            throw Failure.usage("A session needs standard input, so that the script cannot be there, too.");
        }
        Input.Form wished = form();
        boolean converses = !isScript || interactive;
        Answers answers = options.json ? new JsonAnswers(console.out()) : new TextAnswers(console);
        ScriptAnswers scriptAnswers =
                options.json ? new JsonScriptAnswers(console.out()) : new TextScriptAnswers(console, converses);
        Path from = state;
        return options.call(answers, () -> run(from, isScript, converses, wished, answers, scriptAnswers));
    }

    private boolean isSnapshot(String name) {
        if (name.equals(STANDARD_INPUT)) {
            return false;
        }
        try (InputStream stream = Files.newInputStream(console.resolve(Path.of(name)))) {
            return FileKind.of(stream.readNBytes(FileKind.BYTES)) == FileKind.SNAPSHOT;
        } catch (IOException e) {
            return false; // which reading the script will say in its words
        }
    }

    private Input.Form form() {
        for (Input.Form each : Input.Form.values()) {
            if (each.word().equals(form)) {
                return each;
            }
        }
        throw Failure.usage("--form takes whole, from-base or self-contained, but not '" + form + "'.");
    }

    private int run(
            @Nullable Path state,
            boolean isScript,
            boolean converses,
            Input.Form wished,
            Answers answers,
            ScriptAnswers scriptAnswers) {
        String source = isScript ? source() : "";
        JavaScript engine = new ModuleLoader(console).javaScript(options.engine(), options.cached());
        Entropy entropy = options.entropy();
        Snapshot beginning = options.read(console, state, engine.module());
        JavaScriptBox javaScript = start(engine, boxOptions(scriptAnswers), beginning, state, entropy);
        ScriptBox box = new ScriptBox(javaScript, engine.module(), scriptAnswers, answers, !options.json);
        try (Session session = options.session(box, console, answers)) {
            if (beginning != null && converses) {
                answers.restored(String.valueOf(state), beginning, entropy, box);
            }
            if (isScript && !runs(box, source) && !interactive) {
                return ExitCode.FAILED;
            }
            if (converses) {
                try (LineSource lines = lines(session)) {
                    session.converse(lines, console.out());
                }
            }
            if (snapshot != null) {
                SnapshotForm of = wished.of(engine.module());
                Snapshot end = session.current().snapshot();
                end.write(console.resolve(snapshot), of);
                if (converses || options.json) {
                    answers.froze(snapshot.toString(), end);
                }
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    private JavaScriptOptions boxOptions(ScriptAnswers answers) {
        JavaScriptOptions boxOptions = JavaScriptOptions.standard()
                .withLimits(options.limits())
                .withSeed(options.seed())
                .withClock(options.clock(console.environment()))
                .withAdvance(ADVANCE)
                .withConsole(answers)
                .withSent(answers::sent)
                .withUncaught(exception -> {
                    thrownLater = true;
                    answers.uncaught(exception);
                });
        try {
            return steps == null ? boxOptions : boxOptions.withSteps(steps);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--step-limit is not possible: " + e.getMessage() + ".");
        }
    }

    private static JavaScriptBox start(
            JavaScript engine,
            JavaScriptOptions boxOptions,
            @Nullable Snapshot beginning,
            @Nullable Path state,
            Entropy entropy) {
        if (beginning == null || state == null) {
            try {
                return engine.start(boxOptions);
            } catch (WasmBoxException e) {
                throw new Failure(ExitCode.FAILED, "The engine could not be started: " + Failure.sentence(e), e);
            }
        }
        try {
            return engine.restore(
                    beginning, boxOptions, RestoreOptions.standard().withEntropy(entropy));
        } catch (WasmBoxException e) {
            throw SessionOptions.notRestored(state, Failure.sentence(e), e);
        }
    }

    private String source() {
        if (code != null) {
            return code;
        }
        try {
            byte[] bytes = isStandardInput()
                    ? console.in().readAllBytes()
                    : Files.readAllBytes(console.resolve(Path.of(String.valueOf(file))));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Failure(ExitCode.FAILED, name() + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    private boolean isStandardInput() {
        return STANDARD_INPUT.equals(file);
    }

    /** How errors call the script. */
    private String name() {
        return code != null ? "[eval]" : isStandardInput() ? "[stdin]" : String.valueOf(file);
    }

    /** Runs the script, and returns whether all of it went well. */
    private boolean runs(ScriptBox box, String source) {
        List<String> names = new ArrayList<>(arguments);
        names.addFirst(name());
        box.box().set("scriptArgs", names);
        return box.evaluate(source, name(), code != null) == ScriptBox.Outcome.VALUE && !thrownLater;
    }

    private LineSource lines(Session session) throws IOException {
        return options.isTyped(console)
                ? new TerminalLines(console.environment(), session::current, "js-history", new ScriptHighlighter())
                : new WholeMessages(
                        new PipedLines(console.in(), options.limits().messageBytes()), session::current);
    }
}
