package dev.wasmbox.javascript;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CodecException;
import dev.wasmbox.Entropy;
import dev.wasmbox.LimitException;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException;
import dev.wasmbox.script.Interpreter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * JavaScript in a box: one global scope that lasts, and between any two calls the whole of it as a value.
 *
 * <p><b>Scripts.</b> What {@code let}, {@code const}, {@code class}, {@code var} and {@code function} declare at the top of
 * one script is there for the next ones, and may be declared again. A script may {@code await} at its top. It finds
 * ECMAScript as QuickJS has it, {@code console}, timers, {@code queueMicrotask}, and {@code wasmbox.send(value)} and
 * {@code wasmbox.on(function)}; no modules, no files, no network.
 *
 * <p><b>What waits.</b> Before a call returns, it does all that waits: reactions to promises, then timers, for which it may
 * move the clock ({@link JavaScriptOptions#withAdvance(Duration)}). Intervals run as the clock passes by, but are not waited
 * for. The value of a call that is a promise is what the promise comes to, unless it is still pending then.
 *
 * <p><b>Threads.</b> A box may be used by any number of threads, one at a time. A call from within one of its listeners is
 * refused with a {@link BoxStateException}. Interrupting the thread that runs a script ends it with a
 * {@link TrapException}.
 *
 * <p><b>Errors.</b> What a script throws is a {@link JavaScriptException}, stack overflow and lack of memory among it, and
 * leaves the box as the script left it; a script with an error of syntax has done nothing. A {@link TrapException} ends the
 * engine in the middle of a script, for its time or its outputs: the box is {@linkplain BoxState#TRAPPED trapped} then, and
 * can be restored, or {@linkplain #undo(int) undone}. A {@link LimitException} is a message that is too long, a
 * {@link CodecException} one whose strings have halves of surrogate pairs: the script has not run.
 */
public final class JavaScriptBox implements AutoCloseable {

    private static final String SCRIPT = "<script>";

    private final JavaScriptOptions options;
    private final Interpreter<Request, Answer> interpreter;
    private @Nullable Instant nextTimer; // guarded by the interpreter

    JavaScriptBox(JavaScriptOptions options, Interpreter<Request, Answer> interpreter) {
        this.options = options;
        this.interpreter = interpreter;
    }

    /** With the host's functions in its scope; closed if that fails, as nobody else could. */
    JavaScriptBox defined() {
        if (!options.functions().isEmpty()) {
            try {
                value(interpreter.box().send(new Request.Define(options.functions())));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
        return this;
    }

    // Scripts.

    /**
     * Evaluates a script.
     *
     * @param source the script
     * @return the value of its last statement that has one
     * @throws JavaScriptException if the script threw, or has an error of syntax
     * @throws TrapException if it took too long or sent too much
     */
    public JsValue evaluate(String source) {
        return evaluate(source, SCRIPT);
    }

    /**
     * Evaluates a script.
     *
     * @param source the script
     * @param name how errors call it, a file's name for example; of up to 999 bytes
     * @return the value of its last statement that has one
     * @throws JavaScriptException if the script threw, or has an error of syntax
     * @throws TrapException if it took too long or sent too much
     */
    public JsValue evaluate(String source, String name) {
        return interpreter.alone(() -> value(send(new Request.Evaluate(allowance(), false, source, name))));
    }

    /**
     * Evaluates a script, for a person to look at what it comes to.
     *
     * @param source the script
     * @param name how errors call it
     * @return its value as text, in the form that Node has made known: {@code { a: 1, f: [Function: f] }}
     * @throws JavaScriptException if the script threw, or has an error of syntax
     * @throws TrapException if it took too long or sent too much
     */
    public String show(String source, String name) {
        return interpreter
                .alone(() -> value(send(new Request.Evaluate(allowance(), true, source, name))))
                .toString();
    }

    /**
     * Calls a function.
     *
     * @param function its name in the global scope, with dots if it is within objects: {@code game.move}
     * @param arguments values as {@link JsValue#of} takes them
     * @return what it returned
     * @throws JavaScriptException if it threw, or is not there
     * @throws TrapException if it took too long or sent too much
     */
    public JsValue call(String function, @Nullable Object... arguments) {
        List<JsValue> values = Arrays.stream(arguments).map(JsValue::of).toList();
        return interpreter.alone(() -> value(send(new Request.Call(allowance(), function, values))));
    }

    /**
     * Delivers a message to the function that the script has given to {@code wasmbox.on}.
     *
     * @param message a value as {@link JsValue#of} takes it
     * @return the values that were sent meanwhile with {@code wasmbox.send}, in their order
     * @throws JavaScriptException if the function threw, or there is none
     * @throws TrapException if it took too long or sent too much
     */
    public List<JsValue> deliver(@Nullable Object message) {
        JsValue given = JsValue.of(message);
        return interpreter.alone(() -> {
            List<Answer> answers = send(new Request.Deliver(allowance(), given));
            value(answers);
            List<JsValue> sent = new ArrayList<>();
            for (Answer answer : answers) {
                if (answer instanceof Answer.Sent(JsValue value)) {
                    sent.add(value);
                }
            }
            return sent;
        });
    }

    /**
     * Sets a global variable: the one that is there, or else a property of the global object.
     *
     * @param name its name
     * @param value a value as {@link JsValue#of} takes it
     * @throws JavaScriptException if it is a constant
     */
    public void set(String name, @Nullable Object value) {
        JsValue given = JsValue.of(value);
        interpreter.alone(() -> value(send(new Request.Assign(allowance(), name, given))));
    }

    /**
     * Runs the timers that are due, and what they leave waiting.
     *
     * @throws JavaScriptException if one of them threw
     */
    public void runTimers() {
        interpreter.alone(() -> value(send(new Request.Run(allowance()))));
    }

    /**
     * {@return when the next timer is due, on the box's clock; empty if there is none, and if it is not known since the box
     * was restored: then {@link #runTimers()} finds out}
     */
    public Optional<Instant> nextTimer() {
        return interpreter.alone(() -> Optional.ofNullable(nextTimer));
    }

    // What helps those who type.

    /**
     * What can be written in place of an unfinished name.
     *
     * @param prefix the beginning of the name that was written already, perhaps empty
     * @param names the whole names that it may become, in alphabetical order
     */
    public record Completions(String prefix, List<String> names) {}

    /**
     * Completes a name from what is there in the global scope, without running anything. The box is afterwards what it was,
     * to the byte.
     *
     * @param before the script up to where the cursor is
     * @return the names that may be there
     */
    public Completions complete(String before) {
        if (interpreter.ask(new Request.Complete(before))
                instanceof Answer.Completions(String prefix, List<String> names)) {
            return new Completions(prefix, names.stream().distinct().sorted().toList());
        }
        throw unexpected();
    }

    /**
     * Whether a script is whole. If not, more lines could make it so: a bracket or a quote is still open. The box is
     * afterwards what it was, to the byte.
     *
     * @param source the script, or its beginning
     * @return false if it is a beginning only; true if it is whole, or wrong whatever follows
     */
    public boolean isComplete(String source) {
        if (interpreter.ask(new Request.Parse(source)) instanceof Answer.Parsed(boolean complete)) {
            return complete;
        }
        throw unexpected();
    }

    /**
     * Gives the box again what another one was given, and instead of calling the host's functions what they returned then. If
     * this box is in the state in which the other one was, it is afterwards in the state in which that one was then, to the
     * byte. What it writes and sends goes to its listeners; what it throws was thrown then.
     *
     * @param input what a {@linkplain JavaScriptOptions#withRecorder recorder} got
     * @throws TrapException if more was asked of the host than then, and in the cases in which a script causes one
     * @throws IllegalStateException if less was asked of the host than then
     */
    public void replay(Input input) {
        interpreter.alone(() -> answered(() -> interpreter.replay(input.recording())));
    }

    private List<Answer> send(Request request) {
        return answered(() -> interpreter.send(request));
    }

    /** What was answered, and when the next timer is due after it. */
    private List<Answer> answered(Supplier<List<Answer>> call) {
        nextTimer = null;
        List<Answer> answers = call.get();
        for (Answer answer : answers) {
            if (answer instanceof Answer.Waiting(Duration duration)) {
                nextTimer = interpreter.box().clock().plus(duration);
            }
        }
        return answers;
    }

    private Request.Allowance allowance() {
        return options.allowance(interpreter.isFollowing());
    }

    /** The value that a request came to, or the exception. */
    private JsValue value(List<Answer> answers) {
        JavaScriptException failure = null;
        for (Answer answer : answers) {
            JavaScriptException thrown =
                    switch (answer) {
                        case Answer.Failed(Answer.Thrown error) -> new JavaScriptException(error);
                        case Answer.Uncaught(Answer.Thrown error)
                        when !options.hearsUncaught() -> new JavaScriptException(error);
                        default -> null;
                    };
            if (answer instanceof Answer.Failed && thrown != null && failure != null) {
                thrown.addSuppressed(failure);
                failure = thrown;
            } else if (failure == null) {
                failure = thrown;
            } else if (thrown != null) {
                failure.addSuppressed(thrown);
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (!answers.isEmpty() && answers.getLast() instanceof Answer.Value(JsValue value)) {
            return value;
        }
        throw unexpected();
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("the engine did not answer as it should");
    }

    // State.

    /**
     * Takes the whole box as a value.
     *
     * @return the snapshot
     * @throws BoxStateException if the box is trapped or closed
     */
    public Snapshot snapshot() {
        return interpreter.box().snapshot();
    }

    /**
     * Puts the box into a snapshot's state, whatever state it is in. What {@code Math.random} gives is made from a new seed.
     *
     * @param snapshot a snapshot of a box of the same version of the engine
     * @throws SnapshotException if it is of another module; the box is as it was before
     */
    public void restore(Snapshot snapshot) {
        restore(snapshot, RestoreOptions.standard());
    }

    /**
     * Puts the box into a snapshot's state, whatever state it is in.
     *
     * @param snapshot a snapshot of a box of the same version of the engine
     * @param restoring what becomes of the entropy, of which {@code Math.random} is made
     * @throws SnapshotException if it is of another module; the box is as it was before
     */
    public void restore(Snapshot snapshot, RestoreOptions restoring) {
        interpreter.alone(() -> {
            interpreter.box().restore(snapshot, restoring);
            nextTimer = null;
        });
    }

    /** {@return a new box in this one's state, whose {@code Math.random} is made from a new seed; it belongs to the caller} */
    public JavaScriptBox fork() {
        return fork(Entropy.reseed());
    }

    /**
     * A new box in this box's state, with the same options and listeners, and the same calls to undo.
     *
     * @param entropy what becomes of the new box's entropy, of which {@code Math.random} is made
     * @return the new box; it belongs to the caller
     * @throws BoxStateException if the box is trapped or closed
     */
    public JavaScriptBox fork(Entropy entropy) {
        return interpreter.alone(() -> {
            JavaScriptBox fork = new JavaScriptBox(options, interpreter.fork(entropy));
            fork.nextTimer = nextTimer;
            return fork;
        });
    }

    /**
     * Puts the box into the state in which it was before its last calls of scripts, those that trapped it among them.
     *
     * @param calls how many of them
     * @throws IllegalArgumentException if the box does not remember so many, see {@link JavaScriptOptions#withUndo(int)};
     *     it is as it was before
     */
    public void undo(int calls) {
        interpreter.alone(() -> {
            interpreter.undo(calls);
            nextTimer = null;
        });
    }

    /** {@return how many calls can be undone} */
    public int undoable() {
        return interpreter.undoable();
    }

    /** {@return what the box can do next, without waiting for a script in progress} */
    public BoxState state() {
        return interpreter.box().state();
    }

    /** {@return what the box's clock shows, and {@code Date} with it} */
    public Instant clock() {
        return interpreter.box().clock();
    }

    /**
     * Sets where the box's time comes from, and sets its clock to it.
     *
     * @param clock the clock
     */
    public void setClock(BoxClock clock) {
        interpreter.setClock(clock);
    }

    /** Lets go of the box's memory. A closed box can do nothing any more; closing it again does nothing. */
    @Override
    public void close() {
        interpreter.box().close();
    }
}
