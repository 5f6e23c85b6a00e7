package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.javascript.JavaScriptBox;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JsValue;
import java.time.Instant;
import java.util.List;

/**
 * A box with JavaScript. It never stays trapped: a script that is ended leaves it as it was before.
 *
 * @param box the box, whose console and outputs go to the answers by themselves
 * @param module the engine's module
 * @param answers what becomes of scripts is said there
 * @param errors says that a script was refused
 * @param isShown whether values are for people
 */
record ScriptBox(JavaScriptBox box, GuestModule module, ScriptAnswers answers, Answers errors, boolean isShown)
        implements SessionBox {

    /** What names begin with that each object has, and hardly anybody asks for. */
    private static final String INTERNAL = "__";

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
        return new ScriptBox(box.fork(entropy), module, answers, errors, isShown);
    }

    /** Two marks before something else than a command are JavaScript's own. */
    @Override
    public boolean isMessage(String line) {
        return !SessionHelp.begins(line);
    }

    @Override
    public boolean isWhole(String line) {
        try {
            return box.isComplete(line);
        } catch (WasmBoxException e) {
            return true; // and evaluating it says why not
        }
    }

    @Override
    public Completions complete(String before) {
        try {
            JavaScriptBox.Completions completions = box.complete(before);
            List<String> names = completions.names();
            return new Completions(
                    completions.prefix(),
                    completions.prefix().startsWith(INTERNAL)
                            ? names
                            : names.stream()
                                    .filter(name -> !name.startsWith(INTERNAL))
                                    .toList());
        } catch (WasmBoxException e) {
            return new Completions("", List.of());
        }
    }

    /** Numbered, so that a place in an error says of which line it is; and the same in each box that has heard the same. */
    @Override
    public boolean send(String source, boolean undoable) {
        return evaluate(source, "input " + (box.snapshot().messages() + 1), true) != Outcome.UNDONE;
    }

    /** What became of a script. */
    enum Outcome {
        /** It has come to a value. */
        VALUE,
        /** It has thrown something. */
        THROWN,
        /** It was ended or refused, and the box is as it was before. */
        UNDONE
    }

    /**
     * Evaluates a script, and says what becomes of it.
     *
     * @param source the script
     * @param name how errors call it
     * @param isAnswered whether its value is wanted
     */
    Outcome evaluate(String source, String name, boolean isAnswered) {
        Snapshot before = box.snapshot();
        try {
            JsValue value =
                    isShown && isAnswered ? new JsValue.Shown(box.show(source, name)) : box.evaluate(source, name);
            if (isAnswered) {
                answers.value(value);
            }
            return Outcome.VALUE;
        } catch (JavaScriptException e) {
            answers.thrown(e);
            return Outcome.THROWN;
        } catch (TrapException e) {
            box.restore(before, RestoreOptions.identical());
            answers.takenBack(e);
        } catch (WasmBoxException e) {
            errors.failed(Failure.sentence(e));
        }
        return Outcome.UNDONE;
    }

    @Override
    public void help() {
        answers.help();
    }

    @Override
    public void close() {
        box.close();
    }
}
