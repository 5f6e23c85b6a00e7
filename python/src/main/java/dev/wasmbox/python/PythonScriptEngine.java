package dev.wasmbox.python;

import dev.wasmbox.BoxState;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.script.ContextWriter;
import dev.wasmbox.script.ScriptSession;
import java.io.Reader;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.script.AbstractScriptEngine;
import javax.script.Bindings;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PythonBox} for programs that use {@code javax.script}.
 *
 * <p><b>Bindings.</b> The engine's own are its global variables: what is put there, programs see, and what programs assign can
 * be got there. Of other bindings, and of the global scope, an evaluation copies the values to global variables first; what
 * has become of those of {@code ENGINE_SCOPE} goes back to them afterwards, and the global variables are again what they
 * were. What a program defines is in the one global scope, whatever its bindings. Values are
 * copied, as {@link PyValue#of} takes them: no Java object is ever seen by a program.
 *
 * <p>An {@code int} is an {@code Integer}, {@code Long} or {@code BigInteger}, the first that it fits into. What is printed goes
 * to the context's writers.
 *
 * <p>{@link #box()} has what {@code javax.script} has not: snapshots, forks, limits.
 */
public final class PythonScriptEngine extends AbstractScriptEngine implements Invocable, AutoCloseable {

    private final ScriptEngineFactory factory;
    private final PythonBox box;
    private final ScriptSession<PyValue> session;

    PythonScriptEngine(ScriptEngineFactory factory, Python python) {
        this.factory = factory;
        ContextWriter writer = new ContextWriter(this::getContext);
        this.box = python.start(PythonOptions.standard()
                .withConsole((stream, text) -> writer.write(stream == ConsoleListener.Stream.ERROR, text)));
        this.session = new ScriptSession<>(new Language(box), writer);
        context.setBindings(session.variables(), ScriptContext.ENGINE_SCOPE);
    }

    /** {@return the box that programs run in} */
    public PythonBox box() {
        return box;
    }

    @Override
    public ScriptEngineFactory getFactory() {
        return factory;
    }

    @Override
    public Bindings createBindings() {
        return new SimpleBindings();
    }

    @Override
    public @Nullable Object eval(String program, ScriptContext context) throws ScriptException {
        Object name = context.getAttribute(FILENAME);
        return session.evaluate(Objects.requireNonNull(program), name == null ? "<eval>" : name.toString(), context);
    }

    @Override
    public @Nullable Object eval(Reader reader, ScriptContext context) throws ScriptException {
        return eval(ScriptSession.read(reader), context);
    }

    @Override
    public @Nullable Object invokeFunction(String name, @Nullable Object... arguments)
            throws ScriptException, NoSuchMethodException {
        return session.invoke(context, name, arguments);
    }

    /**
     * Not there: what a program hands out are copies, which have no methods.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    public Object invokeMethod(Object object, String name, Object... arguments) {
        throw new IllegalArgumentException(
                "an object outside of its box is a copy, which has no methods; invoke a function that knows the object");
    }

    /**
     * {@inheritDoc}
     *
     * <p>What a program raises is thrown as it is, a {@link PythonException}.
     */
    @Override
    public <T> @Nullable T getInterface(Class<T> type) {
        return session.asInterface(type, this::getContext);
    }

    /**
     * Not there, as {@link #invokeMethod}.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    public <T> T getInterface(Object object, Class<T> type) {
        throw new IllegalArgumentException("an object outside of its box is a copy, which has no methods");
    }

    @Override
    public void close() {
        box.close();
    }

    private record Language(PythonBox box) implements ScriptSession.Language<PyValue> {

        @Override
        public PyValue evaluate(String source, String name) {
            return box.evaluate(source, name);
        }

        @Override
        public PyValue call(String function, @Nullable Object... arguments) {
            return box.call(function, arguments);
        }

        @Override
        public void set(String variable, @Nullable Object value) {
            box.set(variable, value);
        }

        @Override
        public @Nullable PyValue get(String variable) {
            List<PyValue> found = box.evaluate(
                            "(globals()['NAME'],) if 'NAME' in globals() else ()".replace("NAME", variable))
                    .asList();
            return found.isEmpty() ? null : found.getFirst();
        }

        @Override
        public void delete(String variable) {
            box.evaluate("globals().pop('NAME', None)".replace("NAME", variable));
        }

        @Override
        public List<String> variables() {
            return box.evaluate("[name for name in globals()]").asList().stream()
                    .map(PyValue::asText)
                    .sorted()
                    .toList();
        }

        @Override
        public boolean isName(String text) {
            return !text.isEmpty()
                    && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_')
                    && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
        }

        @Override
        public boolean isFunction(String name) {
            try {
                return box.evaluate("callable(" + name + ")").asBoolean();
            } catch (PythonException e) {
                return false; // there is nothing of this name
            }
        }

        @Override
        public void keep(Collection<String> variables) {
            box.evaluate("globals().update({'(kept)': {n: globals()[n] for n in %s if n in globals()}})"
                    .formatted(tuple(variables)));
        }

        @Override
        public void putBack(Collection<String> variables) {
            box.evaluate(("(lambda kept: [globals().update({n: kept[n]}) if n in kept else globals().pop(n, None)"
                            + " for n in %s])(globals().pop('(kept)'))\nNone")
                    .formatted(tuple(variables)));
        }

        private static String tuple(Collection<String> names) {
            return names.stream().map(name -> "'" + name + "', ").collect(Collectors.joining("", "(", ")"));
        }

        @Override
        public @Nullable Object toJava(PyValue value) {
            return ScriptSession.withNumbers(
                    value.toJava(),
                    number -> number instanceof Long n && n == n.intValue() ? (Number) n.intValue() : number);
        }

        @Override
        public @Nullable ScriptException told(RuntimeException failure) {
            if (!(failure instanceof PythonException e)) {
                return null;
            }
            return e.place()
                    .map(place -> new ScriptException(
                            e.errorName() + ": " + e.errorMessage(), place.source(), (int) place.line()))
                    .orElseGet(() -> new ScriptException(e.getMessage()));
        }

        @Override
        public Instant clock() {
            return box.clock();
        }

        @Override
        public BoxState state() {
            return box.state();
        }

        @Override
        public Snapshot snapshot() {
            return box.snapshot();
        }

        @Override
        public void restore(Snapshot snapshot) {
            box.restore(snapshot, RestoreOptions.identical());
        }
    }
}
