package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs that use javax.script may rely on. */
class ScriptEngineTest {

    private final ScriptEngineManager manager =
            new ScriptEngineManager(PythonScriptEngineFactory.class.getClassLoader());
    private final ScriptEngine engine = manager.getEngineByName("wasmbox-python");

    @ParameterizedTest
    @ValueSource(strings = {"wasmbox-python", "micropython", "MicroPython"})
    void isFoundByName(String name) {
        assertThat(manager.getEngineByName(name)).isInstanceOf(PythonScriptEngine.class);
    }

    @Test
    void doesNotGoByTheNamesOfOthers() {
        assertThat(manager.getEngineByName("python")).isNull();
        assertThat(manager.getEngineByName("wasmbox")).isNull();
        assertThat(manager.getEngineByExtension("py")).isNull();
        assertThat(manager.getEngineByMimeType("text/x-python")).isNull();
        ScriptEngineFactory factory = engine.getFactory();
        assertThat(factory.getLanguageName()).isEqualTo("Python");
        assertThat(factory.getParameter(ScriptEngine.NAME)).isEqualTo("micropython");
        assertThat(factory.getParameter("none")).isNull();
    }

    @Test
    void makesPrograms() throws ScriptException {
        ScriptEngineFactory factory = engine.getFactory();
        StringWriter written = new StringWriter();
        engine.getContext().setWriter(written);
        engine.eval(factory.getProgram(
                "sep = ','",
                factory.getOutputStatement("it's \\ \n\"done\""),
                "print(" + factory.getMethodCallSyntax("sep", "join", "['1', 'b']") + ")"));
        assertThat(written.toString()).isEqualTo("it's \\ \n\"done\"\n1,b\n");
    }

    @Test
    void evaluatesToJavasValues() throws ScriptException {
        assertThat(engine.eval("1 + 1")).isEqualTo(2);
        assertThat(engine.eval("1 << 40")).isEqualTo(1L << 40);
        assertThat(engine.eval("1 << 70")).isEqualTo(BigInteger.TWO.pow(70));
        assertThat(engine.eval("4 / 2")).isEqualTo(2.0);
        assertThat(engine.eval("'text'")).isEqualTo("text");
        assertThat(engine.eval("None")).isNull();
        assertThat(engine.eval("x = 1")).isNull();
        assertThat(engine.eval("{'a': [1, None], 2: ({3},)}"))
                .isEqualTo(Map.of("a", Arrays.asList(1, null), 2, List.of(Set.of(3))));
        assertThat(engine.eval(new StringReader("def f():\n    return 3\n\nf()")))
                .isEqualTo(3);
    }

    @Test
    void hasVariablesThatLast() throws ScriptException {
        engine.put("list_of_two", List.of(1, 2));
        assertThat(engine.eval("total = sum(list_of_two)\ntotal")).isEqualTo(3);
        assertThat(engine.get("total")).isEqualTo(3);
        engine.put("total", 5);
        assertThat(engine.eval("total + 1")).isEqualTo(6);
        assertThat(engine.get("none")).isNull();
        engine.put("nothing", null);
        assertThat(engine.eval("nothing is None")).isEqualTo(true);
        assertThat(engine.getBindings(ScriptContext.ENGINE_SCOPE)).containsKey("nothing");
    }

    @Test
    void hasBindingsThatAreItsVariables() throws ScriptException {
        Bindings bindings = engine.getBindings(ScriptContext.ENGINE_SCOPE);
        engine.eval("a = 1; b = 'x'; _c = [1]\ndef d(): pass");
        assertThat(bindings).containsEntry("a", 1).containsEntry("b", "x").containsEntry("_c", List.of(1));
        assertThat(bindings.keySet()).containsExactlyInAnyOrder("a", "b", "_c", "d");
        assertThat(bindings.put("e", true)).isNull();
        assertThat(bindings.put("a", 2)).isEqualTo(1);
        assertThat(engine.eval("[a, e]")).isEqualTo(List.of(2, true));
        assertThat(bindings.remove("e")).isEqualTo(true);
        assertThat(bindings.remove("e")).isNull();
        assertThat(bindings).doesNotContainKey("e").hasSize(4);
        assertThatNullPointerException().isThrownBy(() -> bindings.put(null, 1));
        assertThatNullPointerException().isThrownBy(() -> engine.get(null));
        assertThatIllegalArgumentException().isThrownBy(() -> bindings.get(""));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.put("object", new Object()));
        bindings.clear();
        assertThat(bindings).isEmpty();
    }

    @Test
    void evaluatesWithOtherBindings() throws ScriptException {
        engine.eval("x = 'mine'; y = 'mine'");
        Bindings bindings = new SimpleBindings();
        bindings.put("x", 1);
        bindings.put("z", 2);
        assertThat(engine.eval("x += z; z = 'changed'\n[x, y]", bindings)).isEqualTo(List.of(3, "mine"));
        assertThat(bindings).containsEntry("x", 3).containsEntry("z", "changed");
        assertThat(engine.eval("[x, 'z' in globals()]")).isEqualTo(List.of("mine", false));
    }

    @Test
    void hasItsOwnVariablesAgainAfterOtherBindings() throws ScriptException {
        engine.eval("settings = [print]\nalias = settings\ndef f(): return 5");
        Bindings bindings = new SimpleBindings(Map.of("settings", 1, "f", 2, "list", 3));
        assertThat(engine.eval("(settings, f, list)", bindings)).isEqualTo(List.of(1, 2, 3));
        assertThat(engine.eval("(settings is alias, f(), list((1,)))")).isEqualTo(List.of(true, 5, List.of(1)));
        engine.put("list", 1);
        assertThat(engine.getBindings(ScriptContext.ENGINE_SCOPE)).containsEntry("list", 1);
    }

    @Test
    void isAfterAnEvaluationThatIsEndedWhatItWasBefore() throws ScriptException {
        engine.eval("n = 1");
        Thread waiting = Thread.currentThread();
        engine.getContext().setWriter(new StringWriter() {
            @Override
            public void write(String text) {
                waiting.interrupt();
            }
        });
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval(
                        "n = 2\nprint('x' * 100000)\nwhile True: pass", new SimpleBindings(Map.of("other", 3))))
                .withCauseInstanceOf(TrapException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(engine.get("n")).isEqualTo(1);
        assertThat(engine.get("other")).isNull();
    }

    @Test
    void readsTheGlobalScopeUnderItsOwn() throws ScriptException {
        manager.put("shared", "everybody's");
        manager.put("x", "everybody's");
        engine.put("x", "mine");
        engine.eval("def read(): return [shared, x]");
        assertThat(engine.eval("read()")).isEqualTo(List.of("everybody's", "mine"));
        manager.put("shared", "changed");
        assertThat(engine.eval("shared")).isEqualTo("changed");
        assertThat(engine.get("shared")).isNull();
    }

    @Test
    void evaluatesInAnotherContext() throws ScriptException {
        ScriptContext context = new SimpleScriptContext();
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        context.setWriter(out);
        context.setErrorWriter(errors);
        context.setAttribute("name", "there", ScriptContext.ENGINE_SCOPE);
        context.setAttribute(ScriptEngine.FILENAME, "greet.py", ScriptContext.ENGINE_SCOPE);
        engine.eval("import sys\nprint('hello', name); print('oh', file=sys.stderr)", context);
        assertThat(out).hasToString("hello there\n");
        assertThat(errors).hasToString("oh\n");
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("none", context))
                .satisfies(e -> assertThat(e.getFileName()).isEqualTo("greet.py"));
    }

    @Test
    void failsWithTheErrorsPlace() {
        engine.put(ScriptEngine.FILENAME, "calc.py");
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("a = 1\na / 0"))
                .withMessage("ZeroDivisionError: divide by zero in calc.py at line number 2")
                .withCauseInstanceOf(PythonException.class)
                .satisfies(e -> {
                    assertThat(e.getFileName()).isEqualTo("calc.py");
                    assertThat(e.getLineNumber()).isEqualTo(2);
                });
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval(")"))
                .withMessageStartingWith("SyntaxError: ");
        assertThatNullPointerException().isThrownBy(() -> engine.eval((String) null));
        assertThatNullPointerException().isThrownBy(() -> engine.eval((Reader) null));
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval(new Reader() {
                    @Override
                    public int read(char[] characters, int offset, int length) throws IOException {
                        throw new IOException("gone");
                    }

                    @Override
                    public void close() {}
                }))
                .withCauseInstanceOf(IOException.class);
    }

    /** An interface with what a program may have, and something of its own. */
    public interface Shop {
        int count(String item);

        default String described(String item) {
            return item + ": " + count(item);
        }
    }

    /** An interface whose methods return what a number, and nothing, has to be made. */
    public interface Checks {
        long length(String text);

        double half(int number);

        void fail(String text);
    }

    @Test
    void invokesFunctions() throws ScriptException, NoSuchMethodException {
        engine.eval("def add(a, b): return a + b\nstock = {'nut': 3}\ncount = lambda item: stock[item]\nno = 1");
        Invocable invocable = (Invocable) engine;
        assertThat(invocable.invokeFunction("add", 1, 2)).isEqualTo(3);
        assertThat(invocable.invokeFunction("add", "a", "b")).isEqualTo("ab");
        assertThat(invocable.invokeFunction("len", "four")).isEqualTo(4);
        for (String name : List.of("none", "no", "a b", "stock.nut", "class", "")) {
            assertThatExceptionOfType(NoSuchMethodException.class).isThrownBy(() -> invocable.invokeFunction(name));
        }
        assertThatNullPointerException().isThrownBy(() -> invocable.invokeFunction(null));
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.invokeMethod(Map.of(), "m"));

        Shop shop = invocable.getInterface(Shop.class);
        assertThat(shop.count("nut")).isEqualTo(3);
        assertThat(shop.described("nut")).isEqualTo("nut: 3");
        assertThat(invocable.getInterface(Supplier.class)).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.getInterface(String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.getInterface(Map.of(), Shop.class));
        engine.eval("length = len\ndef half(n): return n // 2\ndef fail(text): raise ValueError(text)");
        Checks checks = invocable.getInterface(Checks.class);
        assertThat(checks.length("four")).isEqualTo(4L);
        assertThat(checks.half(4)).isEqualTo(2.0);
        assertThatExceptionOfType(PythonException.class)
                .isThrownBy(() -> checks.fail("too far"))
                .withMessageStartingWith("ValueError: too far");
    }

    @Test
    void isRefusedFromWithinItsOwnWriter() {
        engine.getContext().setWriter(new StringWriter() {
            @Override
            public void write(String text) {
                try {
                    engine.eval("1");
                } catch (ScriptException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("print(1)"))
                .withMessageContaining("cannot be used from within");
    }

    @Test
    void hasABoxForMore() throws Exception {
        try (PythonScriptEngine python = (PythonScriptEngine) engine) {
            python.eval("n = 1");
            Snapshot snapshot = python.box().snapshot();
            python.eval("n = 2");
            python.box().restore(snapshot);
            assertThat(python.eval("n")).isEqualTo(1);
        }
    }
}
