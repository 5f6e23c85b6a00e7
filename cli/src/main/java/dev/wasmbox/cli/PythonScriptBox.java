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
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A box with Python. */
final class PythonScriptBox extends ScriptBox {

    /** How far a block is within another one. */
    private static final int BLOCK = 4;

    /** What a block ends with, mostly. */
    private static final Set<String> LAST_STATEMENTS = Set.of("return", "pass", "break", "continue", "raise");

    private static final String CALL = "  File \"";

    private final ScriptLanguage language;
    private final PythonBox box;
    private final ScriptAnswers answers;

    PythonScriptBox(ScriptLanguage language, GuestModule module, PythonBox box, ScriptAnswers answers) {
        super(language, module, answers);
        this.language = language;
        this.box = box;
        this.answers = answers;
    }

    @Override
    void setArguments(List<String> arguments) {
        box.set("argv", arguments);
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
                null);
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
            return new Completions("", List.of(" ".repeat(BLOCK)));
        }
        PythonBox.Completions completions = box.complete(before);
        return new Completions(completions.prefix(), completions.names());
    }

    /** As the statement that goes on, and further within a block that it begins or a bracket that it leaves open. */
    @Override
    public int indentation(String before) {
        PythonTokens tokens = new PythonTokens(before);
        StringBuilder code = new StringBuilder();
        tokens.visit((kind, text) -> {
            switch (kind) {
                case COMMENT -> {}
                case STRING -> code.append('"'); // which may have lines and brackets of its own
                default -> code.append(text);
            }
        });
        if (tokens.endsInText()) {
            return 0;
        }
        int brackets = 0;
        int begin = 0;
        for (int i = 0; i < code.length(); i++) {
            switch (code.charAt(i)) {
                case '(', '[', '{' -> brackets++;
                case ')', ']', '}' -> brackets--;
                case '\n' -> begin = brackets > 0 || code.charAt(Math.max(0, i - 1)) == '\\' ? begin : i + 1;
                default -> {}
            }
        }
        String statement = code.substring(begin).stripTrailing();
        int indentation = statement.length() - statement.stripLeading().length();
        if (brackets > 0 || statement.endsWith(":") || statement.endsWith("\\")) {
            return indentation + BLOCK;
        }
        String firstWord = statement.strip().split("\\W", 2)[0];
        return LAST_STATEMENTS.contains(firstWord) ? Math.max(0, indentation - BLOCK) : indentation;
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
