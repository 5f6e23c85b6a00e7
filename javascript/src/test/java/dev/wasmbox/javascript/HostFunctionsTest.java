package dev.wasmbox.javascript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CodecException;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Scripts call functions of the host's; what these return is recorded, and replayed. */
class HostFunctionsTest {

    private static final JavaScriptOptions OPTIONS = JavaScriptOptions.standard();

    private static JavaScriptBox start(JavaScriptOptions options) {
        return Engines.compiled().start(options);
    }

    @Test
    void areCalledInTheMiddleOfAScript() {
        JavaScriptOptions options = OPTIONS.withFunction("sum", numbers -> numbers.stream()
                        .mapToDouble(JsValue::asDouble)
                        .sum())
                .withFunction("echo", List::getFirst)
                .withFunction("nothing", arguments -> null);
        try (JavaScriptBox box = start(options)) {
            assertThat(box.evaluate("[sum(1, 2, 3), sum(), sum(sum(1), sum(2))]"))
                    .hasToString("[6, 0, 3]");
            assertThat(box.evaluate("const all = {a: [1n, 'x', null, {}], b: undefined}; echo(all)"))
                    .isEqualTo(box.evaluate("all"));
            assertThat(box.evaluate("[1, 2].map(x => sum(x, 1)).join()").asText())
                    .isEqualTo("2,3");
            assertThat(box.evaluate("[nothing(), typeof sum, sum.name, Object.keys(globalThis).includes('sum')]"))
                    .hasToString("[null, 'function', 'sum', false]");
            assertThat(box.call("sum", 4, 5)).isEqualTo(new JsValue.Num(9));
            assertThat(box.evaluate("wasmbox.call('sum', 6, 7)")).isEqualTo(new JsValue.Num(13));
            assertThat(box.evaluate("setTimeout(() => wasmbox.send(sum(1, 1))); await sum(5)"))
                    .isEqualTo(new JsValue.Num(5));
        }
    }

    @Test
    void haveNamesThatABoxCanBeTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withFunction("half\ud83d", List::getFirst))
                .withMessageStartingWith("half of a surrogate pair is in the name");
    }

    @Test
    void throwErrorsThatAScriptCanCatch() {
        JavaScriptOptions options = OPTIONS.withFunction("fail", arguments -> {
                    throw new java.io.IOException("no such file");
                })
                .withFunction("silent", arguments -> {
                    throw new IllegalStateException();
                })
                .withFunction("strange", arguments -> new Object())
                .withFunction("unpaired", arguments -> "\ud800")
                .withFunction("unpairedMessage", arguments -> {
                    throw new IllegalStateException("\ud800");
                });
        try (JavaScriptBox box = start(options)) {
            assertThat(box.evaluate("try { fail() } catch (e) { [e.name, e.message, e instanceof Error] }"))
                    .hasToString("['HostError', 'no such file', true]");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("1;\nfail()", "a.js"))
                    .withMessage("HostError: no such file (a.js:2:5)");
            String caught = "(() => { try { FUNCTION() } catch (e) { return e.message } })()";
            assertThat(box.evaluate(caught.replace("FUNCTION", "silent")).asText())
                    .isEqualTo("the host's function failed");
            assertThat(box.evaluate(caught.replace("FUNCTION", "strange")).asText())
                    .startsWith("a java.lang.Object is no value for a script");
            assertThat(box.evaluate(caught.replace("FUNCTION", "unpaired")).asText())
                    .contains("surrogate");
            assertThat(box.evaluate(caught.replace("FUNCTION", "unpairedMessage"))
                            .asText())
                    .contains("that is no Unicode");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("wasmbox.call('none')"))
                    .withMessageStartingWith("HostError: the host has no function none");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("wasmbox.call()"))
                    .withMessageStartingWith("TypeError: a call of the host needs a function's name");
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("fail({get a() { throw new RangeError('mine') }})"))
                    .withMessageStartingWith("RangeError: mine");
        }
    }

    @Test
    void throwErrorsForWhatIsTooLarge() {
        List<Input> inputs = new ArrayList<>();
        JavaScriptOptions options = OPTIONS.withFunction(
                "long", arguments -> "x".repeat(arguments.getFirst().asInt()));
        try (JavaScriptBox box = start(options);
                JavaScriptBox recorded =
                        start(options.withLimits(options.limits().withOutputBytesPerMessage(1 << 20))
                                .withRecorder(inputs::add))) {
            assertThat(box.evaluate("long(8 << 20).length")).isEqualTo(new JsValue.Num(8 << 20));
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("long(16 << 20)"))
                    .withMessageStartingWith(
                            "HostError: the host's function returned 16777232 bytes; the box allows 16777216");
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> recorded.evaluate("for (;;) long(1000)"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CALL))
                    .withStackTraceContaining("too much to be recorded");
            assertThat(inputs).isEmpty();
        }
    }

    @Test
    void mayNotCallTheBox() {
        AtomicReference<JavaScriptBox> self = new AtomicReference<>();
        try (JavaScriptBox box = start(OPTIONS.withFunction(
                "again", arguments -> Objects.requireNonNull(self.get()).evaluate("1")))) {
            self.set(box);
            assertThatExceptionOfType(JavaScriptException.class)
                    .isThrownBy(() -> box.evaluate("again()"))
                    .withMessageContaining("cannot be used from within");
        }
    }

    @Test
    void haveTheTimeThatAMessageHas() {
        CountDownLatch never = new CountDownLatch(1);
        JavaScriptOptions options = OPTIONS.withUndo(1)
                .withFunction("block", arguments -> {
                    never.await();
                    return null;
                })
                .withLimits(OPTIONS.limits().withTimePerMessage(Duration.ofSeconds(3)));
        try (JavaScriptBox box = start(options)) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.evaluate("block()"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TIME));
            box.undo(1);
            assertThat(box.evaluate("1")).isEqualTo(new JsValue.Num(1));
        }
    }

    @Test
    void areThoseOfTheBoxThatASnapshotIsWokenIn() {
        try (JavaScriptBox box = start(OPTIONS.withFunction("who", arguments -> "the first"))) {
            box.evaluate("const ask = () => who()");
            Snapshot snapshot = box.snapshot();
            try (JavaScriptBox other = Engines.compiled()
                            .restore(snapshot, OPTIONS.withFunction("who", arguments -> "the second"));
                    JavaScriptBox without = Engines.compiled().restore(snapshot, OPTIONS);
                    JavaScriptBox fork = box.fork()) {
                assertThat(box.call("ask").asText()).isEqualTo("the first");
                assertThat(other.call("ask").asText()).isEqualTo("the second");
                assertThat(fork.call("ask").asText()).isEqualTo("the first");
                assertThatExceptionOfType(JavaScriptException.class)
                        .isThrownBy(() -> without.call("ask"))
                        .withMessageStartingWith("HostError: the host has no function who");
            }
        }
    }

    /** A box that was given a lot: what came in, and in which state it was at the end. */
    private static Snapshot record(List<Input> inputs, AtomicInteger asked) {
        AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
        JavaScriptOptions options = OPTIONS.withFunction("next", arguments -> asked.incrementAndGet())
                .withFunction("fail", arguments -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("failed " + asked.get());
                })
                .withClock(BoxClock.following(() -> time.updateAndGet(before -> before.plusSeconds(7))))
                .withRecorder(inputs::add);
        try (JavaScriptBox box = start(options)) {
            box.evaluate("const seen = []; wasmbox.on(message => { seen.push(message, next(), Date.now()) })");
            box.deliver(Map.of("a", 1));
            box.evaluate("for (let i = 0; i < 20; i++) seen.push(next({i}), Math.random())");
            assertThatExceptionOfType(JavaScriptException.class).isThrownBy(() -> box.evaluate("fail(1)"));
            box.set("given", List.of(1, "x"));
            box.complete("see");
            box.evaluate("setTimeout(() => seen.push(next()), 1000); setInterval(() => seen.push('tick'), 5000); 0");
            box.call("seen.push", "called");
            box.runTimers();
            return box.snapshot();
        }
    }

    @Test
    void areNotCalledInAReplayThatComesToTheSameBytes() {
        List<Input> inputs = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        Snapshot end = record(inputs, asked);
        int calls = asked.get();
        assertThat(calls).isEqualTo(23);
        assertThat(inputs).hasSize(8);
        assertThat(inputs.get(2)).hasToString("Evaluate with 20 calls of the host");

        JavaScriptOptions options = OPTIONS.withFunction("next", arguments -> -1)
                .withFunction("fail", arguments -> -1)
                .withClock(BoxClock.fixed(Instant.parse("2030-01-01T00:00:07Z")));
        try (JavaScriptBox box = start(options)) {
            inputs.forEach(input -> box.replay(Input.of(input.toBytes())));
            assertThat(box.snapshot()).isEqualTo(end);
            assertThat(asked).hasValue(calls);
            assertThat(box.evaluate("next()")).isEqualTo(new JsValue.Num(-1));
        }
    }

    @Test
    void areRecordedAlsoIfAListenerThrowsButNotIfTheScriptHasNotRun() {
        List<Input> inputs = new ArrayList<>();
        JavaScriptOptions options = OPTIONS.withUndo(2)
                .withRecorder(inputs::add)
                .withSent(value -> {
                    throw value.asInt() == 1
                            ? new IllegalStateException("a listener's")
                            : new BoxStateException("another's");
                });
        try (JavaScriptBox box = start(options)) {
            assertThatIllegalStateException().isThrownBy(() -> box.evaluate("wasmbox.send(1)"));
            assertThatExceptionOfType(BoxStateException.class).isThrownBy(() -> box.evaluate("wasmbox.send(2)"));
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.evaluate("\ud800"));
            }
            assertThat(inputs).hasSize(2);
            assertThat(box.undoable()).isEqualTo(2); // what was refused is nothing to undo
        }
    }

    @Test
    void areMissedByAReplayInAnotherState() {
        List<Input> inputs = new ArrayList<>();
        record(inputs, new AtomicInteger());
        Input delivery = inputs.get(1);
        try (JavaScriptBox box = start(OPTIONS.withUndo(1))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> box.replay(delivery))
                    .withMessageContaining("fewer functions of the host than were recorded");
            box.evaluate("wasmbox.on(() => { wasmbox.call('next'); wasmbox.call('next') })");
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.replay(delivery))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CALL))
                    .withStackTraceContaining("more functions of the host than were recorded");
            box.undo(1);
            assertThat(box.state()).isEqualTo(BoxState.READY);
        }
    }

    @Test
    void areRecordedInBytesThatAreChecked() {
        assertThatExceptionOfType(CodecException.class).isThrownBy(() -> Input.of(new byte[] {1, 2, 3}));
        AtomicReference<Throwable> refused = new AtomicReference<>();
        AtomicReference<JavaScriptBox> self = new AtomicReference<>();
        try (JavaScriptBox box =
                start(OPTIONS.withSent(sent -> refused.set(assertThatExceptionOfType(BoxStateException.class)
                        .isThrownBy(() -> Objects.requireNonNull(self.get()).snapshot())
                        .actual())))) {
            self.set(box);
            box.evaluate("wasmbox.send(1)");
            assertThat(refused.get()).isNotNull();
        }
    }
}
