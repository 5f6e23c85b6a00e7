package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CodecException;
import dev.wasmbox.Entropy;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a box with JavaScript does, call by call. */
class JavaScriptBoxTest {

    private final List<String> console = new ArrayList<>();
    private JavaScriptBox box = start(JavaScriptOptions.standard());

    private JavaScriptBox start(JavaScriptOptions options) {
        return Engines.compiled().start(options.withConsole((level, text) -> console.add(level + " " + text)));
    }

    /** Instead of the box with standard options, another one. */
    private void restart(JavaScriptOptions options) {
        box.close();
        box = start(options);
    }

    @AfterEach
    void closeBox() {
        box.close();
    }

    private JavaScriptException failureOf(String script) {
        return assertThatExceptionOfType(JavaScriptException.class)
                .isThrownBy(() -> box.evaluate(script, "a.js"))
                .actual();
    }

    @Nested
    class Values {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                undefined               | Undefined | undefined
                null                    | Null      | null
                true                    | Bool      | true
                1 + 1                   | Num       | 2
                -0                      | Num       | -0.0
                0.1                     | Num       | 0.1
                1 / 0                   | Num       | Infinity
                2n ** 64n               | BigInt    | 18446744073709551616n
                'a' + 'b'               | Text      | 'ab'
                [1, [], , 'x']          | Array     | [1, [], undefined, 'x']
                ({a: 1, b: {c: [null]}})| Fields    | {a: 1, b: {c: [null]}}
                new String('boxed')     | Text      | 'boxed'
                new (class A {x = 1})   | Fields    | {x: 1}
                () => 1                 | Shown     | [Function: (anonymous)]
                new Map([[1, 'a']])     | Shown     | Map(1) { 1 => 'a' }
                Symbol('s')             | Shown     | Symbol(s)
                new Date(0)             | Shown     | 1970-01-01T00:00:00.000Z
                let o = {}; o.self = o  | Fields    | {self: { self: [Circular] }}
                """)
        void comeAsCopies(String script, String type, String text) {
            JsValue value = box.evaluate(script);
            assertThat(value.getClass().getSimpleName()).isEqualTo(type);
            assertThat(value).hasToString(text);
        }

        @Test
        void goInAsTheyCameOut() {
            JsValue value =
                    box.evaluate("({a: [1, null, true, 'x', 7n, {}], '': undefined, __proto__: {inherited: 1}})");
            box.set("same", value);
            assertThat(box.evaluate("same")).isEqualTo(value);
            assertThat(box.call("Object.is", -0.0, 0)).isEqualTo(new JsValue.Bool(false));
        }

        @Test
        void areJavasOwnIfThatIsWanted() {
            assertThat(box.evaluate("({a: [1, 'x', null, true], b: 2n})").toJava())
                    .isEqualTo(Map.of("a", Arrays.asList(1.0, "x", null, true), "b", BigInteger.TWO));
            box.set("value", Map.of("list", List.of(1, 2L, 3.5f), "text", "x", "c", 'c'));
            assertThat(box.evaluate("JSON.stringify([value.list, value.text, value.c, value.none])")
                            .asText())
                    .isEqualTo("[[1,2,3.5],\"x\",\"c\",null]");
        }

        @Test
        void areOfALimitedDepth() {
            JsValue deep = box.evaluate("let deep = 1; for (let i = 0; i < 120; i++) deep = [deep]; deep");
            box.set("same", deep);
            assertThat(box.evaluate("same")).isEqualTo(deep);
            assertThat(box.evaluate("[deep]")).hasToString("[".repeat(120) + "[ 1 ]" + "]".repeat(120));
            Object tooDeep = 1;
            for (int i = 0; i < 100_000; i++) {
                tooDeep = new JsValue.Array(List.of(JsValue.of(tooDeep)));
            }
            Object given = tooDeep;
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.set("same", given));
            assertThat(box.evaluate("1")).isEqualTo(new JsValue.Num(1));
        }

        @Test
        void haveAccessorsThatSayWhatIsThere() {
            JsValue value = box.evaluate("({n: 3, list: ['a'], yes: true})");
            assertThat(value.get("n").asInt()).isEqualTo(3);
            assertThat(value.get("n").asDouble()).isEqualTo(3.0);
            assertThat(value.get("list").asList().getFirst().asText()).isEqualTo("a");
            assertThat(value.get("yes").asBoolean()).isTrue();
            assertThat(value.get("none").isNothing()).isTrue();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> value.get("list").asInt())
                    .withMessage("this is no integer of 32 bits, but ['a'] (Array)");
        }

        @Test
        void thatAreNoneForAScriptAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.set("x", new Object()))
                    .withMessageContaining("a java.lang.Object is no value for a script");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.set("x", (1L << 53) + 1))
                    .withMessageContaining("pass a BigInteger");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.set("x", Map.of(1, 2)))
                    .withMessageContaining("has the key 1");
            List<Object> itself = new ArrayList<>();
            itself.add(itself);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.set("x", itself))
                    .withMessageContaining("does not contain itself");
        }

        @Test
        void runTheGettersThatTheyHave() {
            assertThat(box.evaluate("({get a() { return this.b * 2 }, b: 4})")).hasToString("{a: 8, b: 4}");
            assertThat(failureOf("({get a() { throw new TypeError('no') }})").errorName())
                    .isEqualTo("TypeError");
        }

        @Test
        void areShownWithoutRunningAnything() {
            assertThat(box.show("({get a() { throw 1 }, set b(x) {}, f() {}, [Symbol('s')]: 1, 'a b': -0})", "a.js"))
                    .isEqualTo("{ a: [Getter], b: [Setter], f: [Function: f], 'a b': -0, [Symbol(s)]: 1 }");
        }
    }

    @Nested
    class Scope {

        @Test
        void lastsFromScriptToScript() {
            box.evaluate("let a = 1; const b = 2; var c = 3; function d() { return a + b + c } class E { f = d() }");
            box.evaluate("a = 10");
            assertThat(box.evaluate("new E().f")).isEqualTo(new JsValue.Num(15));
        }

        @Test
        void takesDeclarationsAgain() {
            box.evaluate("let a = 1; const b = 1; class C {} function d() {} var e = 1");
            box.evaluate("const a = 2; let b = 2; var C = 2; let d = 2; class e {}");
            assertThat(box.show("[a, b, C, d, e]", "a.js")).isEqualTo("[ 2, 2, 2, 2, [class e] ]");
            assertThat(failureOf("let undefined = 1").errorName()).isEqualTo("SyntaxError");
        }

        @Test
        void isUntouchedByAScriptThatCannotBeParsed() {
            box.evaluate("let a = 1");
            failureOf("a = 2; let let");
            assertThat(box.evaluate("a")).isEqualTo(new JsValue.Num(1));
        }

        @Test
        void keepsWhatAScriptDidBeforeItThrew() {
            failureOf("let a = 1; let b = a.b.c");
            assertThat(box.evaluate("a")).isEqualTo(new JsValue.Num(1));
            assertThat(failureOf("b")).hasMessage("ReferenceError: b is not initialized (a.js:1:1)");
        }
    }

    @Nested
    class Errors {

        @Test
        void haveNameMessageAndPlace() {
            JavaScriptException failure = failureOf("function f(x) {\n  return x.y;\n}\nf(null)");
            assertThat(failure.errorName()).isEqualTo("TypeError");
            assertThat(failure.errorMessage()).isEqualTo("cannot read property 'y' of null");
            assertThat(failure.place()).contains(new JavaScriptException.Place("a.js", 2, 11));
            assertThat(failure).hasMessage("TypeError: cannot read property 'y' of null (a.js:2:11)");
            assertThat(failure.scriptStack()).contains("at f (a.js:2:11)").contains("at <eval> (a.js:4:2)");
            assertThat(failure.thrownValue()).isEmpty();
        }

        @Test
        void ofSyntaxAreOfThatKind() {
            JavaScriptException failure = failureOf("\n  let = 1)");
            assertThat(failure.errorName()).isEqualTo("SyntaxError");
            assertThat(failure.place().orElseThrow().line()).isEqualTo(2);
        }

        @Test
        void mayBeAnyValue() {
            JavaScriptException failure = failureOf("throw {code: 7}");
            assertThat(failure.errorName()).isEmpty();
            assertThat(failure).hasMessage("{ code: 7 }");
            assertThat(failure.thrownValue().orElseThrow().get("code").asInt()).isEqualTo(7);
            assertThat(failureOf("throw 'text'")).hasMessage("text");
            assertThat(failureOf("throw undefined")).hasMessage("undefined");
        }

        @Test
        void mayBeOfTheScriptsOwnKind() {
            JavaScriptException failure = failureOf("class Mine extends Error { name = 'Mine' }\nthrow new Mine('m')");
            assertThat(failure.errorName()).isEqualTo("Mine");
            assertThat(failure.errorMessage()).isEqualTo("m");
        }

        @Test
        void haveThePlacesOfTheScriptsThatDefinedWhatThrew() {
            box.evaluate("\nfunction f() { throw new Error('x') }", "library.js");
            assertThat(failureOf("f()").place().orElseThrow().source()).isEqualTo("library.js");
        }
    }

    @Nested
    class Waiting {

        @Test
        void forPromisesIsWhatABoxDoes() {
            assertThat(box.evaluate("Promise.resolve(1).then(x => x + 1).then(x => x * 10)"))
                    .isEqualTo(new JsValue.Num(20));
            assertThat(box.evaluate("const x = await Promise.resolve(5); x + 1"))
                    .isEqualTo(new JsValue.Num(6));
            assertThat(failureOf("Promise.reject(new RangeError('r'))").errorName())
                    .isEqualTo("RangeError");
            assertThat(failureOf("await Promise.reject(new RangeError('r'))").errorName())
                    .isEqualTo("RangeError");
        }

        @Test
        void forTimersMovesTheClock() {
            box.evaluate("const sleep = millis => new Promise(done => setTimeout(done, millis))");
            assertThat(box.evaluate("await sleep(90_000); Date.now()")).isEqualTo(new JsValue.Num(90_000));
            assertThat(box.clock()).isEqualTo(Instant.EPOCH.plusSeconds(90));
            box.evaluate(
                    """
                    const order = [];
                    setTimeout(() => order.push('c'), 20);
                    setTimeout((...given) => order.push(...given), 10, 'a', 'b');
                    const cleared = setTimeout(() => order.push('cleared'), 5);
                    clearTimeout(cleared);
                    queueMicrotask(() => order.push('micro'));
                    setTimeout(() => order.push('now'));
                    order.push('script')
                    """);
            assertThat(box.evaluate("order.join()").asText()).isEqualTo("script,micro,now,a,b,c");
        }

        @Test
        void endsWithTheAllowance() {
            restart(JavaScriptOptions.standard().withAdvance(Duration.ofSeconds(10)));
            assertThat(box.show(
                            "new Promise(done => setTimeout(() => done('late'), 15_000)).then(x => late = x)", "a.js"))
                    .isEqualTo("Promise { <pending> }");
            assertThat(box.nextTimer()).contains(Instant.EPOCH.plusSeconds(15));
            box.runTimers();
            assertThat(box.clock()).isEqualTo(Instant.EPOCH);
            box.setClock(BoxClock.fixed(box.nextTimer().orElseThrow()));
            box.runTimers();
            assertThat(box.evaluate("late")).isEqualTo(new JsValue.Text("late"));
            assertThat(box.nextTimer()).isEmpty();
        }

        @Test
        void isNotDoneForIntervals() {
            box.evaluate("let ticks = 0; const ticking = setInterval(() => { ticks++ }, 1_000)");
            assertThat(box.evaluate("ticks")).isEqualTo(new JsValue.Num(0));
            assertThat(box.nextTimer()).contains(Instant.EPOCH.plusSeconds(1));
            box.evaluate("setTimeout(() => clearInterval(ticking), 3_500)");
            assertThat(box.evaluate("ticks")).isEqualTo(new JsValue.Num(3));
            assertThat(box.nextTimer()).isEmpty();
        }

        @Test
        void isTheHostsAffairWithAClockOfItsOwn() {
            AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
            restart(JavaScriptOptions.standard().withClock(BoxClock.following(time::get)));
            box.evaluate("setTimeout(() => console.log('at', new Date().toISOString()), 60_000)");
            box.runTimers();
            assertThat(console).isEmpty();
            time.set(box.nextTimer().orElseThrow());
            box.runTimers();
            assertThat(console).containsExactly("LOG at 2030-01-01T00:01:00.000Z");
        }

        @Test
        void bringsOutWhatNobodyCaught() {
            JavaScriptException failure = failureOf(
                    "setTimeout(() => { throw new Error('timer') }); Promise.reject(new Error('promise')); 1");
            assertThat(failure.errorMessage()).isEqualTo("promise");
            assertThat(failure.getSuppressed()).singleElement().satisfies(e -> assertThat(e)
                    .hasMessageContaining("timer"));
            List<String> uncaught = new ArrayList<>();
            restart(JavaScriptOptions.standard().withUncaught(e -> uncaught.add(e.errorMessage())));
            assertThat(box.evaluate("setTimeout(() => { throw new Error('timer') }); 1"))
                    .isEqualTo(new JsValue.Num(1));
            assertThat(uncaught).containsExactly("timer");
        }

        @Test
        void saysNothingOfARejectionThatIsCaughtMeanwhile() {
            assertThat(box.evaluate(
                            "const p = Promise.reject(new Error('x')); queueMicrotask(() => p.catch(() => 0)); 1"))
                    .isEqualTo(new JsValue.Num(1));
        }
    }

    @Nested
    class Talking {

        @Test
        void toTheConsoleIsHeardAtOnce() {
            box.evaluate(
                    """
                    console.log('a', {b: [1, 'x']}, 2n);
                    console.info(); console.warn('w'); console.error(new Error('e').message); console.debug(null)
                    """);
            assertThat(console)
                    .containsExactly("LOG a { b: [ 1, 'x' ] } 2n", "INFO ", "WARN w", "ERROR e", "DEBUG null");
        }

        @Test
        void asAnActor() {
            box.evaluate(
                    """
                    const seen = [];
                    wasmbox.on(async message => {
                        seen.push(message);
                        await null;
                        wasmbox.send({to: message.from, count: seen.length});
                        setTimeout(() => wasmbox.send('later'), 1000);
                    })
                    """);
            assertThat(box.deliver(Map.of("from", "a"))).hasToString("[{to: 'a', count: 1}, 'later']");
            assertThat(box.deliver(Map.of("from", "b")).getFirst()).hasToString("{to: 'b', count: 2}");
            box.evaluate("wasmbox.on(null)");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.deliver(1))
                    .withMessageContaining("there is no handler for messages");
        }

        @Test
        void toAListenerOfOnesOwn() {
            List<JsValue> sent = new ArrayList<>();
            restart(JavaScriptOptions.standard().withSent(sent::add));
            box.evaluate("wasmbox.send([1, 2]); wasmbox.send()");
            assertThat(sent).containsExactly(JsValue.of(List.of(1, 2)), new JsValue.Undefined());
        }

        @Test
        void fromAListenerIsRefused() {
            AtomicReference<Throwable> refused = new AtomicReference<>();
            restart(JavaScriptOptions.standard()
                    .withSent(value -> refused.set(assertThatExceptionOfType(BoxStateException.class)
                            .isThrownBy(() -> box.evaluate("1"))
                            .actual())));
            box.evaluate("wasmbox.send(1)");
            assertThat(refused.get()).isNotNull();
        }
    }

    @Nested
    class Functions {

        @Test
        void areCalledByName() {
            box.evaluate("const add = (a, b) => a + b; const game = {level: 3, get() { return this.level }}");
            assertThat(box.call("add", 1, 2)).isEqualTo(new JsValue.Num(3));
            assertThat(box.call("add", "a", List.of(1))).isEqualTo(new JsValue.Text("a1"));
            assertThat(box.call("game.get")).isEqualTo(new JsValue.Num(3));
            assertThat(box.call("Promise.resolve", 4)).isEqualTo(new JsValue.Num(4));
        }

        @ParameterizedTest
        @CsvSource({
            "none, 'ReferenceError: ''none'' is not defined'",
            "Math.none, 'TypeError: Math.none is not a function'",
            "none.none, 'ReferenceError: ''none'' is not defined'",
            "'', ReferenceError: '' is not defined",
        })
        void thatAreNotThereAreErrors(String name, String message) {
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.call(name))
                    .withMessageStartingWith(message);
        }

        @Test
        void andVariablesAreSet() {
            box.evaluate("let a = 1; const c = 1");
            box.set("a", 2);
            box.set("b", List.of("x"));
            assertThat(box.evaluate("[a, b[0], globalThis.b === b, globalThis.a]"))
                    .hasToString("[2, 'x', true, undefined]");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.set("c", 2))
                    .withMessageContaining("'c' is read-only");
        }
    }

    @Nested
    class Typing {

        @Test
        void isCompletedFromWhatIsThere() {
            box.evaluate("let counter = {value: 1, reset() {}}; const counted = 'text'; var count");
            assertThat(box.complete("1 + coun"))
                    .isEqualTo(new JavaScriptBox.Completions("coun", List.of("count", "counted", "counter")));
            assertThat(box.complete("f(counter.").names()).contains("reset", "value", "hasOwnProperty");
            assertThat(box.complete("counter.va").names()).containsExactly("value", "valueOf");
            assertThat(box.complete("counted.toUpp").names()).containsExactly("toUpperCase");
            assertThat(box.complete("Math.PI.toF").names()).isEmpty();
            assertThat(box.complete("none.x").names()).isEmpty();
            assertThat(box.complete("").names()).contains("Array", "console", "counter", "globalThis");
        }

        @Test
        void runsNothing() {
            box.evaluate("let ran = 0; const o = {get a() { ran++; return {b: 1} }}");
            box.evaluate("const p = new Proxy({}, {get() { ran++ }, ownKeys() { ran++; return [] }})");
            assertThat(box.complete("o.a.").names()).isEmpty();
            assertThat(box.complete("p.a").names()).isEmpty();
            assertThat(box.complete("o.").names()).contains("a");
            assertThat(box.evaluate("ran")).isEqualTo(new JsValue.Num(0));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "1 + 1",
                    "let x = {a: 1}",
                    "await 1",
                    "if (a) b",
                    "let 1x",
                    "}",
                    "f(1))",
                    "// a comment",
                    "'a' 'b'",
                    "/* a */",
                    "`a${1}`"
                })
        void thatIsWholeOrWrongIsEvaluated(String script) {
            assertThat(box.isComplete(script)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "function f() {",
                    "f(1,",
                    "[1, 2",
                    "x = ",
                    "`a",
                    "`a${1",
                    "/* a",
                    "if (a) {\n  b\n",
                    "class A {",
                    "a.",
                    "async () => {",
                    "({",
                    "const f = x =>"
                })
        void thatIsUnfinishedNeedsMoreLines(String script) {
            assertThat(box.isComplete(script)).isFalse();
        }

        @Test
        void leavesNoTrace() {
            String before = box.snapshot().digest();
            box.complete("Arr");
            box.isComplete("let x = '");
            assertThat(box.snapshot().digest()).isEqualTo(before);
        }
    }

    @Nested
    class State {

        @Test
        void isAValue() {
            box.evaluate(
                    """
                    let n = 0;
                    const next = () => ++n;
                    const numbers = (function* () { for (;;) yield next() })();
                    """);
            box.evaluate("numbers.next()");
            Snapshot snapshot = box.snapshot();
            assertThat(box.evaluate("numbers.next().value")).isEqualTo(new JsValue.Num(2));
            box.restore(snapshot);
            assertThat(box.evaluate("numbers.next().value")).isEqualTo(new JsValue.Num(2));
            try (JavaScriptBox woken =
                    Engines.compiled().restore(Snapshot.of(snapshot.toBytes()), JavaScriptOptions.standard())) {
                assertThat(woken.evaluate("numbers.next().value")).isEqualTo(new JsValue.Num(2));
            }
        }

        @Test
        void isForked() {
            box.evaluate("let name = 'parent'; let answer; const asked = new Promise(done => answer = done)");
            box.evaluate("asked.then(x => name += ' heard ' + x); 0");
            try (JavaScriptBox fork = box.fork()) {
                fork.evaluate("name = 'fork'; answer(1)");
                box.evaluate("answer(2)");
                assertThat(fork.evaluate("name").asText()).isEqualTo("fork heard 1");
                assertThat(box.evaluate("name").asText()).isEqualTo("parent heard 2");
            }
        }

        @Test
        void isUndone() {
            restart(JavaScriptOptions.standard().withUndo(2));
            assertThat(box.undoable()).isZero();
            box.evaluate("let x = 1");
            box.evaluate("x = 2");
            box.evaluate("x = 3");
            assertThat(box.undoable()).isEqualTo(2);
            box.undo(1);
            assertThat(box.evaluate("x")).isEqualTo(new JsValue.Num(2));
            box.undo(2);
            assertThat(box.evaluate("x")).isEqualTo(new JsValue.Num(1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.undo(5))
                    .withMessage("this box can undo 1 to 1 calls, but was asked for 5");
        }

        @Test
        void undoesAScriptThatFailedToo() {
            restart(JavaScriptOptions.standard().withUndo(1));
            box.evaluate("let x = 1");
            failureOf("x = 2; none");
            box.undo(1);
            assertThat(box.evaluate("x")).isEqualTo(new JsValue.Num(1));
        }

        @Test
        void hasItsOwnChance() {
            double first = box.evaluate("Math.random()").asDouble();
            restart(JavaScriptOptions.standard());
            assertThat(box.evaluate("Math.random()").asDouble())
                    .isEqualTo(first)
                    .isBetween(0.0, 1.0);
            restart(JavaScriptOptions.standard().withSeed(Seed.of(7)));
            assertThat(box.evaluate("Math.random()").asDouble()).isNotEqualTo(first);
            try (JavaScriptBox same = box.fork(Entropy.identical());
                    JavaScriptBox other = box.fork()) {
                double next = box.evaluate("Math.random()").asDouble();
                assertThat(same.evaluate("Math.random()").asDouble()).isEqualTo(next);
                assertThat(other.evaluate("Math.random()").asDouble()).isNotEqualTo(next);
            }
        }

        @Test
        void isGoneWhenTheBoxIsClosed() {
            Snapshot snapshot = box.snapshot();
            box.close();
            assertThat(box.state()).isEqualTo(BoxState.CLOSED);
            assertThatExceptionOfType(BoxStateException.class).isThrownBy(() -> box.evaluate("1"));
            try (JavaScriptBox woken =
                    Engines.compiled().restore(snapshot, JavaScriptOptions.standard(), RestoreOptions.identical())) {
                assertThat(woken.snapshot()).isEqualTo(snapshot);
            }
        }
    }
}
