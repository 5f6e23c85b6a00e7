package dev.wasmbox.javascript;

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
            new ScriptEngineManager(WasmBoxScriptEngineFactory.class.getClassLoader());
    private final ScriptEngine engine = manager.getEngineByName("wasmbox-javascript");

    @ParameterizedTest
    @ValueSource(strings = {"wasmbox", "wasmbox-javascript", "javascript", "JavaScript", "js", "ECMAScript"})
    void isFoundByName(String name) {
        assertThat(manager.getEngineByName(name)).isInstanceOf(WasmBoxScriptEngine.class);
    }

    @Test
    void isFoundByWhatItRuns() {
        assertThat(manager.getEngineByExtension("js")).isInstanceOf(WasmBoxScriptEngine.class);
        assertThat(manager.getEngineByMimeType("text/javascript")).isInstanceOf(WasmBoxScriptEngine.class);
        ScriptEngineFactory factory = engine.getFactory();
        assertThat(factory.getLanguageName()).isEqualTo("ECMAScript");
        assertThat(factory.getParameter(ScriptEngine.NAME)).isEqualTo("javascript");
        assertThat(factory.getParameter("none")).isNull();
    }

    @Test
    void makesPrograms() throws ScriptException {
        ScriptEngineFactory factory = engine.getFactory();
        StringWriter written = new StringWriter();
        engine.getContext().setWriter(written);
        engine.eval(factory.getProgram(
                "const o = {m(...all) { return all.join() }}",
                factory.getOutputStatement("it's \\ \n\"done\""),
                "console.log(" + factory.getMethodCallSyntax("o", "m", "1", "'b'") + ")"));
        assertThat(written.toString().lines()).containsExactly("it's \\ ", "\"done\"", "1,b");
    }

    @Test
    void evaluatesToJavasValues() throws ScriptException {
        assertThat(engine.eval("1 + 1")).isEqualTo(2);
        assertThat(engine.eval("0.5")).isEqualTo(0.5);
        assertThat(engine.eval("-0")).isEqualTo(-0.0);
        assertThat(engine.eval("2 ** 40")).isEqualTo(Math.pow(2, 40));
        assertThat(engine.eval("'text'")).isEqualTo("text");
        assertThat(engine.eval("null")).isNull();
        assertThat(engine.eval("undefined")).isNull();
        assertThat(engine.eval("10n")).isEqualTo(BigInteger.TEN);
        assertThat(engine.eval("({a: [1, null], b: {}})"))
                .isEqualTo(Map.of("a", Arrays.asList(1, null), "b", Map.of()));
        assertThat(engine.eval(new StringReader("await Promise.resolve(3)"))).isEqualTo(3);
    }

    @Test
    void hasVariablesThatLast() throws ScriptException {
        engine.put("list", List.of(1, 2));
        assertThat(engine.eval("let total = 0; for (const x of list) total += x; total"))
                .isEqualTo(3);
        assertThat(engine.get("total")).isEqualTo(3);
        engine.put("total", 5);
        assertThat(engine.eval("total + 1")).isEqualTo(6);
        assertThat(engine.get("none")).isNull();
        engine.put("nothing", null);
        assertThat(engine.eval("nothing === null")).isEqualTo(true);
    }

    @Test
    void hasBindingsThatAreItsVariables() throws ScriptException {
        Bindings bindings = engine.getBindings(ScriptContext.ENGINE_SCOPE);
        engine.eval("var a = 1; let b = 'x'; const c = [1]; function d() {}");
        assertThat(bindings).containsEntry("a", 1).containsEntry("b", "x").containsEntry("c", List.of(1));
        assertThat(bindings.keySet()).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(bindings.put("e", true)).isNull();
        assertThat(bindings.put("a", 2)).isEqualTo(1);
        assertThat(engine.eval("[a, e]")).isEqualTo(List.of(2, true));
        assertThat(bindings.remove("e")).isEqualTo(true);
        assertThat(bindings).doesNotContainKey("e").hasSize(4);
        assertThatNullPointerException().isThrownBy(() -> bindings.put(null, 1));
        assertThatNullPointerException().isThrownBy(() -> engine.get(null));
        assertThatIllegalArgumentException().isThrownBy(() -> bindings.get(""));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.put("object", new Object()));
    }

    @Test
    void evaluatesWithOtherBindings() throws ScriptException {
        engine.eval("var x = 'mine'; var y = 'mine'");
        Bindings bindings = new SimpleBindings();
        bindings.put("x", 1);
        bindings.put("z", 2);
        assertThat(engine.eval("x += z; z = 'changed'; [x, y]", bindings)).isEqualTo(List.of(3, "mine"));
        assertThat(bindings).containsEntry("x", 3).containsEntry("z", "changed");
        assertThat(engine.eval("[x, typeof z]")).isEqualTo(List.of("mine", "undefined"));
    }

    @Test
    void hasItsOwnVariablesAgainAfterOtherBindings() throws ScriptException {
        engine.eval(
                "var settings = {read() { return this === alias }}; const alias = settings; let f = () => 5; var n");
        Bindings bindings = new SimpleBindings(Map.of("settings", 1, "f", 2, "n", 3));
        assertThat(engine.eval("[settings, f, n]", bindings)).isEqualTo(List.of(1, 2, 3));
        assertThat(engine.eval("[settings.read(), f(), typeof n, 'n' in globalThis]"))
                .isEqualTo(List.of(true, 5, "undefined", true));
    }

    @Test
    void hasBindingsWhateverScriptsHaveDeclared() throws ScriptException {
        assertThatExceptionOfType(ScriptException.class).isThrownBy(() -> engine.eval("let unfinished = null.x"));
        engine.eval("Object.defineProperty(globalThis, 'getter', {get() { throw 1 }}); 0");
        engine.put("n", 1);
        engine.put("class", "no variable");
        Bindings bindings = engine.getBindings(ScriptContext.ENGINE_SCOPE);
        assertThat(bindings).containsEntry("n", 1).containsEntry("class", "no variable");
        assertThat(bindings.get("unfinished")).isNull();
        assertThat(engine.eval("n", new SimpleBindings(Map.of("class", 2)))).isEqualTo(1);
    }

    @Test
    void isAfterAnEvaluationThatIsEndedWhatItWasBefore() throws ScriptException {
        engine.eval("let n = 1");
        Thread waiting = Thread.currentThread();
        engine.getContext().setWriter(new StringWriter() {
            @Override
            public void write(String text) {
                waiting.interrupt();
            }
        });
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(
                        () -> engine.eval("n = 2; console.log(n); for (;;);", new SimpleBindings(Map.of("other", 3))))
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
        engine.eval("function read() { return [shared, x] }");
        assertThat(engine.eval("read()")).isEqualTo(List.of("everybody's", "mine"));
        manager.put("shared", "changed");
        assertThat(engine.eval("shared")).isEqualTo("changed");
        assertThat(engine.getContext().getAttribute("shared")).isEqualTo("changed");
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
        context.setAttribute(ScriptEngine.FILENAME, "greet.js", ScriptContext.ENGINE_SCOPE);
        engine.eval("console.log('hello', name); console.error('oh')", context);
        assertThat(out.toString()).isEqualToIgnoringNewLines("hello there");
        assertThat(errors.toString()).isEqualToIgnoringNewLines("oh");
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("none", context))
                .satisfies(e -> assertThat(e.getFileName()).isEqualTo("greet.js"));
    }

    @Test
    void failsWithTheErrorsPlace() {
        engine.put(ScriptEngine.FILENAME, "calc.js");
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("let a;\n  a.b"))
                .withMessage(
                        "TypeError: cannot read property 'b' of undefined in calc.js at line number 2 at column number 4")
                .withCauseInstanceOf(JavaScriptException.class)
                .satisfies(e -> {
                    assertThat(e.getFileName()).isEqualTo("calc.js");
                    assertThat(e.getLineNumber()).isEqualTo(2);
                    assertThat(e.getColumnNumber()).isEqualTo(4);
                });
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("}"))
                .withMessageStartingWith("SyntaxError: ");
        assertThatExceptionOfType(ScriptException.class)
                .isThrownBy(() -> engine.eval("throw 'text'"))
                .withMessage("text");
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

    /** An interface with what a script may have, and something of its own. */
    public interface Shop {
        int count(String item);

        default String described(String item) {
            return item + ": " + count(item);
        }
    }

    /** An interface whose methods return what a number, and nothing, has to be made. */
    public interface Checks {
        long length(String text);

        void fail(String text);
    }

    @Test
    void invokesFunctions() throws ScriptException, NoSuchMethodException {
        engine.eval(
                "function add(a, b) { return a + b } const stock = {nut: 3}; const count = item => stock[item]; let no = 1");
        Invocable invocable = (Invocable) engine;
        assertThat(invocable.invokeFunction("add", 1, 2)).isEqualTo(3);
        assertThat(invocable.invokeFunction("add", "a", null)).isEqualTo("anull");
        for (String name : List.of("none", "no", "a b", "stock.nut", "")) {
            assertThatExceptionOfType(NoSuchMethodException.class).isThrownBy(() -> invocable.invokeFunction(name));
        }
        assertThatNullPointerException().isThrownBy(() -> invocable.invokeFunction(null));
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.invokeMethod(Map.of(), "m"));

        Shop shop = invocable.getInterface(Shop.class);
        assertThat(shop.count("nut")).isEqualTo(3);
        assertThat(shop.described("nut")).isEqualTo("nut: 3");
        assertThat(shop)
                .isNotEqualTo(invocable.getInterface(Shop.class))
                .hasToString("the functions of a script as " + Shop.class.getName());
        assertThat(invocable.getInterface(Supplier.class)).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.getInterface(String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.getInterface(null));
        assertThatIllegalArgumentException().isThrownBy(() -> invocable.getInterface(Map.of(), Shop.class));
        engine.eval("function fail(x) { throw new RangeError(x) } const length = x => x.length");
        Checks checks = invocable.getInterface(Checks.class);
        assertThat(checks.length("four")).isEqualTo(4L);
        assertThatExceptionOfType(JavaScriptException.class)
                .isThrownBy(() -> checks.fail("too far"))
                .withMessageStartingWith("RangeError: too far");
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
                .isThrownBy(() -> engine.eval("console.log(1)"))
                .withMessageContaining("cannot be used from within");
    }

    @Test
    void hasABoxForMore() throws Exception {
        try (WasmBoxScriptEngine wasmBox = (WasmBoxScriptEngine) engine) {
            wasmBox.eval("let n = 1");
            Snapshot snapshot = wasmBox.box().snapshot();
            wasmBox.eval("n = 2");
            wasmBox.box().restore(snapshot);
            assertThat(wasmBox.eval("n")).isEqualTo(1);
        }
    }
}
