package dev.wasmbox.javascript;

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
import java.util.Set;
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
 * A {@link JavaScriptBox} for programs that use {@code javax.script}.
 *
 * <p><b>Bindings.</b> The engine's own are its global variables: what is put there, scripts see, and what scripts declare can
 * be got there. Of other bindings, and of the global scope, an evaluation copies the values to global variables first; what
 * has become of those of {@code ENGINE_SCOPE} goes back to them afterwards, and the global variables are again what they
 * were. What a script declares is in the one global scope, whatever its bindings. Values are
 * copied, as {@link JsValue#of} takes them: no Java object is ever seen by a script.
 *
 * <p>Numbers without a fraction are {@code Integer}s where they fit, others {@code Double}s. The console goes to the
 * context's writers.
 *
 * <p>{@link #box()} has what {@code javax.script} has not: snapshots, forks, limits.
 */
public final class WasmBoxScriptEngine extends AbstractScriptEngine implements Invocable, AutoCloseable {

    private final ScriptEngineFactory factory;
    private final JavaScriptBox box;
    private final ScriptSession<JsValue> session;

    WasmBoxScriptEngine(ScriptEngineFactory factory, JavaScript engine) {
        this.factory = factory;
        ContextWriter writer = new ContextWriter(this::getContext);
        this.box = engine.start(JavaScriptOptions.standard()
                .withConsole((level, text) -> writer.write(
                        level == ConsoleListener.Level.ERROR || level == ConsoleListener.Level.WARN,
                        text + System.lineSeparator())));
        this.session = new ScriptSession<>(new Language(box), writer);
        context.setBindings(session.variables(), ScriptContext.ENGINE_SCOPE);
    }

    /** {@return the box that scripts run in} */
    public JavaScriptBox box() {
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
    public @Nullable Object eval(String script, ScriptContext context) throws ScriptException {
        Object name = context.getAttribute(FILENAME);
        return session.evaluate(Objects.requireNonNull(script), name == null ? "<eval>" : name.toString(), context);
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
     * Not there: what a script hands out are copies, which have no methods.
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
     * <p>What a script throws is thrown as it is, a {@link JavaScriptException}.
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

    private record Language(JavaScriptBox box) implements ScriptSession.Language<JsValue> {

        /** What cannot be the name of a variable, or not of one that is looked at in a function. */
        private static final Set<String> RESERVED = Set.of(
                ("arguments await break case catch class const continue debugger default delete do else enum export"
                                + " extends false finally for function if import in instanceof let new null return super"
                                + " switch this throw true try typeof undefined var void while with yield")
                        .split(" "));

        /** A property of no name that a script has. */
        private static final String KEPT = "globalThis['(kept)']";

        /** What an expression comes to; nothing if it throws, as a variable does whose declaration has failed. */
        private static String attempt(String expression) {
            return "(() => { try { return " + expression + " } catch {} })()";
        }

        @Override
        public JsValue evaluate(String source, String name) {
            return box.evaluate(source, name);
        }

        @Override
        public JsValue call(String function, @Nullable Object... arguments) {
            return box.call(function, arguments);
        }

        @Override
        public void set(String variable, @Nullable Object value) {
            box.set(variable, value);
        }

        @Override
        public @Nullable JsValue get(String variable) {
            JsValue value = box.evaluate(attempt(variable));
            return value instanceof JsValue.Undefined ? null : value;
        }

        @Override
        public void delete(String variable) {
            box.evaluate("delete globalThis." + variable);
        }

        @Override
        public List<String> variables() {
            return box.complete("").names();
        }

        @Override
        public boolean isName(String text) {
            return !text.isEmpty()
                    && !RESERVED.contains(text)
                    && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_' || text.charAt(0) == '$')
                    && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '$');
        }

        @Override
        public boolean isFunction(String name) {
            return box.evaluate(attempt("typeof " + name)).equals(new JsValue.Text("function"));
        }

        @Override
        public void keep(Collection<String> variables) {
            box.evaluate(variables.stream()
                    .map(name -> attempt("[" + name + "]"))
                    .collect(Collectors.joining(", ", KEPT + " = [", "]; 0")));
        }

        @Override
        public void putBack(Collection<String> variables) {
            StringBuilder script = new StringBuilder("(function () { delete " + KEPT + "; ");
            int index = 0;
            for (String name : variables) {
                String kept = "arguments[0][" + index++ + "]";
                script.append("try { if (%s) %s = %s[0]; else delete globalThis.%s } catch {} "
                        .formatted(kept, name, kept, name));
            }
            box.evaluate(script + "})(" + KEPT + ")");
        }

        @Override
        public @Nullable Object toJava(JsValue value) {
            return ScriptSession.withNumbers(
                    value.toJava(),
                    number -> number instanceof Double d && d == d.intValue() && 1 / d != Double.NEGATIVE_INFINITY
                            ? (Number) d.intValue()
                            : number);
        }

        @Override
        public @Nullable ScriptException told(RuntimeException failure) {
            if (!(failure instanceof JavaScriptException e)) {
                return null;
            }
            return e.place()
                    .map(place -> new ScriptException(
                            e.errorName() + ": " + e.errorMessage(), place.source(), (int) place.line(), (int)
                                    place.column()))
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
