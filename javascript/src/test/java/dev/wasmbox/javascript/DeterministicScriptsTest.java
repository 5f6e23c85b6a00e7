package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Engine;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a script comes to is up to the script, the clock and the seed: two boxes with the same are the same to the byte. */
class DeterministicScriptsTest {

    private static final JavaScriptOptions OPTIONS = JavaScriptOptions.standard();
    private static final JavaScriptOptions OTHERS =
            OPTIONS.withSeed(Seed.of(9)).withClock(BoxClock.fixed(Instant.parse("2040-02-29T12:34:56.789Z")));

    private static Snapshot after(Engine engine, JavaScriptOptions options, Consumer<JavaScriptBox> work) {
        try (JavaScriptBox box = Engines.on(engine).start(options)) {
            work.accept(box);
            return box.snapshot();
        }
    }

    /** Uses most of what a script may find that is not the same in any engine: orders, hashes, addresses, time, chance. */
    private static void useAll(JavaScriptBox box) {
        box.evaluate(
                """
                const objects = new Map(), weak = new WeakMap();
                for (let i = 0; i < 200; i++) { const key = {i}; objects.set(key, Math.random()); weak.set(key, new Date()) }
                const sorted = [...objects.keys()].sort(() => Math.random() - 0.5).map(o => o.i);
                const floats = [0.1 + 0.2, Math.sin(1e300), Math.pow(2.5, 99.9), Math.tan(2), Math.cbrt(3), 0 / 0];
                const texts = [new Date().toString(), new Date(2040, 1, 1).toLocaleString(), [3, 20, 100].sort().join()];
                setTimeout(() => sorted.push(Date.now()), 1234.5);
                """);
        box.call("objects.clear");
        box.evaluate("Object.keys(globalThis).join() + new Error('x').stack + sorted.length");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void comeToTheSameBytesTwice(Engine engine) {
        Snapshot first = after(engine, OTHERS, DeterministicScriptsTest::useAll);
        assertThat(after(Engine.COMPILED, OTHERS, DeterministicScriptsTest::useAll))
                .isEqualTo(first);
        assertThat(after(Engine.COMPILED, OPTIONS, DeterministicScriptsTest::useAll))
                .isNotEqualTo(first);
    }

    @Test
    void differOnlyInWhatTheyAsked() {
        Consumer<JavaScriptBox> indifferent = box -> {
            box.evaluate("const list = Array.from({length: 50}, (_, i) => ({i})); console.log(list)");
            box.evaluate("await Promise.all(list.map(async x => x.i))");
        };
        MemoryContents one =
                after(Engine.COMPILED, OPTIONS, indifferent).memories().getFirst();
        MemoryContents other =
                after(Engine.COMPILED, OTHERS, indifferent).memories().getFirst();
        assertThat(one.changedPages(other)).isEmpty();
    }

    @Test
    void knowNoTimeAndNoChanceButTheBoxs() {
        try (JavaScriptBox box = Engines.compiled().start(OTHERS)) {
            assertThat(box.evaluate("[new Date().toISOString(), Date.now(), new Date().getTimezoneOffset()]"))
                    .hasToString("['2040-02-29T12:34:56.789Z', 2214131696789, 0]");
            assertThat(box.evaluate("typeof performance + typeof process + typeof std + typeof os + typeof require")
                            .asText())
                    .isEqualTo("undefined".repeat(5));
            assertThat(box.evaluate("const one = Math.random(); one === Math.random()"))
                    .isEqualTo(new JsValue.Bool(false));
        }
    }
}
