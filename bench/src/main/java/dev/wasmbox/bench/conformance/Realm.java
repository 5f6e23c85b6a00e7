package dev.wasmbox.bench.conformance;

import dev.wasmbox.BoxState;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.javascript.JavaScript;
import dev.wasmbox.javascript.JavaScriptBox;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JavaScriptOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A box for tests, one after the other: each begins in a state that has the harness and nothing of the tests before. */
final class Realm implements AutoCloseable {

    /** What test262 wants of its host. */
    private static final String PRINT = "function print(text) { console.log(text); }";

    /** Some tests do everything to all characters of Unicode, and the machine may be busy. */
    private static final Duration TIME = Duration.ofSeconds(60);

    private final Map<String, String> harness;
    private final Map<List<String>, Snapshot> prepared = new HashMap<>();
    private final List<String> printed = new ArrayList<>();
    private final JavaScriptBox box;
    private final Snapshot pristine;

    /**
     * Starts a box.
     *
     * @param javaScript the engine
     * @param harness the files of test262's harness by their names
     */
    Realm(JavaScript javaScript, Map<String, String> harness) {
        this.harness = harness;
        this.box = javaScript.start(options());
        this.pristine = box.snapshot();
    }

    /**
     * Wakes a box.
     *
     * @param javaScript the engine
     * @param state its state
     */
    Realm(JavaScript javaScript, Snapshot state) {
        this.harness = Map.of();
        this.box = javaScript.restore(state, options(), RestoreOptions.identical());
        this.pristine = state;
    }

    private JavaScriptOptions options() {
        JavaScriptOptions standard = JavaScriptOptions.standard();
        return standard.withLimits(standard.limits().withTimePerMessage(TIME))
                .withConsole((_, text) -> printed.add(text))
                .withUncaught(_ -> {}); // tests may leave promises rejected
    }

    /** {@return the state in which a test begins} */
    Snapshot stateFor(ConformanceTest test) {
        List<String> files = new ArrayList<>();
        if (!test.has("raw")) {
            files.addAll(List.of("assert.js", "sta.js"));
            if (test.has("async")) {
                files.add("doneprintHandle.js");
            }
            files.addAll(test.frontmatter().includes());
        }
        Snapshot state = prepared.get(files);
        if (state == null) {
            enter(pristine);
            if (test.has("async")) {
                box.evaluate(PRINT);
            }
            files.forEach(file -> box.evaluate(Objects.requireNonNull(harness.get(file), file), file));
            state = box.snapshot();
            prepared.put(files, state);
        }
        return state;
    }

    /** Puts the box into a state, whatever has become of it. */
    void enter(Snapshot state) {
        box.restore(state, RestoreOptions.identical());
    }

    /** {@return the box's state, if it has one that can be gone on from} */
    Optional<Snapshot> state() {
        return box.state() == BoxState.READY ? Optional.of(box.snapshot()) : Optional.empty();
    }

    /** {@return whether a script is whole, as far as the engine's parser can tell} */
    boolean isWhole(String script) {
        return box.isComplete(script);
    }

    /** Runs a script, in the state that the box is in. */
    Outcome run(String script, String name) {
        printed.clear();
        String error = "", message = "";
        try {
            box.evaluate(script, name);
        } catch (JavaScriptException e) {
            error = e.errorName();
            message = e.errorMessage();
            if (error.isEmpty()) { // thrown, but no Error: such as test262's own, Test262Error { message: '...' }
                error = message.replaceFirst("\\W(.|\n)*", "");
            }
        } catch (WasmBoxException e) {
            error = e.getClass().getSimpleName();
            message = String.valueOf(e.getMessage());
        }
        return new Outcome(error, message, List.copyOf(printed));
    }

    @Override
    public void close() {
        box.close();
    }
}
