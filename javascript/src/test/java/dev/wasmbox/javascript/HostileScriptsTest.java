package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxState;
import dev.wasmbox.CodecException;
import dev.wasmbox.Engine;
import dev.wasmbox.LimitException;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts that mean harm, or do it: each ends in an error that says what was too much, and the box can be used after it, and
 * undone.
 */
class HostileScriptsTest {

    private static final JavaScriptOptions OPTIONS = JavaScriptOptions.standard()
            .withSteps(200_000)
            .withUndo(1)
            .withLimits(JavaScriptOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)));

    /** A script, and how its failure begins. */
    record Hostile(String script, String failure) {
        @Override
        public String toString() {
            return script;
        }
    }

    private static final String INTERRUPTED = "InternalError: interrupted: the script took more steps than it may";
    private static final String STACK_OVERFLOW = "InternalError: stack overflow";
    private static final String OUT_OF_MEMORY = "InternalError: out of memory";
    private static final String NOBODY_CATCHES =
            "InternalError: interrupted: there are too many errors that nobody catches";

    static Stream<Hostile> endless() {
        return Stream.of(
                        "for (;;);",
                        "for (;;) try { for (;;); } catch {} finally { continue }",
                        "for (const x of (function* () { for (;;) yield 1 })());",
                        "[...{[Symbol.iterator]: () => ({next: () => ({done: false})})}].length && 0; for (;;);",
                        "/(a+)+b/.test('a'.repeat(40))",
                        "'a'.repeat(40).replace(/^(([a-z])+.)+[A-Z]([a-z])+$/, '')",
                        "const again = () => setTimeout(again, 0); again()",
                        "(async () => { for (;;) await new Promise(done => setTimeout(done)) })()",
                        "const job = () => { Promise.resolve().then(job) }; job()",
                        "const task = () => queueMicrotask(task); task()",
                        "await ({then(done) { done(this) }})",
                        "(async () => { for (;;) await 1 })()",
                        "setTimeout(() => { for (;;); })",
                        "Promise.resolve().then(() => { for (;;); })",
                        "({get a() { for (;;); }})",
                        "({toJSON() { for (;;); }, get a() { return JSON.stringify(this) }})",
                        "new Proxy({}, {ownKeys() { for (;;); }})",
                        "[3, 1, 2].sort(() => { for (;;); })",
                        "`${{toString() { for (;;); }}}`",
                        "for (;;) try { null.x } catch {}",
                        "class A { static x = (() => { for (;;); })() }",
                        "eval('for (;;);')",
                        "new Function('for (;;);')()",
                        "Object.defineProperty(InternalError.prototype, 'name', {get() { for (;;); }}); for (;;);")
                .map(script -> new Hostile(script, INTERRUPTED));
    }

    static Stream<Hostile> tooMuch() {
        return Stream.of(
                new Hostile("'x'.repeat(2 ** 29)", OUT_OF_MEMORY),
                new Hostile("let s = 'x'; for (;;) s += s", "InternalError: string too long"),
                new Hostile("const all = []; for (;;) all.push(new Uint8Array(1 << 20))", OUT_OF_MEMORY),
                new Hostile("new ArrayBuffer(2 ** 31)", "RangeError: invalid array buffer length"),
                new Hostile("new Uint8Array(2 ** 30)", OUT_OF_MEMORY),
                new Hostile("2n ** (2n ** 40n)", "RangeError: BigInt is too large"),
                new Hostile("for (let x = 3n; ; x *= x);", "RangeError: BigInt is too large to allocate"),
                new Hostile("for (;;) console.log('x')", "RangeError: there are too many outputs for one message"),
                new Hostile("for (;;) wasmbox.send(1)", "RangeError: there are too many outputs for one message"),
                new Hostile(
                        "const long = 'x'.repeat(1 << 20); for (;;) console.log(long)",
                        "RangeError: there are too many outputs for one message"),
                new Hostile("'x'.repeat(9 << 20)", "RangeError: the value is too large for the host"),
                new Hostile(
                        "console.log(...new Array(300).fill('x'.repeat(1 << 20)))",
                        "RangeError: there are too many outputs for one message"),
                new Hostile("new Array(5_000_000).fill(1)", "RangeError: the value is too large for the host"),
                new Hostile(
                        "new Proxy([], {get: (array, key) => key === 'length' ? 2 ** 32 : array[key]})",
                        "RangeError: the value is too large for the host"),
                new Hostile("wasmbox.send('x'.repeat(9 << 20))", "RangeError: the value is too large for the host"),
                new Hostile("for (;;) Promise.reject(1)", NOBODY_CATCHES),
                new Hostile("setInterval(() => { throw 1 }); setTimeout(() => 0, 3e6)", NOBODY_CATCHES),
                new Hostile(
                        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
                        "TypeError: cannot block in this thread"),
                new Hostile("import('x')", "ReferenceError: could not load module 'x'"));
    }

    static Stream<Hostile> deep() {
        return Stream.of(
                new Hostile("const down = () => down() + 1; down()", STACK_OVERFLOW),
                new Hostile("const o = {toString: () => '' + o}; '' + o", STACK_OVERFLOW),
                new Hostile("const p = new Proxy({}, {get: (t, k, self) => self[k]}); p.x", STACK_OVERFLOW),
                new Hostile("const f = () => [1, 2].map(f); f()", STACK_OVERFLOW),
                new Hostile("const r = () => 'aa'.replace(/a/g, r); r()", STACK_OVERFLOW),
                new Hostile("const g = {get a() { return this.a }}; g.a", STACK_OVERFLOW),
                new Hostile("class A { constructor() { new A() } } new A()", STACK_OVERFLOW),
                new Hostile("function* y() { yield* y() } y().next()", STACK_OVERFLOW),
                new Hostile("const e = () => eval('e()'); e()", "SyntaxError: stack overflow"),
                new Hostile("JSON.parse('['.repeat(20_000))", "SyntaxError: stack overflow"),
                new Hostile("eval('('.repeat(20_000))", "SyntaxError: stack overflow"),
                new Hostile("eval('-'.repeat(20_000) + '1')", "SyntaxError: "),
                new Hostile("eval('a=>'.repeat(20_000) + '1')", "SyntaxError: stack overflow"),
                new Hostile("eval('`${'.repeat(20_000))", "SyntaxError: stack overflow"),
                new Hostile("new RegExp('('.repeat(20_000) + ')'.repeat(20_000))", "SyntaxError: "),
                new Hostile(
                        "let nest = []; for (let i = 0; i < 2e4; i++) nest = [nest]; JSON.stringify(nest)",
                        STACK_OVERFLOW),
                new Hostile(
                        "let flat = []; for (let i = 0; i < 2e4; i++) flat = [flat]; flat.flat(Infinity)",
                        STACK_OVERFLOW));
    }

    @ParameterizedTest
    @MethodSource({"endless", "tooMuch", "deep"})
    void endInAnErrorThatTheHostGets(Hostile hostile) {
        ends(hostile, Engine.COMPILED, hostile.failure().equals(INTERRUPTED) ? OPTIONS : OPTIONS.withSteps(50_000_000));
    }

    /** An interpreter needs much more of Java's stack for a call of the guest than compiled code does. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10})
    void endWhereTheStackDoesWhenInterpreted(int index) {
        ends(deep().toList().get(index), Engine.INTERPRETED, OPTIONS);
    }

    private static void ends(Hostile hostile, Engine engine, JavaScriptOptions options) {
        try (JavaScriptBox box = Engines.on(engine).start(options)) {
            box.evaluate("const before = 1");
            Snapshot before = box.snapshot();
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate(hostile.script(), "hostile.js"))
                    .withMessageStartingWith(hostile.failure());
            assertThat(box.state()).isEqualTo(BoxState.READY);
            assertThat(box.evaluate("before + 1")).isEqualTo(new JsValue.Num(2));
            box.undo(1);
            assertThat(box.evaluate("await before")).isEqualTo(new JsValue.Num(1));
            box.restore(before);
            assertThat(box.snapshot().digest()).isNotEqualTo(before.digest()); // other entropy, and nothing else
            assertThat(box.evaluate("before")).isEqualTo(new JsValue.Num(1));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void areEndedWhenTheirTimeIsUp(Engine engine) {
        JavaScriptOptions options = JavaScriptOptions.standard()
                .withUndo(1)
                .withLimits(JavaScriptOptions.standard().limits().withTimePerMessage(Duration.ofSeconds(3)));
        try (JavaScriptBox box = Engines.on(engine).start(options)) {
            Snapshot before = box.snapshot();
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.evaluate("let x = 1; for (;;) x++"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TIME));
            assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
            box.undo(1);
            assertThat(box.snapshot()).isEqualTo(before);
            assertThat(box.evaluate("typeof x").asText()).isEqualTo("undefined");
        }
    }

    @Test
    void areEndedByAnInterruptOfTheThreadThatWaitsForThem() {
        Thread waiting = Thread.currentThread();
        JavaScriptOptions options =
                JavaScriptOptions.standard().withUndo(1).withConsole((level, text) -> waiting.interrupt());
        try (JavaScriptBox box = Engines.compiled().start(options)) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.evaluate("console.log('now'); for (;;);"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
            assertThat(Thread.interrupted()).isTrue();
            box.undo(1);
            assertThat(box.evaluate("1")).isEqualTo(new JsValue.Num(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete globalThis.Promise; delete globalThis.wasmbox; delete globalThis.console; delete globalThis.JSON",
                "Promise = 1; JSON = 1; wasmbox = 1; Object = 1; Array = 1; Error = 1; BigInt = 1; String = 1",
                "globalThis.globalThis = null",
                "for (const name of Object.getOwnPropertyNames(globalThis)) try { globalThis[name] = 0 } catch {}",
                "const all = globalThis; for (const name of Object.getOwnPropertyNames(all)) delete all[name]",
                "Array.prototype.push = () => { throw 1 }; Array.prototype[Symbol.iterator] = null",
                "Object.defineProperty(Array.prototype, 0, {set() { throw 1 }, get() { throw 2 }})",
                "Object.prototype.value = 1; Object.prototype.get = 1; Object.prototype.name = {toString() { throw 1 }}",
                "Object.defineProperty(Object.prototype, 'stack', {get() { throw 1 }})",
                "for (const k of ['name', 'message', 'stack']) Object.defineProperty(Error.prototype, k, {get() { throw 1 }})",
                "Error.prepareStackTrace = () => { throw 1 }",
                "Promise.prototype.then = () => { throw 1 }; Promise.resolve = null",
                "Function.prototype.call = Function.prototype.apply = Function.prototype.toString = null",
                "Date.now = Math.random = setTimeout = clearTimeout = queueMicrotask = null",
                "Object.freeze(globalThis.Object.prototype); Object.setPrototypeOf(globalThis, null)",
                "Object.setPrototypeOf(globalThis, new Proxy({}, {get() { throw 1 }, ownKeys() { throw 1 }}))",
                "RegExp.prototype.exec = Symbol.prototype.toString = Map.prototype.entries = () => { throw 1 }"
            })
    void thatBreakWhatIsThereBreakItForThemselves(String script) {
        List<String> console = new ArrayList<>();
        try (JavaScriptBox box = Engines.compiled().start(OPTIONS.withConsole((level, text) -> console.add(text)))) {
            box.evaluate(
                    """
                    const log = console.log, send = wasmbox.send, after = setTimeout;
                    wasmbox.on(message => { send([message]) })
                    function add(a, b) { return a + b }
                    const AnError = Error;
                    """);
            box.evaluate(script + "; 0");
            assertThat(box.evaluate("[1, {a: 'x'}, 2n].length").asInt()).isEqualTo(3);
            assertThat(box.evaluate("({a: 'x'})").get("a").asText()).isEqualTo("x");
            assertThat(box.show("[1, 'a', /b/g, 2n]", "a.js")).startsWith("[ 1, 'a', /b/g, 2n");
            assertThat(box.call("add", List.of(1), "x").asText()).endsWith("x");
            assertThat(box.deliver("m").getFirst().asList().getFirst().asText()).isEqualTo("m");
            box.evaluate("after(message => log(message), 1, 'later')");
            assertThat(console).containsExactly("later");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("throw new AnError('mine')"))
                    .withMessageContaining("mine");
            assertThatExceptionOfType(JavaScriptException.class).isThrownBy(() -> box.evaluate("none"));
            assertThatExceptionOfType(JavaScriptException.class).isThrownBy(() -> box.evaluate("let 1"));
            box.set("given", List.of(1, "two", BigInteger.TEN));
            assertThat(box.complete("giv").names()).containsExactly("given");
            assertThat(box.isComplete("f(")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "const e = new Error('mine'); Object.defineProperty(e, 'name', {get() { throw 1 }}); throw e",
                "const e = new Error('mine'); e.name = {toString() { for (;;); }}; throw e",
                "throw Object.assign(new Error('mine'), {stack: {toString() { throw 1 }}})",
                "throw Object.assign(new Error('mine'), {name: Symbol('s'), stack: '(a:1:2'})",
                "throw Object.assign(new Error('mine'), {stack: '    at x (:::99999999999999999999:-1)\\n\\n::'})",
                "throw Object.assign(new Error('mine'), {stack: '    at ' + 'x'.repeat(2e7) + ':1:1'})"
            })
    void thatThrowErrorsWhichDoNotWantToBeToldAreToldOf(String script) {
        try (JavaScriptBox box = Engines.compiled().start(OPTIONS)) {
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate(script))
                    .satisfies(e -> assertThat(e.errorMessage()).isEqualTo("mine"));
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("throw new Proxy({}, {get() { throw 1 }, ownKeys() { for (;;); }})"))
                    .withMessage("[Proxy]");
        }
    }

    @Test
    void areBoundedAlsoWhereAVariableIsSet() {
        try (JavaScriptBox box = Engines.compiled().start(OPTIONS)) {
            box.evaluate("Object.defineProperty(globalThis, 'x', {set() { for (;;); }}); 0");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.set("x", 1))
                    .withMessageStartingWith(INTERRUPTED);
            assertThat(box.state()).isEqualTo(BoxState.READY);
        }
    }

    @Test
    void areNotRunByShowingWhatTheyMade() {
        List<String> console = new ArrayList<>();
        try (JavaScriptBox box = Engines.compiled().start(OPTIONS.withConsole((level, text) -> console.add(text)))) {
            box.evaluate(
                    """
                    const ran = () => { all.clear(); console.log('ran') };
                    const f = () => 1;
                    Object.defineProperty(f, 'toString', {value: ran});
                    const bytes = Object.defineProperty(new Uint8Array(2), 'length', {get: ran});
                    class Class {}
                    const all = new Map([[f, 1], [bytes, {}], [Class, 'x']]);
                    0
                    """);
            assertThat(box.show("all", "a.js"))
                    .isEqualTo("Map(3) { [Function: f] => 1, Uint8Array(2) [ 0, 0 ] => {}, [class Class] => 'x' }");
            assertThat(console).isEmpty();
            assertThat(box.show("({['x'.repeat(2e7)]: 1})", "a.js")).hasSizeLessThan(11_000);
        }
    }

    /** Java would take minutes to compute what these digits are. */
    @Test
    void mayMakeNumbersThatTakeLongToRead() {
        JsValue.BigInt number = new JsValue.BigInt("9".repeat(4_000_000));
        assertThat(new JsValue.Array(List.of(number)).elements()).containsExactly(number);
        assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> new JsValue.BigInt("1n"));
        assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> new JsValue.BigInt("\u0663"));
    }

    @Test
    void mayMakeArraysOfAnyLengthAndPromisesOfEachOther() {
        try (JavaScriptBox box = Engines.compiled().start(OPTIONS)) {
            assertThat(box.evaluate("new Proxy([1], {get: (array, key) => key === 'length' ? -1 : array[key]})"))
                    .isEqualTo(new JsValue.Array(List.of()));
            box.evaluate(
                    """
                    let toOne, toOther;
                    const one = new Promise(done => toOne = done), other = new Promise(done => toOther = done);
                    one.then = other.then = null;
                    toOne(other);
                    toOther(one);
                    """);
            assertThat(box.evaluate("one").toString()).startsWith("Promise {");
            assertThat(box.evaluate("await 0; one").toString()).startsWith("Promise {");
        }
    }

    @Test
    void mayHaveTenMegabytesInALine() {
        try (JavaScriptBox box = Engines.compiled().start()) {
            String line = "x".repeat(10 << 20);
            assertThat(box.evaluate("'" + line + "'.length")).isEqualTo(new JsValue.Num(10 << 20));
            assertThat(box.evaluate("/*" + line + "*/ 1")).isEqualTo(new JsValue.Num(1));
            assertThat(box.isComplete(line + "(")).isFalse();
            box.set("given", line);
            assertThat(box.evaluate("given.length")).isEqualTo(new JsValue.Num(10 << 20));
            assertThat(box.show("given", "a.js")).hasSizeLessThan(11_000).endsWith("'... 10475760 more bytes");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("x".repeat(100) + line))
                    .withMessageStartingWith("ReferenceError: 'xxx");
            assertThatExceptionOfType(LimitException.class).isThrownBy(() -> box.evaluate(line + line));
            assertThat(box.evaluate("1")).isEqualTo(new JsValue.Num(1));
        }
    }

    @Test
    void mayHaveHalvesOfSurrogatePairs() {
        List<String> console = new ArrayList<>();
        try (JavaScriptBox box = Engines.compiled()
                .start(JavaScriptOptions.standard().withConsole((level, text) -> console.add(text)))) {
            assertThat(box.evaluate("['\\ud800', 'a\\udc00b', '\\ud83d\\ude00', {'\\udfff': 1}]"))
                    .hasToString("['\ufffd', 'a\ufffdb', '😀', {\ufffd: 1}]");
            assertThat(box.evaluate("'\\ud83d\\ude00'.length + '😀'.length")).isEqualTo(new JsValue.Num(4));
            assertThat(box.show("['\\ud800', Symbol('\\udc00')]", "a.js")).isEqualTo("[ '\ufffd', Symbol(\ufffd) ]");
            box.evaluate("console.log('\\ud800\\ud800', '\\ude00')");
            assertThat(console).containsExactly("\ufffd\ufffd \ufffd");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("throw new Error('\\udbff')"))
                    .withMessageContaining("Error: \ufffd");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("throw '\\udbff'"))
                    .withMessage("\ufffd");
            box.evaluate("globalThis['x\\ud800'] = 1");
            assertThat(box.complete("x").names()).containsExactly("x\ufffd");
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.evaluate("'\ud800'"));
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.set("x", "\udc00"));
            assertThat(box.evaluate("'\\0' + String.fromCharCode(0xFFFF)").asText())
                    .isEqualTo("\0\uffff");
        }
    }

    @Test
    void mayHaveNamesAndSourcesThatAreStrange() {
        try (JavaScriptBox box = Engines.compiled().start()) {
            for (String name : List.of("", "\0", "a\nb", "(", "x".repeat(5000), "a:1:2", "größe 😀.js")) {
                assertThatExceptionOfType(JavaScriptException.class)
                        .as(name)
                        .isThrownBy(() -> box.evaluate("throw new Error('mine')", name))
                        .withMessageStartingWith("Error: mine");
                assertThatExceptionOfType(JavaScriptException.class).as(name).isThrownBy(() -> box.call(name));
            }
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("1;\0"))
                    .withMessageStartingWith("SyntaxError");
        }
    }
}
