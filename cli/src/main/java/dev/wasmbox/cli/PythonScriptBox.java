package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.python.PyValue;
import dev.wasmbox.python.PythonBox;
import dev.wasmbox.python.PythonException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A box with Python. */
final class PythonScriptBox extends ScriptBox {

    private static final String CALL = "  File \"";

    private final PythonBox box;

    PythonScriptBox(ScriptLanguage language, GuestModule module, PythonBox box, ScriptAnswers answers) {
        super(language, module, answers);
        this.box = box;
    }

    @Override
    void setArguments(List<String> arguments) {
        box.set("__arguments__", arguments); // by a name that no program has
        box.evaluate("__import__('sys').argv[:] = __arguments__\ndel __arguments__");
    }

    @Override
    ScriptValue evaluate(String source, String name, boolean isShown) {
        return new PythonScriptValue(isShown ? new PyValue.Shown(box.show(source, name)) : box.evaluate(source, name));
    }

    @Override
    int deliver(@Nullable Object message) {
        return box.deliver(message).size();
    }

    @Override
    Optional<ScriptError> thrown(RuntimeException exception) {
        return exception instanceof PythonException thrown ? Optional.of(error(thrown)) : Optional.empty();
    }

    private static ScriptError error(PythonException exception) {
        List<String> traceback = exception.traceback().lines().toList();
        List<String> calls = traceback.stream()
                .skip(1)
                .takeWhile(line -> line.startsWith(CALL))
                .toList();
        return new ScriptError(
                exception.errorName(),
                exception.errorMessage(),
                exception
                        .place()
                        .map(place -> new ScriptError.Place(place.source(), place.line(), OptionalLong.empty()))
                        .orElse(null),
                calls.isEmpty() ? ScriptError.Trace.NONE : new ScriptError.Trace.Above(traceback.getFirst(), calls),
                exception.traceback(),
                null,
                exception.errorName().equals("SystemExit") ? exitCode(exception.errorMessage()) : OptionalInt.empty());
    }

    /** The exit code that {@code sys.exit} was given; of another object it is told, as an error. */
    private static OptionalInt exitCode(String given) {
        if (given.isEmpty() || given.equals("None")) {
            return OptionalInt.of(ExitCode.OK);
        }
        try {
            return OptionalInt.of(Integer.parseInt(given));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** No program begins with two marks, so that a command that is misspelt is none. */
    @Override
    public boolean isMessage(String line) {
        return !line.startsWith(SessionHelp.MARK) || isDelivery(line);
    }

    @Override
    boolean isComplete(String source) {
        return box.isComplete(source);
    }

    /** In a line of a block that has nothing yet, what can come next is the rest of the indentation. */
    @Override
    Completions names(String before) {
        int line = before.lastIndexOf('\n') + 1;
        if (line > 0 && before.substring(line).isBlank()) {
            return new Completions("", List.of(" ".repeat(PythonLanguage.BLOCK)));
        }
        PythonBox.Completions completions = box.complete(before);
        return new Completions(completions.prefix(), completions.names());
    }

    @Override
    public BoxState state() {
        return box.state();
    }

    @Override
    public Instant clock() {
        return box.clock();
    }

    @Override
    public void setClock(BoxClock clock) {
        box.setClock(clock);
    }

    @Override
    public Snapshot snapshot() {
        return box.snapshot();
    }

    @Override
    public void restore(Snapshot snapshot, RestoreOptions options) {
        box.restore(snapshot, options);
    }

    @Override
    public SessionBox fork(Entropy entropy) {
        return new PythonScriptBox(language, module(), box.fork(entropy), answers);
    }

    @Override
    public void close() {
        box.close();
    }
}
