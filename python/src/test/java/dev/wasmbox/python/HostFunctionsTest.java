package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.CodecException;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Programs call functions of the host's; what these return is recorded, and replayed. */
class HostFunctionsTest {

    private static final PythonOptions OPTIONS = PythonOptions.standard()
            .withLimits(PythonOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)));

    private static PythonBox start(PythonOptions options) {
        return Engines.compiled().start(options);
    }

    @Test
    void areCalledInTheMiddleOfAProgram() {
        PythonOptions options = OPTIONS.withFunction(
                        "add",
                        numbers -> numbers.stream().mapToLong(PyValue::asLong).sum())
                .withFunction("nothing", arguments -> null);
        try (PythonBox box = start(options)) {
            assertThat(box.evaluate("add(1, 2, 3), add(), add(add(1), add(2))")).hasToString("(6, 0, 3)");
            assertThat(box.evaluate("list(map(lambda x: add(x, 1), [1, 2]))")).hasToString("[2, 3]");
            assertThat(box.evaluate("nothing(), callable(add), add.__name__, repr(add)"))
                    .hasToString("(None, True, 'add', '<function add of the host>')");
            assertThat(box.call("add", 4, 5)).isEqualTo(new PyValue.Int(9));
            assertThat(box.evaluate("wasmbox.call('add', 6, 7)")).isEqualTo(new PyValue.Int(13));
            assertThat(box.evaluate("sorted([3, 1, 2], key=lambda x: add(-x))")).hasToString("[3, 2, 1]");
            assertThat(box.evaluate("def each():\n    for i in range(3): yield add(i, i)\n\nlist(each())"))
                    .hasToString("[0, 2, 4]");
            assertThat(box.complete("ad").names()).containsExactly("add");
        }
    }

    @Test
    void haveNamesThatABoxCanBeTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withFunction("half\ud83d", List::getFirst))
                .withMessageStartingWith("half of a surrogate pair is in the name");
    }

    @Test
    void takeAndReturnValuesOfEveryShape() {
        List<PyValue> values = List.of(
                PyValue.of(null),
                PyValue.of(false),
                PyValue.of(Long.MIN_VALUE),
                PyValue.of(BigInteger.TWO.pow(100).negate()),
                PyValue.of(-0.0),
                PyValue.of(Double.POSITIVE_INFINITY),
                PyValue.of("text é😀 \u0000"),
                PyValue.of(new byte[] {-1, 0, 1}),
                PyValue.of(List.of(1, "a", List.of())),
                new PyValue.Tuple(List.of(PyValue.of(1), PyValue.of(Set.of("x")))),
                PyValue.of(Map.of("k", Map.of(1, 2.5))));
        AtomicReference<PyValue> returned = new AtomicReference<>();
        AtomicReference<List<PyValue>> passed = new AtomicReference<>();
        PythonOptions options = OPTIONS.withFunction("get", arguments -> returned.get())
                .withFunction("put", arguments -> {
                    passed.set(arguments);
                    return null;
                });
        try (PythonBox box = start(options)) {
            for (PyValue value : values) {
                returned.set(value);
                assertThat(box.evaluate("value = get()\nput(value)\nvalue")).isEqualTo(value);
                assertThat(passed.get()).containsExactly(value);
            }
            box.evaluate("class Odd:\n    def __repr__(self): return 'an odd one'\n\nput(Odd(), len, [Odd()])");
            assertThat(passed.get()).hasToString("[an odd one, <function>, [an odd one]]");
        }
    }

    @Test
    void takeAndReturnWhatIsDeepAndRefuseWhatIsTooLarge() {
        PythonOptions options = OPTIONS.withFunction("same", List::getFirst)
                .withFunction("wrap", arguments -> List.of(arguments.getFirst()))
                .withFunction("long", arguments -> "x"
                        .repeat((int) arguments.getFirst().asLong()))
                .withFunction("nested", arguments -> {
                    PyValue nested = PyValue.of(null);
                    for (long left = arguments.getFirst().asLong(); left > 0; left--) {
                        nested = new PyValue.PyList(List.of(nested));
                    }
                    return nested;
                })
                .withFunction("within", arguments -> {
                    List<Object> list = new ArrayList<>();
                    list.add(list);
                    return list;
                });
        try (PythonBox box = start(options)) {
            String nest = "deep = None\nfor i in range(COUNT): deep = [deep]\n\n";
            assertThat(box.evaluate(nest.replace("COUNT", "119") + "same(deep) == deep"))
                    .isEqualTo(new PyValue.Bool(true));
            // What is deeper than a message is told as text, whichever way it goes.
            assertThat(box.evaluate(nest.replace("COUNT", "125") + "str(same(deep))"))
                    .isEqualTo(new PyValue.Text("[".repeat(120) + "'[[[[[None]]]]]'" + "]".repeat(120)));
            assertThat(box.evaluate(nest.replace("COUNT", "120") + "wrap(deep) == [deep]"))
                    .isEqualTo(new PyValue.Bool(true));
            assertThat(box.evaluate("wrap(wrap(deep))[0][0] == deep")).isEqualTo(new PyValue.Bool(false));
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("within()"))
                    .withMessageStartingWith("HostError: a value for a program is nested at most 120 deep");
            // A value that was made by hand may be as deep as a message can tell.
            assertThat(box.evaluate("str(nested(200)).count('[')")).isEqualTo(new PyValue.Int(200));
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("nested(1000)"))
                    .withMessageStartingWith("HostError");
            assertThat(box.evaluate("len(long(8 << 20)), len(same(b'x' * (7 << 20)))"))
                    .hasToString("(8388608, 7340032)");
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("long(16 << 20)"))
                    .withMessageStartingWith(
                            "HostError: the host's function returned 16777232 bytes; the box allows 16777216");
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("same('x' * (9 << 20))"))
                    .withMessageStartingWith("ValueError: the text is too long for the host");
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("kept = []\nwhile True: kept.append(long(15 << 20))"))
                    .satisfies(e -> assertThat(e.errorName()).isEqualTo("MemoryError"));
            assertThat(box.evaluate("del kept\nwasmbox.call('same', 1)")).isEqualTo(new PyValue.Int(1));
        }
    }

    @Test
    void raiseErrorsThatAProgramCanCatch() {
        PythonOptions options = OPTIONS.withFunction("fail", arguments -> {
                    throw new IOException("no such file");
                })
                .withFunction("silent", arguments -> {
                    throw new IllegalStateException();
                })
                .withFunction("strange", arguments -> new Object())
                .withFunction("unpaired", arguments -> "\ud800")
                .withFunction("unpairedMessage", arguments -> {
                    throw new IllegalStateException("\ud800");
                });
        try (PythonBox box = start(options)) {
            assertThat(
                            box.evaluate(
                                    """
                                    def caught(function, *arguments):
                                        try:
                                            return function(*arguments)
                                        except wasmbox.HostError as e:
                                            return str(e)

                                    caught(fail)"""))
                    .hasToString("'no such file'");
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("1\nfail()", "a.py"))
                    .withMessage("HostError: no such file (a.py:2)");
            assertThat(box.evaluate("issubclass(wasmbox.HostError, Exception), caught(silent)"))
                    .hasToString("(True, 'the host\\'s function failed')");
            assertThat(box.evaluate("caught(strange)").asText())
                    .startsWith("a java.lang.Object is no value for a program");
            assertThat(box.evaluate("caught(unpaired)").asText()).contains("surrogate");
            assertThat(box.evaluate("caught(unpairedMessage)").asText()).contains("that is no Unicode");
            assertThat(box.evaluate("caught(wasmbox.call, 'none')").asText())
                    .isEqualTo("the host has no function none");
            assertThat(box.evaluate("caught(wasmbox.call, '\\ud800')").asText())
                    .isEqualTo("the host has no function \ufffd");
            for (String wrong : List.of("wasmbox.call()", "wasmbox.call(1)", "fail(to=1)", "fail(**{'a': 1})")) {
                assertThatExceptionOfType(PythonException.class)
                        .as(wrong)
                        .isThrownBy(() -> box.evaluate(wrong))
                        .satisfies(e -> assertThat(e.errorName()).isEqualTo("TypeError"));
            }
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.evaluate("try:\n    fail()\nfinally:\n    after = 1\n"))
                    .withMessageStartingWith("HostError");
            assertThat(box.evaluate("after")).isEqualTo(new PyValue.Int(1));
        }
    }

    @Test
    void areCalledAfterWhatWasPrintedBefore() {
        List<String> heard = new ArrayList<>();
        PythonOptions options = OPTIONS.withConsole((stream, text) -> heard.add(text))
                .withFunction("ask", arguments -> {
                    heard.add("asked");
                    return null;
                });
        try (PythonBox box = start(options)) {
            box.evaluate("print('before')\nask()\nprint('after')");
            assertThat(heard).containsExactly("before\n", "asked", "after\n");
        }
    }

    @Test
    void mayNotCallTheBox() {
        AtomicReference<PythonBox> self = new AtomicReference<>();
        try (PythonBox box = start(OPTIONS.withFunction(
                        "again", arguments -> Objects.requireNonNull(self.get()).evaluate("1"))
                .withFunction(
                        "keep", arguments -> Objects.requireNonNull(self.get()).snapshot()))) {
            self.set(box);
            for (String call : List.of("again()", "keep()", "sorted([1, 2], key=lambda x: again())")) {
                assertThatExceptionOfType(PythonException.class)
                        .isThrownBy(() -> box.evaluate(call))
                        .withMessageStartingWith("HostError")
                        .withMessageContaining("cannot be used from within");
            }
        }
    }

    @Test
    void haveTheTimeThatAMessageHas() {
        CountDownLatch never = new CountDownLatch(1);
        PythonOptions options = OPTIONS.withUndo(1)
                .withFunction("block", arguments -> {
                    never.await();
                    return null;
                })
                .withLimits(OPTIONS.limits().withTimePerMessage(Duration.ofSeconds(3)));
        try (PythonBox box = start(options)) {
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.evaluate("block()"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TIME));
            box.undo(1);
            assertThat(box.evaluate("1")).isEqualTo(new PyValue.Int(1));
        }
    }

    @Test
    void areThoseOfTheBoxThatASnapshotIsWokenIn() {
        try (PythonBox box = start(OPTIONS.withFunction("who", arguments -> "the first"))) {
            box.evaluate("def ask(): return who()");
            Snapshot snapshot = box.snapshot();
            try (PythonBox other = Engines.compiled()
                            .restore(snapshot, OPTIONS.withFunction("who", arguments -> "the second"));
                    PythonBox without = Engines.compiled().restore(snapshot, OPTIONS);
                    PythonBox fork = box.fork()) {
                assertThat(box.call("ask").asText()).isEqualTo("the first");
                assertThat(other.call("ask").asText()).isEqualTo("the second");
                assertThat(fork.call("ask").asText()).isEqualTo("the first");
                assertThatExceptionOfType(PythonException.class)
                        .isThrownBy(() -> without.call("ask"))
                        .withMessageStartingWith("HostError: the host has no function who");
            }
        }
    }

    /** Garbage is collected between steps of a program, while what the host has returned and is to get is alive. */
    @Test
    void loseNothingToTheCollectionOfGarbage() {
        PythonOptions options = OPTIONS.withFunction("same", List::getFirst);
        try (PythonBox box = start(options)) {
            assertThat(
                            box.evaluate(
                                    """
                                    kept = []
                                    for i in range(3000):
                                        kept.append(same(['%d' % i, same([i] * 50)]))
                                        kept = kept[-100:]

                                    all(kept[j][0] == str(kept[j][1][49]) for j in range(100)), len(kept), kept[99][0]"""))
                    .hasToString("(True, 100, '2999')");
        }
    }

    // Record and replay.

    private static final PythonOptions CALLING = OPTIONS.withClock(
                    BoxClock.fixed(Instant.parse("2030-01-01T00:00:07Z")))
            .withFunction("next_number", arguments -> -1)
            .withFunction("fail", arguments -> -1);

    /** A box that was given a lot: what came in, and in which state it was at the end. */
    private static Snapshot record(List<Input> inputs, AtomicInteger asked) {
        AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
        PythonOptions options = CALLING.withFunction("next_number", arguments -> asked.incrementAndGet())
                .withFunction("fail", arguments -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("failed " + asked.get());
                })
                .withClock(BoxClock.following(() -> time.updateAndGet(before -> before.plusSeconds(7))))
                .withRecorder(inputs::add);
        try (PythonBox box = start(options)) {
            box.evaluate(
                    """
                    import time, random
                    seen = []
                    def on_message(message): seen.append((message, next_number(), time.time()))
                    wasmbox.on(on_message)""");
            box.deliver(Map.of("a", 1));
            box.evaluate("for i in range(20): seen.append((next_number(i), random.random()))");
            assertThatExceptionOfType(PythonException.class).isThrownBy(() -> box.evaluate("fail(1)"));
            box.set("given", List.of(1, "x"));
            box.complete("see");
            box.evaluate("def numbers():\n    while True: yield next_number()\n\nhalf = numbers()\nnext(half)");
            box.evaluate("time.sleep(3); list(map(lambda i: next_number(i), range(4)))");
            box.call("seen.append", "called");
            return box.snapshot();
        }
    }

    @Test
    void areNotCalledInAReplayThatComesToTheSameBytes() {
        List<Input> inputs = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        Snapshot end = record(inputs, asked);
        assertThat(asked).hasValue(27);
        assertThat(inputs).hasSize(8);
        assertThat(inputs.get(2)).hasToString("Evaluate with 20 calls of the host");

        try (PythonBox box = start(CALLING.withUndo(20))) {
            inputs.forEach(input -> box.replay(Input.of(input.toBytes())));
            assertThat(box.snapshot()).isEqualTo(end);
            assertThat(asked).hasValue(27);
            assertThat(box.evaluate("next_number()")).isEqualTo(new PyValue.Int(-1));

            // Back to the middle, and on from there: here, and in a fork that knows how to go back as well.
            box.undo(7);
            try (PythonBox fork = box.fork(Entropy.identical())) {
                assertThat(fork.undoable()).isEqualTo(2);
                for (PythonBox each : List.of(box, fork)) {
                    inputs.subList(2, inputs.size()).forEach(each::replay);
                    assertThat(each.snapshot()).isEqualTo(end);
                }
            }
        }
    }

    @Test
    void areNotNeededInAnotherProcessOnTheOtherEngine() throws Exception {
        List<Input> inputs = new ArrayList<>();
        Snapshot end = record(inputs, new AtomicInteger());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Replay.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            out.writeInt(inputs.size());
            for (Input input : inputs) {
                out.writeInt(input.toBytes().length);
                out.write(input.toBytes());
            }
        }
        assertThat(process.inputReader().readLine()).isEqualTo(end.digest());
        assertThat(process.waitFor()).isZero();
    }

    /** Reads inputs, replays them in a box, and writes the digest of its state. */
    static final class Replay {

        private Replay() {}

        public static void main(String[] arguments) throws IOException {
            DataInputStream in = new DataInputStream(System.in);
            try (PythonBox box = Engines.on(Engine.INTERPRETED).start(CALLING)) {
                for (int left = in.readInt(); left > 0; left--) {
                    box.replay(Input.of(in.readNBytes(in.readInt())));
                }
                System.out.println(box.snapshot().digest());
            }
        }
    }

    @Test
    void areCalledAgainAfterAnUndo() {
        AtomicInteger asked = new AtomicInteger();
        PythonOptions options = OPTIONS.withUndo(3).withFunction("next_number", arguments -> asked.incrementAndGet());
        try (PythonBox box = start(options)) {
            box.evaluate("seen = [next_number()]");
            box.evaluate("seen.append(next_number())");
            box.undo(1);
            assertThat(box.evaluate("seen.append(next_number())\nseen")).hasToString("[1, 3]");
        }
    }

    @Test
    void areRecordedAlsoIfAListenerThrowsButNotIfTheProgramHasNotRun() {
        List<Input> inputs = new ArrayList<>();
        PythonOptions options = OPTIONS.withRecorder(inputs::add).withSent(value -> {
            throw new IllegalStateException("a listener's");
        });
        try (PythonBox box = start(options)) {
            assertThatIllegalStateException().isThrownBy(() -> box.evaluate("wasmbox.send(1)"));
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> box.evaluate("\ud800"));
            assertThat(inputs).hasSize(1);
        }
    }

    @Test
    void areRecordedOnlyAsLongAsThatTakesNoMoreThanOutputsMay() {
        List<Input> inputs = new ArrayList<>();
        PythonOptions options = OPTIONS.withLimits(OPTIONS.limits().withOutputBytesPerMessage(1 << 20))
                .withFunction("much", arguments -> new byte[400_000]);
        String thrice = "for i in range(3): much()";
        try (PythonBox box = start(options);
                PythonBox recorded = start(options.withRecorder(inputs::add).withUndo(1))) {
            box.evaluate(thrice);
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> recorded.evaluate(thrice))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CALL))
                    .withStackTraceContaining("too much to be recorded");
            assertThat(inputs).isEmpty();
            recorded.undo(1);
            recorded.evaluate("much(), much()");
            assertThat(inputs).hasSize(1);
        }
    }

    @Test
    void areMissedByAReplayInAnotherState() {
        List<Input> inputs = new ArrayList<>();
        record(inputs, new AtomicInteger());
        Input delivery = inputs.get(1);
        try (PythonBox box = start(OPTIONS.withUndo(1))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> box.replay(delivery))
                    .withMessageContaining("fewer functions of the host than were recorded");
            box.evaluate("wasmbox.on(lambda message: (wasmbox.call('next_number'), wasmbox.call('next_number')))");
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
    }
}
