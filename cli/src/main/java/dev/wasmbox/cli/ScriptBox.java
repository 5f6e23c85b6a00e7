package dev.wasmbox.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.CodecException;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBoxException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A box with a script language. It never stays trapped: a script that is ended leaves it as it was before. */
abstract class ScriptBox implements SessionBox {

    /** What names begin with that each object has, and hardly anybody asks for. */
    private static final String INTERNAL = "__";

    final ScriptLanguage language;
    final ScriptAnswers answers;
    private final GuestModule module;

    /**
     * Begins.
     *
     * @param language the language
     * @param module the engine's module
     * @param answers what becomes of scripts is said there, and what the box writes and sends goes there by itself
     */
    ScriptBox(ScriptLanguage language, GuestModule module, ScriptAnswers answers) {
        this.language = language;
        this.module = module;
        this.answers = answers;
    }

    // What each language's box does in its own way.

    /** Has a script find its own name and the arguments after it. */
    abstract void setArguments(List<String> arguments);

    /** Evaluates a script: to its value, or to its value as text that people like to look at. */
    abstract ScriptValue evaluate(String source, String name, boolean isShown);

    /**
     * Gives a message to the function that waits for such.
     *
     * @param message what Jackson makes of JSON in Java's own types
     * @return how many outputs came of it
     */
    abstract int deliver(@Nullable Object message);

    /** What a script has thrown; nothing if an exception is something else. */
    abstract Optional<ScriptError> thrown(RuntimeException exception);

    /** Whether a script is whole, and no beginning. */
    abstract boolean isComplete(String source);

    /** How a script may go on. */
    abstract Completions names(String before);

    // What they have in common.

    @Override
    public GuestModule module() {
        return module;
    }

    @Override
    public List<SessionHelp> commands() {
        return SessionHelp.OF_SCRIPTS;
    }

    /** Two marks before something else than a command may be the language's own. */
    @Override
    public boolean isMessage(String line) {
        return !SessionHelp.begins(line, SessionHelp.COMMANDS);
    }

    /** Whether a message is none of the language's, but to be delivered. */
    static boolean isDelivery(String message) {
        return SessionHelp.begins(message, List.of(SessionHelp.DELIVER));
    }

    @Override
    public boolean isWhole(String line) {
        try {
            return isDelivery(line) || isComplete(line);
        } catch (WasmBoxException e) {
            return true; // and evaluating it says why not
        }
    }

    @Override
    public int indentation(String before) {
        return language.indentation(before);
    }

    @Override
    public Completions complete(String before) {
        try {
            Completions completions = names(before);
            return completions.prefix().startsWith(INTERNAL)
                    ? completions
                    : new Completions(
                            completions.prefix(),
                            completions.words().stream()
                                    .filter(name -> !name.startsWith(INTERNAL))
                                    .toList());
        } catch (WasmBoxException e) {
            return new Completions("", List.of());
        }
    }

    /** Numbered, so that a place in an error says of which line it is; and the same in each box that has heard the same. */
    @Override
    public boolean send(String message, boolean undoable) {
        Outcome outcome = isDelivery(message)
                ? handOver(
                        message.substring(SessionHelp.DELIVER.name().length()).strip())
                : run(message, language.inputName(snapshot().messages() + 1), true, false);
        return outcome.isDone();
    }

    /**
     * What became of a script.
     *
     * @param isDone whether the box may be another one now
     * @param exitCode what a command that has run nothing else ends with
     */
    private record Outcome(boolean isDone, int exitCode) {

        /** It has come to a value. */
        static final Outcome VALUE = new Outcome(true, ExitCode.OK);

        /** It has thrown something. */
        static final Outcome THROWN = new Outcome(true, ExitCode.FAILED);

        /** It was ended or refused, and the box is as it was before. */
        static final Outcome UNDONE = new Outcome(false, ExitCode.FAILED);
    }

    /**
     * Evaluates a script that nobody has typed, and says what becomes of it.
     *
     * @param source the script
     * @param name how errors call it
     * @param isAnswered whether its value is wanted
     * @return the exit code
     */
    int run(String source, String name, boolean isAnswered) {
        return run(source, name, isAnswered, true).exitCode();
    }

    private Outcome run(String source, String name, boolean isAnswered, boolean mayExit) {
        return attempt(
                () -> {
                    ScriptValue value = evaluate(source, name, isAnswered && answers.areForPeople());
                    if (isAnswered) {
                        answers.value(value);
                    }
                },
                mayExit);
    }

    /** Delivers a message of the user's. */
    private Outcome handOver(String json) {
        JsonNode message;
        try {
            message = JsonLineCodec.parse(json);
        } catch (CodecException e) {
            answers.session().failed(SessionHelp.DELIVER.usage() + ": " + Failure.sentence(e));
            return Outcome.UNDONE;
        }
        return attempt(() -> answers.session().handled(deliver(JsonLineCodec.toJava(message))), false);
    }

    private Outcome attempt(Runnable action, boolean mayExit) {
        Snapshot before = snapshot();
        try {
            action.run();
            return Outcome.VALUE;
        } catch (TrapException e) {
            restore(before, RestoreOptions.identical());
            answers.takenBack(e);
        } catch (WasmBoxException | IllegalArgumentException e) {
            answers.session().failed(Failure.sentence(e)); // what is no value for a script, for one
        } catch (RuntimeException e) {
            ScriptError error = thrown(e).orElseThrow(() -> e);
            if (mayExit && error.exitCode().isPresent()) {
                return new Outcome(true, error.exitCode().getAsInt());
            }
            answers.thrown(error);
            return Outcome.THROWN;
        }
        return Outcome.UNDONE;
    }

    @Override
    public void help() {
        answers.help();
    }
}
