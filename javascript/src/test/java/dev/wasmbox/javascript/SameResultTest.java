package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import dev.wasmbox.testkit.SameResult;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A script cannot tell whether its engine was snapshotted, restored, forked, or put into a file and woken elsewhere between
 * two statements; nor can whoever looks at its memory. The statements leave open all that a script can leave open.
 */
class SameResultTest {

    private static final Request.Allowance ALLOWANCE = new Request.Allowance(OptionalLong.empty(), Duration.ofHours(1));
    private static final Request.Allowance STEPS = new Request.Allowance(OptionalLong.of(10), Duration.ZERO);

    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes()
            .withLimits(JavaScriptOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)))
            .withLog((stream, line) -> {});

    private static final List<String> STATEMENTS = List.of(
            "let a = 1; const b = {a, self: null}; b.self = b; var c = [b, b]; 0",
            "const counter = (() => { let n = 0; return {up: () => ++n, get n() { return n }} })(); counter.up()",
            "function* numbers() { try { for (let i = 0; ; i++) yield [i, counter.up()] } finally { a = 'ended' } }"
                    + " const half = numbers(); half.next().value",
            "let settle; const pending = new Promise((done, fail) => { settle = {done, fail} });"
                    + " const chained = pending.then(x => x + 1).finally(() => { a++ }); counter.n",
            "const waiter = (async () => { const first = await pending; for (const x of [1, 2]) await x; return first })(); 0",
            "async function* lines() { let i = 0; while (i < 9) yield 'line ' + i++ } const reading = lines();"
                    + " (await reading.next()).value",
            "const map = new Map([[b, 'object'], [NaN, 'nan'], ['k', map => map]]); const entries = map.entries();"
                    + " entries.next().value[1]",
            "map.delete(NaN); map.set('later', 1); [...entries].length",
            "const set = new Set('hello'); const weak = new WeakMap([[b, 1]]); const reference = new WeakRef(b);"
                    + " const lost = new WeakRef({}); [weak.get(b), reference.deref() === b]",
            "const cleaned = []; const registry = new FinalizationRegistry(x => cleaned.push(x));"
                    + " registry.register({}, 'x'); lost.deref() === undefined",
            "const log = []; const proxy = new Proxy(b, {get: (o, k) => (log.push(String(k)), Reflect.get(o, k))}); proxy.a",
            "const buffer = new ArrayBuffer(16); const bytes = new Uint8Array(buffer, 4, 8); bytes.set([1, 2, 3]);"
                    + " new DataView(buffer).setFloat64(8, Math.PI); [...bytes]",
            "const floats = Float64Array.from([1.5, -0, NaN]); floats.subarray(1)",
            "const sticky = /(?<word>\\w+)\\s*/y; sticky.exec('one two three').groups.word",
            "sticky.lastIndex + sticky.exec('one two three')[1]",
            "const matches = 'a1b22c333'.matchAll(/\\d+/g); matches.next().value[0]",
            "[...matches].join()",
            "let big = 2n ** 200n; big.toString(36)",
            "const symbol = Symbol('s'); b[symbol] = Symbol.for('registered'); b[Symbol.toPrimitive] = () => 42; +b",
            "class Animal { #name; static count = 0; constructor(n) { this.#name = n; Animal.count++ }"
                    + " get name() { return this.#name } } class Dog extends Animal { speak() { return super.name } }"
                    + " new Dog('rex').speak()",
            "const tag = (strings, ...values) => strings.raw.length + values.length; const same = () => tag`a${1}b`; same()",
            "let ticks = 0; const ticking = setInterval(() => { ticks++; log.push('tick') }, 400); ticks",
            "setTimeout(() => { settle.done(10) }, 1000); ticks",
            "[await chained, await waiter, ticks, a]",
            "half.next().value",
            "(await reading.next()).value",
            "const date = new Date(); [date.getTime(), date.toISOString(), typeof Math.random()]",
            "Math.random().toString(36) + Math.random()",
            "const text = 'x'.repeat(50000); let rope = text + 'y'; rope += rope; rope.length",
            "const large = Array.from({length: 3000}, (_, i) => ({i, s: 'item' + i})); large.at(-1).s",
            "large.length = 10; large.sort((x, y) => y.i - x.i).map(x => x.i).join('')",
            "null.none",
            "Promise.reject(new Error('nobody')); 1",
            "throw new (class Mine extends Error {})('own')",
            "eval('var indirect = 1; (0, eval)(\"var direct = 2\"); indirect + direct')",
            "new Function('x', 'return x * a.length')(2)",
            "label: for (const i of numbers()) { for (;;) { if (i[0] > 2) break label; continue label } } a",
            "JSON.stringify({date, list: [...set], nested: {big: String(big)}}, null, 1).length",
            "Object.freeze(c); const described = Object.getOwnPropertyDescriptors(counter); Object.keys(described)",
            "wasmbox.on(message => { wasmbox.send([message, ++ticks]); return half.return('done') }); 0",
            "const late = new Promise(done => setTimeout(done, 7_200_000, 'late')); late.then(x => log.push(x)); 0",
            "log");

    private static Request evaluate(String script) {
        return new Request.Evaluate(ALLOWANCE, script.length() % 2 == 0, script, "test.js");
    }

    private static Stream<Request> requests() {
        return Stream.concat(
                STATEMENTS.stream().map(SameResultTest::evaluate),
                Stream.of(
                        new Request.Assign(ALLOWANCE, "given", JsValue.of(List.of(1, "two"))),
                        new Request.Deliver(ALLOWANCE, JsValue.of("message")),
                        new Request.Evaluate(STEPS, false, "let i = 0; for (;;) i++", "test.js"),
                        new Request.Call(ALLOWANCE, "counter.up", List.of()),
                        new Request.Complete("counter."),
                        new Request.Parse("f("),
                        new Request.Run(ALLOWANCE),
                        evaluate("[counter.n, given, i > 100, half.next().done]")));
    }

    @Test
    void isWhatAScriptComesToWhateverIsDoneBetweenItsStatements() {
        List<byte[]> inputs = requests().map(JavaScriptOptions.REQUESTS::encode).toList();
        SameResult.Result result = SameResult.of(engine -> Engines.on(engine).module())
                .on(Engine.COMPILED)
                .with(OPTIONS)
                .checkBytes(inputs, SameResult.everywhere(inputs.size()));
        comesToTheSameFromEngineToEngine(inputs, result);

        // The statements did what they are to do, so that there was something to get wrong.
        List<Answer> answers = result.outputs().stream()
                .map(outputs -> JavaScriptOptions.ANSWERS.decode(HexFormat.of().parseHex(outputs.getLast())))
                .toList();
        assertThat(answers.subList(0, STATEMENTS.size()))
                .filteredOn(answer -> answer instanceof Answer.Failed)
                .hasSize(2);
        assertThat(answers.get(STATEMENTS.indexOf("[await chained, await waiter, ticks, a]")))
                .hasToString("Value[value=[11, 10, 2, 2]]");
        assertThat(answers.getLast()).hasToString("Value[value=[8, [1, 'two'], true, true]]");
    }

    /** Every five messages, the box is put into a file, and woken on the other engine. */
    private static void comesToTheSameFromEngineToEngine(List<byte[]> inputs, SameResult.Result expected) {
        WasmBox<byte[], byte[]> box = Engines.on(Engine.INTERPRETED).module().start(OPTIONS);
        for (int i = 0; i < inputs.size(); i++) {
            if (i % 5 == 4) {
                byte[] file = box.snapshot().toBytes();
                box.close();
                box = Engines.on(i % 10 == 4 ? Engine.COMPILED : Engine.INTERPRETED)
                        .module()
                        .restore(Snapshot.of(file), OPTIONS, RestoreOptions.identical());
            }
            assertThat(box.send(inputs.get(i)).stream().map(HexFormat.of()::formatHex))
                    .as("what comes of input " + i)
                    .isEqualTo(expected.outputs().get(i));
        }
        assertThat(box.snapshot().digest()).isEqualTo(expected.finalDigest());
        box.close();
    }
}
