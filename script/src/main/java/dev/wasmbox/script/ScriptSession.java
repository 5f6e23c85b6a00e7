package dev.wasmbox.script;

import dev.wasmbox.BoxState;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;

/**
 * A box as {@code javax.script} would have an engine: its global variables are bindings, its functions the methods of an
 * interface.
 *
 * @param <V> the values of the language
 */
public final class ScriptSession<V> {

    /** What has to be known of a language, and its box. */
    public interface Language<V> {

        V evaluate(String source, String name);

        V call(String function, @Nullable Object... arguments);

        void set(String variable, @Nullable Object value);

        /** {@return a global variable's value, or null if there is none} */
        @Nullable
        V get(String variable);

        void delete(String variable);

        /** {@return the names of global variables, those in any box perhaps among them} */
        List<String> variables();

        /** {@return whether something can be a variable's name} */
        boolean isName(String text);

        /** {@return whether a function goes by a name that can be a variable's} */
        boolean isFunction(String name);

        /** Keeps within the box what variables are, or that they are not. */
        void keep(Collection<String> variables);

        /** Makes variables again what they were when they, and no others, were kept. */
        void putBack(Collection<String> variables);

        /** {@return a value as Java programs expect it} */
        @Nullable
        Object toJava(V value);

        /** {@return what a program has failed with, or null if this is no failure of a program's} */
        @Nullable
        ScriptException told(RuntimeException failure);

        /** {@return the box's time, unless it runs something} */
        Instant clock();

        BoxState state();

        Snapshot snapshot();

        void restore(Snapshot snapshot);
    }

    private final Language<V> language;
    private final ContextWriter writer;
    private final Set<String> predefined;

    /**
     * @param language a box that has just been started
     * @param writer where it writes to
     */
    public ScriptSession(Language<V> language, ContextWriter writer) {
        this.language = language;
        this.writer = writer;
        this.predefined = Set.copyOf(language.variables());
    }

    /** {@return the global variables, but for those that are there in any box} */
    public Bindings variables() {
        return new GlobalVariables();
    }

    /** {@return all that a reader has} */
    public static String read(Reader reader) throws ScriptException {
        try {
            StringWriter script = new StringWriter();
            reader.transferTo(script);
            return script.toString();
        } catch (IOException e) {
            throw new ScriptException(e);
        }
    }

    public @Nullable Object evaluate(String source, String name, ScriptContext context) throws ScriptException {
        return within(context, () -> language.evaluate(source, name));
    }

    /** Something that a program does, with a context's bindings and writers. */
    private @Nullable Object within(ScriptContext context, Supplier<V> action) throws ScriptException {
        language.clock(); // refuses a call from within one of the context's writers, which the box waits for
        synchronized (this) {
            Map<String, @Nullable Object> given = given(context);
            boolean kept = false;
            writer.run(context);
            try {
                Snapshot beginning = language.snapshot();
                try {
                    if (!given.isEmpty()) {
                        language.keep(given.keySet());
                        kept = true;
                    }
                    given.forEach(language::set);
                    Object value = language.toJava(action.get());
                    giveBack(given, context.getBindings(ScriptContext.ENGINE_SCOPE));
                    return value;
                } catch (TrapException e) {
                    language.restore(beginning);
                    kept = false;
                    throw e;
                }
            } catch (WasmBoxException e) {
                throw new ScriptException(e);
            } catch (RuntimeException e) {
                ScriptException told = language.told(e);
                if (told == null) {
                    throw e;
                }
                told.initCause(e);
                throw told;
            } finally {
                writer.run(null);
                if (kept && language.state() == BoxState.READY) {
                    language.putBack(given.keySet());
                }
            }
        }
    }

    private static boolean isOurs(Bindings bindings) {
        return bindings instanceof ScriptSession<?>.GlobalVariables;
    }

    /** What of a context's bindings is not in the box's scope anyway. */
    private Map<String, @Nullable Object> given(ScriptContext context) {
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
        if (!isOurs(own)) {
            variables.putAll(own);
        }
        variables.keySet().removeIf(key -> !language.isName(key));
        return variables;
    }

    /** What has become of the values that bindings gave. */
    private void giveBack(Map<String, @Nullable Object> given, Bindings own) {
        if (isOurs(own)) {
            return;
        }
        given.forEach((key, old) -> {
            Object value = own.containsKey(key) ? javaValue(key) : old;
            if (!Objects.equals(value, old)) {
                own.put(key, value);
            }
        });
    }

    private @Nullable Object javaValue(String variable) {
        V value = language.get(variable);
        return value == null ? null : language.toJava(value);
    }

    // Functions.

    public @Nullable Object invoke(ScriptContext context, String function, @Nullable Object... arguments)
            throws ScriptException, NoSuchMethodException {
        if (!isFunction(Objects.requireNonNull(function))) {
            throw new NoSuchMethodException(function);
        }
        return within(context, () -> language.call(function, arguments));
    }

    private boolean isFunction(String name) {
        return language.isName(name) && language.isFunction(name);
    }

    /** {@return an interface whose methods are the program's functions, or null if it lacks one} */
    public <T> @Nullable T asInterface(Class<T> type, Supplier<ScriptContext> context) {
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
                return fitting(invoke(context.get(), method.getName(), arguments), method.getReturnType());
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

    /** {@return a value of Java's own types whose numbers are others} */
    public static @Nullable Object withNumbers(@Nullable Object value, UnaryOperator<Number> other) {
        return switch (value) {
            case Number number -> other.apply(number);
            case List<?> list ->
                Arrays.asList(
                        list.stream().map(each -> withNumbers(each, other)).toArray());
            case Set<?> set -> {
                Set<@Nullable Object> simple = new LinkedHashSet<>();
                set.forEach(each -> simple.add(withNumbers(each, other)));
                yield Collections.unmodifiableSet(simple);
            }
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> simple = new LinkedHashMap<>();
                map.forEach((key, each) -> simple.put(withNumbers(key, other), withNumbers(each, other)));
                yield Collections.unmodifiableMap(simple);
            }
            case null -> null;
            default -> value;
        };
    }

    /** The global variables, but for those that are there in any box. */
    private final class GlobalVariables extends SimpleBindings {

        /** What is for the engine and not for programs: a file's name, for example. */
        private final Map<String, @Nullable Object> attributes = new HashMap<>();

        private boolean isVariable(@Nullable Object key) {
            if (Objects.requireNonNull(key) instanceof String name && name.isEmpty()) {
                throw new IllegalArgumentException("a variable's name is not empty");
            }
            return language.isName((String) key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return isVariable(key) ? javaValue((String) Objects.requireNonNull(key)) : attributes.get(key);
        }

        @Override
        public @Nullable Object put(String name, @Nullable Object value) {
            if (!isVariable(name)) {
                return attributes.put(name, value);
            }
            Object before = get(name);
            language.set(name, value);
            return before;
        }

        @Override
        public void putAll(Map<? extends String, ? extends @Nullable Object> all) {
            all.forEach(this::put);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return isVariable(key)
                    ? language.get((String) Objects.requireNonNull(key)) != null
                    : attributes.containsKey(key);
        }

        @Override
        public @Nullable Object remove(@Nullable Object key) {
            if (!isVariable(key)) {
                return attributes.remove(key);
            }
            Object before = get(key);
            language.delete((String) Objects.requireNonNull(key));
            return before;
        }

        private Map<String, @Nullable Object> copy() {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>(attributes);
            for (String name : language.variables()) {
                if (!predefined.contains(name) && language.isName(name)) {
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
        public Collection<Object> values() {
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
