package dev.wasmbox.python;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Python in a box: one global scope that lasts, and between any two calls the whole of it as a value.
 *
 * <p><b>Programs.</b> They find Python as MicroPython has it, with {@code json}, {@code re}, {@code math}, {@code time},
 * {@code random} and others of its modules, the host's functions, and {@code wasmbox.send(value)} and
 * {@code wasmbox.on(function)}; no files, no network, no threads.
 *
 * <p><b>Threads.</b> A box may be used by any number of threads, one at a time. A call from within one of its listeners is
 * refused with a {@link BoxStateException}. Interrupting the thread that runs a program ends it with a
 * {@link TrapException}.
 *
 * <p><b>Errors.</b> What a program raises is a {@link PythonException}, too deep recursion and lack of memory among it, and
 * leaves the box as the program left it; a program with an error of syntax has done nothing. A {@link TrapException} ends the
 * interpreter in the middle of a program, for its time for example: the box is {@linkplain BoxState#TRAPPED trapped} then,
 * and can be restored, or {@linkplain #undo(int) undone}. A {@link LimitException} is a message that is too long, a
 * {@link CodecException} one whose texts have halves of surrogate pairs: the program has not run.
 */
public final class PythonBox implements AutoCloseable {

    private static final String PROGRAM = "<program>";

    private final PythonOptions options;
    private final Interpreter<Request, Answer> interpreter;

    PythonBox(PythonOptions options, Interpreter<Request, Answer> interpreter) {
        this.options = options;
        this.interpreter = interpreter;
    }

    /** With the host's functions in its scope; closed if that fails, as nobody else could. */
    PythonBox defined() {
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

    // Programs.

    /**
     * Evaluates a program.
     *
     * @param source the program
     * @return the value of its last statement if that is an expression, and {@code None} otherwise
     * @throws PythonException if the program raised it, or has an error of syntax
     * @throws TrapException if it took too long
     */
    public PyValue evaluate(String source) {
        return evaluate(source, PROGRAM);
    }

    /**
     * Evaluates a program.
     *
     * @param source the program
     * @param name how errors call it, a file's name for example; of up to 999 bytes
     * @return the value of its last statement if that is an expression, and {@code None} otherwise
     * @throws PythonException if the program raised it, or has an error of syntax
     * @throws TrapException if it took too long
     */
    public PyValue evaluate(String source, String name) {
        return run(new Request.Evaluate(options.steps(), false, source, name));
    }

    /**
     * Evaluates a program, for a person to look at what it comes to. The program's {@code _} is that afterwards, unless it is
     * {@code None}.
     *
     * @param source the program
     * @param name how errors call it
     * @return the {@code repr} of its value; empty if that is {@code None}, which Python does not show either
     * @throws PythonException if the program raised it, or has an error of syntax
     * @throws TrapException if it took too long
     */
    public String show(String source, String name) {
        PyValue value = run(new Request.Evaluate(options.steps(), true, source, name));
        return value.isNone() ? "" : value.toString();
    }

    /**
     * Calls a function.
     *
     * @param function its name in the global scope, with dots if it is an attribute: {@code game.move}
     * @param arguments values as {@link PyValue#of} takes them
     * @return what it returned
     * @throws PythonException if it raised it, or is not there
     * @throws TrapException if it took too long
     */
    public PyValue call(String function, @Nullable Object... arguments) {
        List<PyValue> values = Arrays.stream(arguments).map(PyValue::of).toList();
        return run(new Request.Call(options.steps(), function, values));
    }

    /**
     * Delivers a message to the function that the program has given to {@code wasmbox.on}.
     *
     * @param message a value as {@link PyValue#of} takes it
     * @return the values that were sent meanwhile with {@code wasmbox.send}, in their order
     * @throws PythonException if the function raised it, or there is none
     * @throws TrapException if it took too long
     */
    public List<PyValue> deliver(@Nullable Object message) {
        List<Answer> answers = interpreter.send(new Request.Deliver(options.steps(), PyValue.of(message)));
        value(answers);
        List<PyValue> sent = new ArrayList<>();
        for (Answer answer : answers) {
            if (answer instanceof Answer.Sent(PyValue value)) {
                sent.add(value);
            }
        }
        return sent;
    }

    /**
     * Sets a global variable.
     *
     * @param name its name
     * @param value a value as {@link PyValue#of} takes it
     */
    public void set(String name, @Nullable Object value) {
        run(new Request.Assign(name, PyValue.of(value)));
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
     * Completes a name from what is there in the global scope, without running anything.
     *
     * @param before the program up to where the cursor is
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
     * Whether a program is whole. If not, more lines could make it so: a bracket or a text of several lines is still open, or
     * a block has not been ended by an empty line, as at Python's own prompt.
     *
     * @param source the program, or its beginning
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
     * byte. What it prints and sends goes to its listeners; what it raises was raised then.
     *
     * @param input what a {@linkplain PythonOptions#withRecorder recorder} got
     * @throws TrapException if more was asked of the host than then, and in the cases in which a program causes one
     * @throws IllegalStateException if less was asked of the host than then
     */
    public void replay(Input input) {
        interpreter.replay(input.recording());
    }

    private PyValue run(Request request) {
        return value(interpreter.send(request));
    }

    /** The value that a request came to, or the exception. */
    private static PyValue value(List<Answer> answers) {
        return switch (answers.getLast()) {
            case Answer.Value(PyValue value) -> value;
            case Answer.Failed(Answer.Raised raised) -> throw new PythonException(raised);
            default -> throw unexpected();
        };
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("the interpreter did not answer as it should");
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
     * Puts the box into a snapshot's state, whatever state it is in. What {@code random} gives is made from a new seed.
     *
     * @param snapshot a snapshot of a box of the same version of the interpreter
     * @throws SnapshotException if it is of another module; the box is as it was before
     */
    public void restore(Snapshot snapshot) {
        restore(snapshot, RestoreOptions.standard());
    }

    /**
     * Puts the box into a snapshot's state, whatever state it is in.
     *
     * @param snapshot a snapshot of a box of the same version of the interpreter
     * @param restoring what becomes of the entropy, of which {@code random} is made
     * @throws SnapshotException if it is of another module; the box is as it was before
     */
    public void restore(Snapshot snapshot, RestoreOptions restoring) {
        interpreter.box().restore(snapshot, restoring);
    }

    /** {@return a new box in this one's state, whose {@code random} is made from a new seed; it belongs to the caller} */
    public PythonBox fork() {
        return fork(Entropy.reseed());
    }

    /**
     * A new box in this box's state, with the same options and listeners, and the same calls to undo.
     *
     * @param entropy what becomes of the new box's entropy, of which {@code random} is made
     * @return the new box; it belongs to the caller
     * @throws BoxStateException if the box is trapped or closed
     */
    public PythonBox fork(Entropy entropy) {
        return new PythonBox(options, interpreter.fork(entropy));
    }

    /**
     * Puts the box into the state in which it was before its last calls of programs, those that trapped it among them.
     *
     * @param calls how many of them
     * @throws IllegalArgumentException if the box does not remember so many, see {@link PythonOptions#withUndo(int)}; it is as
     *     it was before
     */
    public void undo(int calls) {
        interpreter.undo(calls);
    }

    /** {@return how many calls can be undone} */
    public int undoable() {
        return interpreter.undoable();
    }

    /** {@return what the box can do next, without waiting for a program in progress} */
    public BoxState state() {
        return interpreter.box().state();
    }

    /** {@return what the box's clock shows, and {@code time.time()} with it} */
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
