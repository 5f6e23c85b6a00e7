package dev.wasmbox.cli;

import dev.wasmbox.Entropy;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs scripts of a language: a file, or what is typed. What the language has of its own is in the subclass's annotations. */
abstract class ScriptCommand implements Callable<Integer> {

    // Parts of what --help says.
    static final String SESSION =
            "Without a FILE, the lines of standard input are evaluated one after the other in one global "
                    + "scope, and what they come to is printed as => value. A script may go over several lines. ";
    static final String ENDED = "A script that is ended, by its time limit or Ctrl-C, leaves the box as it was before.";
    static final String EXIT_CODES =
            "Exit codes: 0 done; 1 the script ended in an error or was ended, or a file cannot be "
                    + "used; 2 the command line was not understood. In a session, errors are answers, and the end of the input is 0.";

    private static final String STANDARD_INPUT = "-";
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final ScriptLanguage language;
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
            description = "What the script finds after its own name; see above.")
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
            description = "Write the box to this new file in the end, unless the script ended in an error.")
    private @Nullable Path snapshot;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "whole",
            description = "Of that file: whole, from-base or self-contained. Default: ${DEFAULT-VALUE}.")
    private String form = Choice.word(Input.Form.WHOLE);

    @Option(
            names = "--step-limit",
            paramLabel = "N",
            description = "How many calls and turns of loops a script may take, about: the same on every machine.")
    private @Nullable Long steps;

    @Mixin
    final SessionOptions options = new SessionOptions();

    private boolean thrownLater;

    ScriptCommand(ScriptLanguage language, Console console) {
        this.language = language;
        this.console = console;
    }

    /** Whether an argument is the option that takes code, in its shortest form. */
    boolean isEval(String argument) {
        return argument.equals("-e");
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
        if (snapshot != null) {
            NewFile.check(console.resolve(snapshot)); // a session would be lost if that came out in the end
        }
        boolean converses = !isScript || interactive;
        ScriptAnswers answers = options.json
                ? new JsonScriptAnswers(console.out())
                : new TextScriptAnswers(console, language, converses);
        Path from = state;
        return options.call(answers.session(), () -> run(from, isScript, converses, wished, answers));
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
        Input.Form named = Input.Form.named(form);
        if (named == null) {
            throw Failure.usage("--form takes whole, from-base or self-contained, but not '" + form + "'.");
        }
        return named;
    }

    private int run(
            @Nullable Path state, boolean isScript, boolean converses, Input.Form wished, ScriptAnswers answers) {
        String source = isScript ? source() : "";
        ScriptEngine engine = new ModuleLoader(console).load(language, options.engine(), options.cached());
        Entropy entropy = options.entropy();
        Snapshot beginning = options.read(console, state, engine.module());
        ScriptBox box = start(engine, boxOptions(answers), beginning, state, entropy);
        try (Session session = options.session(box, console, answers.session())) {
            if (beginning != null && converses) {
                answers.session().restored(String.valueOf(state), beginning, entropy, box);
            }
            int exitCode = isScript ? run(box, source) : ExitCode.OK;
            if (exitCode != ExitCode.OK && !interactive) {
                return exitCode;
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
                    answers.session().froze(snapshot.toString(), end);
                }
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    private ScriptOptions boxOptions(ScriptAnswers answers) {
        return new ScriptOptions(
                options.limits(),
                options.seed(),
                options.clock(console.environment()),
                steps == null ? OptionalLong.empty() : OptionalLong.of(steps),
                answers,
                error -> {
                    thrownLater = true;
                    answers.uncaught(error);
                });
    }

    private static ScriptBox start(
            ScriptEngine engine,
            ScriptOptions boxOptions,
            @Nullable Snapshot beginning,
            @Nullable Path state,
            Entropy entropy) {
        try {
            if (beginning == null || state == null) {
                return engine.start(boxOptions);
            }
            return engine.restore(beginning, RestoreOptions.standard().withEntropy(entropy), boxOptions);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--step-limit is not possible: " + e.getMessage() + ".");
        } catch (WasmBoxException e) {
            if (state != null) {
                throw SessionOptions.notRestored(state, Failure.sentence(e), e);
            }
            throw new Failure(ExitCode.FAILED, "The engine could not be started: " + Failure.sentence(e), e);
        }
    }

    private String source() {
        if (code != null) {
            return code;
        }
        if (!isStandardInput() && Files.isDirectory(console.resolve(Path.of(String.valueOf(file))))) {
            throw new Failure(file + " is a folder.");
        }
        try {
            byte[] bytes = isStandardInput()
                    ? console.in().readAllBytes()
                    : Files.readAllBytes(console.resolve(Path.of(String.valueOf(file))));
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
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
        return code != null
                ? language.codeName()
                : isStandardInput() ? language.standardInputName() : String.valueOf(file);
    }

    /** Runs the script, and returns the exit code. */
    private int run(ScriptBox box, String source) {
        List<String> names = new ArrayList<>(arguments);
        names.addFirst(name());
        box.setArguments(names);
        int exitCode = box.run(source, name(), code != null);
        return thrownLater ? ExitCode.FAILED : exitCode;
    }

    private LineSource lines(Session session) throws IOException {
        return options.isTyped(console)
                ? new TerminalLines(
                        console.environment(),
                        session::current,
                        new Typing(language.command() + "-history", new ScriptHighlighter(language), language.prompt()))
                : new WholeMessages(
                        new PipedLines(console.in(), options.limits().messageBytes()), session::current);
    }
}
