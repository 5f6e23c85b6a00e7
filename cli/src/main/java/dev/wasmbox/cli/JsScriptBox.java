package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.javascript.JavaScriptBox;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JsValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A box with JavaScript. */
final class JsScriptBox extends ScriptBox {

    private final JavaScriptBox box;

    JsScriptBox(ScriptLanguage language, GuestModule module, JavaScriptBox box, ScriptAnswers answers) {
        super(language, module, answers);
        this.box = box;
    }

    @Override
    void setArguments(List<String> arguments) {
        box.set("scriptArgs", arguments);
    }

    @Override
    ScriptValue evaluate(String source, String name, boolean isShown) {
        return new JsScriptValue(isShown ? new JsValue.Shown(box.show(source, name)) : box.evaluate(source, name));
    }

    @Override
    int deliver(@Nullable Object message) {
        return box.deliver(message).size();
    }

    @Override
    Optional<ScriptError> thrown(RuntimeException exception) {
        return exception instanceof JavaScriptException thrown ? Optional.of(error(thrown)) : Optional.empty();
    }

    static ScriptError error(JavaScriptException exception) {
        List<String> calls = exception.scriptStack().lines().toList();
        return new ScriptError(
                exception.errorName(),
                exception.errorMessage(),
                exception
                        .place()
                        .map(place ->
                                new ScriptError.Place(place.source(), place.line(), OptionalLong.of(place.column())))
                        .orElse(null),
                calls.size() > 1
                        ? new ScriptError.Trace.Below(calls)
                        : ScriptError.Trace.NONE, // one is the place again
                exception.scriptStack(),
                exception.thrownValue().map(JsScriptValue::new).orElse(null),
                OptionalInt.empty());
    }

    @Override
    boolean isComplete(String source) {
        return box.isComplete(source);
    }

    @Override
    Completions names(String before) {
        JavaScriptBox.Completions completions = box.complete(before);
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
        return new JsScriptBox(language, module(), box.fork(entropy), answers);
    }

    @Override
    public void close() {
        box.close();
    }
}
