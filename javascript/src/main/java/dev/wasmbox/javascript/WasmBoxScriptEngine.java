package dev.wasmbox.javascript;

import dev.wasmbox.BoxState;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
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
 * were, unless they were functions. What a script declares is in the one global scope, whatever its bindings. Values are
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
    private final Set<String> predefined;
    private @Nullable ScriptContext running;

    WasmBoxScriptEngine(ScriptEngineFactory factory, JavaScript engine) {
        this.factory = factory;
        this.box = engine.start(JavaScriptOptions.standard().withConsole(this::write));
        this.predefined = Set.copyOf(box.complete("").names());
        context.setBindings(new GlobalVariables(), ScriptContext.ENGINE_SCOPE);
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
        return within(
                context, () -> box.evaluate(Objects.requireNonNull(script), name == null ? "<eval>" : name.toString()));
    }

    /** Something that a script does, with a context's bindings and writers. */
    private @Nullable Object within(ScriptContext context, Supplier<JsValue> script) throws ScriptException {
        box.clock(); // refuses a call from within one of the context's writers, which the box waits for
        synchronized (this) {
            Map<String, @Nullable Object> given = variables(context);
            Map<String, JsValue> before = new HashMap<>();
            running = context;
            try {
                given.keySet().forEach(key -> before.put(key, variable(key)));
                given.forEach(box::set);
                Object value = plain(script.get());
                Bindings own = context.getBindings(ScriptContext.ENGINE_SCOPE);
                if (!(own instanceof GlobalVariables)) {
                    own.replaceAll((key, old) -> given.containsKey(key) ? plain(variable(key)) : old);
                }
                return value;
            } catch (JavaScriptException e) {
                throw wrapped(e);
            } catch (WasmBoxException e) {
                throw new ScriptException(e);
            } finally {
                running = null;
                if (box.state() == BoxState.READY) {
                    before.forEach(this::putBack);
                }
            }
        }
    }

    /** What of a context's bindings is not in the engine's scope anyway. */
    private static Map<String, @Nullable Object> variables(ScriptContext context) {
        Bindings own = context.getBindings(ScriptContext.ENGINE_SCOPE);
        Bindings global = context.getBindings(ScriptContext.GLOBAL_SCOPE);
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        if (global != null) {
            global.forEach((key, value) -> {
                if (!own.containsKey(key)) {
                    variables.put(key, value);
                }
            });
        }
        if (!(own instanceof GlobalVariables)) {
            variables.putAll(own);
        }
        variables.keySet().removeIf(key -> !isName(key));
        return variables;
    }

    private void putBack(String name, JsValue before) {
        if (before instanceof JsValue.Undefined) {
            box.evaluate("delete globalThis." + name);
        } else if (!(before instanceof JsValue.Shown)) {
            box.set(name, before);
        }
    }

    @Override
    public @Nullable Object eval(Reader reader, ScriptContext context) throws ScriptException {
        try {
            StringWriter script = new StringWriter();
            reader.transferTo(script);
            return eval(script.toString(), context);
        } catch (IOException e) {
            throw new ScriptException(e);
        }
    }

    private static ScriptException wrapped(JavaScriptException e) {
        ScriptException exception = e.place()
                .map(place -> new ScriptException(
                        e.errorName() + ": " + e.errorMessage(), place.source(), (int) place.line(), (int)
                                place.column()))
                .orElseGet(() -> new ScriptException(e.getMessage()));
        exception.initCause(e);
        return exception;
    }

    private void write(ConsoleListener.Level level, String text) {
        ScriptContext to = running == null ? context : running;
        boolean error = level == ConsoleListener.Level.ERROR || level == ConsoleListener.Level.WARN;
        Writer writer = error ? to.getErrorWriter() : to.getWriter();
        try {
            writer.write(text + System.lineSeparator());
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable Object invokeFunction(String name, @Nullable Object... arguments)
            throws ScriptException, NoSuchMethodException {
        if (!isFunction(Objects.requireNonNull(name))) {
            throw new NoSuchMethodException(name);
        }
        return within(context, () -> box.call(name, arguments));
    }

    private boolean isFunction(String name) {
        return isName(name) && box.evaluate("typeof " + name).equals(new JsValue.Text("function"));
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
        if (type == null || !type.isInterface()) {
            throw new IllegalArgumentException(type + " is no interface");
        }
        for (Method method : type.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers()) && !isFunction(method.getName())) {
                return null;
            }
        }
        InvocationHandler handler = (proxy, method, given) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == given[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "the functions of a script as " + type.getName();
                };
            } else if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, given);
            }
            @Nullable Object[] arguments = given == null ? new @Nullable Object[0] : given;
            try {
                return fitting(invokeFunction(method.getName(), arguments), method.getReturnType());
            } catch (ScriptException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A number as the one that a method returns. */
    private static @Nullable Object fitting(@Nullable Object value, Class<?> type) {
        if (value instanceof Number number) {
            if (type == double.class || type == Double.class) {
                return number.doubleValue();
            } else if (type == long.class || type == Long.class) {
                return number.longValue();
            } else if (type == float.class || type == Float.class) {
                return number.floatValue();
            }
        }
        return type == void.class ? null : value;
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

    // Values.

    private static @Nullable Object plain(JsValue value) {
        return simpler(value.toJava());
    }

    private static @Nullable Object simpler(@Nullable Object value) {
        return switch (value) {
            case Double number
            when number == number.intValue() && 1 / number != Double.NEGATIVE_INFINITY -> (Object) number.intValue();
            case java.util.List<?> list ->
                Arrays.asList(list.stream().map(WasmBoxScriptEngine::simpler).toArray());
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> simple = new LinkedHashMap<>();
                map.forEach((key, each) -> simple.put(key, simpler(each)));
                yield Collections.unmodifiableMap(simple);
            }
            case null -> null;
            default -> value;
        };
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && (Character.isLetter(name.charAt(0)) || name.charAt(0) == '_' || name.charAt(0) == '$')
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '$');
    }

    private JsValue variable(String name) {
        return box.evaluate("typeof " + name + " === 'undefined' ? undefined : " + name);
    }

    /** The global variables, but for those that are there in any box. */
    private final class GlobalVariables extends SimpleBindings {

        /** What is for the engine and not for scripts: a file's name, for example. */
        private final Map<String, @Nullable Object> attributes = new HashMap<>();

        private boolean isVariable(@Nullable Object key) {
            if (Objects.requireNonNull(key) instanceof String name && name.isEmpty()) {
                throw new IllegalArgumentException("a variable's name is not empty");
            }
            return isName((String) key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return isVariable(key) ? plain(variable((String) Objects.requireNonNull(key))) : attributes.get(key);
        }

        @Override
        public @Nullable Object put(String name, @Nullable Object value) {
            if (!isVariable(name)) {
                return attributes.put(name, value);
            }
            Object before = get(name);
            box.set(name, value);
            return before;
        }

        @Override
        public void putAll(Map<? extends String, ? extends @Nullable Object> all) {
            all.forEach(this::put);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return isVariable(key)
                    ? !box.evaluate("typeof " + key).equals(new JsValue.Text("undefined"))
                    : attributes.containsKey(key);
        }

        @Override
        public @Nullable Object remove(@Nullable Object key) {
            if (!isVariable(key)) {
                return attributes.remove(key);
            }
            Object before = get(key);
            box.evaluate("delete globalThis." + key);
            return before;
        }

        private Map<String, @Nullable Object> copy() {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>(attributes);
            for (String name : box.complete("").names()) {
                if (!predefined.contains(name) && isName(name)) {
                    copy.put(name, get(name));
                }
            }
            return Collections.unmodifiableMap(copy);
        }

        @Override
        public Set<String> keySet() {
            return copy().keySet();
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            return copy().entrySet();
        }

        @Override
        public java.util.Collection<Object> values() {
            return copy().values();
        }

        @Override
        public int size() {
            return copy().size();
        }

        @Override
        public boolean isEmpty() {
            return copy().isEmpty();
        }

        @Override
        public boolean containsValue(@Nullable Object value) {
            return copy().containsValue(value);
        }

        @Override
        public void clear() {
            attributes.clear();
            keySet().forEach(this::remove);
        }
    }
}
