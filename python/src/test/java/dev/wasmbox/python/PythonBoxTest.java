package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxStateException;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a box with Python does, call by call. */
class PythonBoxTest {

    private final StringBuilder console = new StringBuilder();
    private PythonBox box = start(PythonOptions.standard());

    private PythonBox start(PythonOptions options) {
        return Engines.compiled()
                .start(options.withLimits(options.limits().withTimePerMessage(Duration.ofMinutes(5)))
                        .withConsole((stream, text) ->
                                console.append(stream).append(' ').append(text).append(';')));
    }

    /** Instead of the box with standard options, another one. */
    private void restart(PythonOptions options) {
        box.close();
        box = start(options);
    }

    @AfterEach
    void closeBox() {
        box.close();
    }

    private PythonException failureOf(String program) {
        return assertThatExceptionOfType(PythonException.class)
                .isThrownBy(() -> box.evaluate(program, "a.py"))
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
                None                       | None    | None
                1 < 2                      | Bool    | True
                1 + 1                      | Int     | 2
                -(1 << 63)                 | Int     | -9223372036854775808
                1 << 63                    | BigInt  | 9223372036854775808
                -3 ** 50                   | BigInt  | -717897987691852588770249
                7 / 2                      | PyFloat | 3.5
                -0.0                       | PyFloat | -0.0
                float('-inf')              | PyFloat | -inf
                float('nan')               | PyFloat | nan
                'a' + 'b'                  | Text    | 'ab'
                '\\u00e9\\U0001F600'       | Text    | 'é😀'
                '\\ud800 alone'            | Text    | '� alone'
                b'a\\x00b'                 | Bytes   | b'a\\x00b'
                bytearray(b'xy')           | Bytes   | b'xy'
                [1, [], 'x']               | PyList  | [1, [], 'x']
                (1,)                       | Tuple   | (1,)
                ()                         | Tuple   | ()
                {3}                        | PySet   | {3}
                frozenset()                | PySet   | set()
                {'a': {1: None}}           | Dict    | {'a': {1: None}}
                2j                         | Shown   | 2j
                len                        | Shown   | <function>
                range(3)                   | Shown   | range(0, 3)
                ValueError('x')            | Shown   | ValueError('x',)
                """)
        void areCopiedOut(String program, String kind, String text) {
            PyValue value = box.evaluate(program);
            assertThat(value.getClass().getSimpleName()).isEqualTo(kind);
            assertThat(value).hasToString(text);
        }

        @Test
        void goInAndComeBackTheSame() {
            List<PyValue> values = List.of(
                    PyValue.of(null),
                    PyValue.of(true),
                    PyValue.of(Long.MIN_VALUE),
                    PyValue.of(Long.MAX_VALUE),
                    PyValue.of(BigInteger.TWO.pow(100).negate()),
                    PyValue.of(0.1),
                    PyValue.of(Double.MIN_VALUE),
                    PyValue.of("text é😀 \u0000"),
                    PyValue.of(new byte[] {-1, 0, 1}),
                    PyValue.of(new Object[] {1, "a", List.of()}),
                    new PyValue.Tuple(List.of(PyValue.of(1), PyValue.of(Set.of("x")))),
                    PyValue.of(Map.of("k", Map.of(1, 2.5))));
            box.evaluate("def same(value): return value");
            for (PyValue value : values) {
                assertThat(box.call("same", value)).isEqualTo(value);
            }
        }

        @Test
        void areThoseOfJava() {
            assertThat(box.evaluate("[1, 2.5, 'x', None, {'k': (1,)}, b'b'[0], 1 << 70]")
                            .toJava())
                    .isEqualTo(
                            Arrays.asList(1L, 2.5, "x", null, Map.of("k", List.of(1L)), 98L, BigInteger.TWO.pow(70)));
            assertThat(box.evaluate("{'a': 1}").get("a")).contains(new PyValue.Int(1));
            assertThat(box.evaluate("{'a': 1}").get("b")).isEmpty();
            assertThat(box.evaluate("3").asDouble()).isEqualTo(3);
            assertThatIllegalStateException()
                    .isThrownBy(() -> box.evaluate("'x'").asLong())
                    .withMessage("this is no int of 64 bits, but 'x' (Text)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.set("x", new Object()))
                    .withMessageContaining("java.lang.Object is no value for a program");
        }

        @Test
        void goInNestedUpTo120Deep() {
            List<Object> within = new ArrayList<>();
            within.add(within);
            for (Object endless : List.of(within, Map.of(1, within), new Object[] {within})) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> box.set("x", endless))
                        .withMessage("a value for a program is nested at most 120 deep, and does not contain itself");
            }
            Object deep = 1;
            for (int i = 0; i < 120; i++) {
                deep = List.of(deep);
            }
            box.set("x", deep);
            assertThat(box.evaluate("x")).isEqualTo(PyValue.of(deep));
        }

        @Test
        void withinThemselvesOrTooDeepAreTold() {
            assertThat(box.evaluate("a = [1]\na.append(a)\na")).hasToString("[1, <list>]");
            assertThat(box.evaluate("d = {}\nd['d'] = d\nd")).hasToString("{'d': <dict>}");
            assertThat(box.evaluate("a = 0\nfor i in range(125): a = [a]\n\na"))
                    .asString()
                    .contains("[[[[[[0]]]]]]");
            assertThat(box.evaluate("class A:\n  def __repr__(self): raise ValueError('no')\n\n[A()]"))
                    .hasToString("[<A>]");
        }
    }

    @Nested
    class Programs {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                x = 1; x + 1                        | 2
                1; 2; 'last'                        | 'last'
                (1 +\\n 1)\\n\\n# comment           | 2
                x = 5                               | None
                7; x = 5                            | None
                for i in range(3): i                | None
                if True: 1                          | None
                pass                                | None
                ``                                  | None
                # comment                           | None
                '''doc'''; 3                        | 3
                """)
        void comeToTheirLastExpression(String program, String value) {
            assertThat(box.evaluate(program.replace("\\n", "\n"))).hasToString(value);
        }

        @Test
        void shareOneScopeThatLasts() {
            box.evaluate("import math\nn = 40\ndef half(x): return x / 2");
            box.evaluate("n += 4");
            assertThat(box.evaluate("half(n) + math.floor(1.5)").asDouble()).isEqualTo(23);
        }

        @Test
        void haveTheirFunctionsCalled() {
            box.evaluate("class Game:\n  score = 0\n  def move(self, by, *more):\n    self.score += by + len(more)\n"
                    + "    return self.score\n\ngame = Game()");
            assertThat(box.call("game.move", 2).asLong()).isEqualTo(2);
            assertThat(box.call("game.move", 3, "a", List.of()).asLong()).isEqualTo(7);
            assertThat(box.call("len", "four").asLong()).isEqualTo(4);
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.call("nothing"))
                    .withMessage("NameError: name 'nothing' isn't defined");
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.call("game.score"))
                    .withMessage("TypeError: 'int' object isn't callable");
        }

        @Test
        void areActors() {
            assertThatExceptionOfType(PythonException.class)
                    .isThrownBy(() -> box.deliver(1))
                    .withMessageContaining("there is no handler for messages");
            box.evaluate(
                    """
                    import wasmbox
                    total = 0
                    @wasmbox.on
                    def handle(message):
                        global total
                        total += message['add']
                        wasmbox.send(total)
                        wasmbox.send({'twice': 2 * total})
                    """);
            assertThat(box.deliver(Map.of("add", 3))).hasToString("[3, {'twice': 6}]");
            assertThat(box.deliver(Map.of("add", 4))).hasToString("[7, {'twice': 14}]");
            assertThat(failureOf("wasmbox.on(1)").errorName()).isEqualTo("TypeError");
            box.evaluate("wasmbox.on(None)");
            assertThatExceptionOfType(PythonException.class).isThrownBy(() -> box.deliver(1));
        }

        @Test
        void printToTheConsole() {
            box.evaluate("import sys\nprint('a', 1, end='')\nprint(' b')\nprint('oops', file=sys.stderr)\nprint('é')");
            assertThat(console).hasToString("OUTPUT a 1 b\n;ERROR oops\n;OUTPUT é\n;");
        }

        @Test
        void areShownToPeople() {
            assertThat(box.show("'it''s'", "p")).isEqualTo("'its'");
            assertThat(box.show("_ + '!'", "p")).isEqualTo("'its!'");
            assertThat(box.show("None", "p")).isEmpty();
            assertThat(box.show("x = 1", "p")).isEmpty();
            assertThat(box.show("_, 1.0, b'b'", "p")).isEqualTo("('its!', 1.0, b'b')");
        }

        @Test
        void getVariables() {
            box.set("settings", Map.of("level", 3));
            assertThat(box.evaluate("settings['level'] + 1").asLong()).isEqualTo(4);
        }

        @Test
        void cannotReachOutOfTheBox() {
            assertThat(failureOf("open('/etc/passwd')")).hasMessageStartingWith("OSError: there are no files in a box");
            for (String module : List.of("os", "socket", "machine", "uctypes", "_thread", "vfs")) {
                assertThat(failureOf("import " + module).errorName()).isEqualTo("ImportError");
            }
            assertThat(box.evaluate("import sys\nsys.stdin.read()").asText()).isEmpty();
        }

        @Test
        void collectTheirGarbageAsTheyGo() {
            assertThat(box.evaluate("for i in range(300): x = bytearray(1000000)\n\nlen(x)")
                            .asLong())
                    .isEqualTo(1_000_000);
            assertThat(box.evaluate("t = ''\nfor i in range(20000): t = t[-100:] + 'y' * 10000\n\nlen(t)")
                            .asLong())
                    .isEqualTo(10_100);
        }
    }

    @Nested
    class Errors {

        @Test
        void tellWhatAndWhere() {
            PythonException error = failureOf("def f():\n  return 1 / 0\n\nf()");
            assertThat(error).hasMessage("ZeroDivisionError: divide by zero (a.py:2)");
            assertThat(error.errorName()).isEqualTo("ZeroDivisionError");
            assertThat(error.errorMessage()).isEqualTo("divide by zero");
            assertThat(error.place()).contains(new PythonException.Place("a.py", 2));
            assertThat(error.traceback())
                    .isEqualTo(
                            """
                    Traceback (most recent call last):
                      File "a.py", line 4, in <module>
                      File "a.py", line 2, in f
                    ZeroDivisionError: divide by zero
                    """);
        }

        @Test
        void ofSyntaxComeBeforeAnythingIsDone() {
            box.evaluate("x = 1");
            assertThat(failureOf("x = 2\nx = = 3").place()).contains(new PythonException.Place("a.py", 2));
            assertThat(failureOf("x = 2\n  y").errorName()).isEqualTo("IndentationError");
            assertThat(box.evaluate("x").asLong()).isEqualTo(1);
        }

        @Test
        void leaveTheBoxAsTheProgramLeftIt() {
            failureOf("y = 5\nraise ValueError('late')");
            assertThat(box.evaluate("y").asLong()).isEqualTo(5);
        }

        @Test
        void thatCannotBeShownAreErrorsAllTheSame() {
            PythonException error =
                    failureOf("class Odd(Exception):\n  def __str__(self): raise ValueError('again')\n\nraise Odd()");
            assertThat(error.errorName()).isEqualTo("Odd");
            assertThat(error.errorMessage()).isEqualTo("(this exception cannot be shown)");
        }

        @Test
        void thatEndAProgramAreErrorsToo() {
            assertThat(failureOf("import sys\nsys.exit(3)")).hasMessageStartingWith("SystemExit: 3");
        }

        @Test
        void ofStepsLeaveWhatTheProgramDidAndAHandlerItsThousandSteps() {
            restart(PythonOptions.standard().withSteps(10_000));
            PythonException error = failureOf("n = 0\ntry:\n  while True: n += 1\nfinally: tidy = True");
            assertThat(error).hasMessage("KeyboardInterrupt: the program took more steps than it may (a.py:3)");
            assertThat(box.evaluate("tidy").asBoolean()).isTrue();
            assertThat(box.evaluate("n").asLong()).isBetween(9_000L, 12_000L);
        }
    }

    @Nested
    class Typing {

        @Test
        void completesNamesFromWhatIsThere() {
            box.evaluate("class Animal:\n  def speak(self): return 1\n  @property\n  def spell(self): return 1 / 0\n\n"
                    + "class Dog(Animal): tricks = []\n\nrex = Dog()\nrex.spots = 3\nimport math\nspecies = 1");
            assertThat(box.complete("x = rex.sp").names()).containsExactly("speak", "spell", "spots");
            assertThat(box.complete("rex.").names()).contains("tricks", "spots").doesNotContain("__class__");
            assertThat(box.complete("print(math.flo").names()).containsExactly("floor");
            assertThat(box.complete("spe").names()).containsExactly("species");
            assertThat(box.complete("enum")).isEqualTo(new PythonBox.Completions("enum", List.of("enumerate")));
            assertThat(box.complete("rex.tricks.app").names()).containsExactly("append");
            assertThat(box.complete("Dog.tr").names()).containsExactly("tricks");
            assertThat(box.complete("nothing.at.all").names()).isEmpty();
            assertThat(box.complete("").names()).contains("rex", "print");
        }

        @Test
        void leavesNoTrace() {
            Snapshot before = box.snapshot();
            box.complete("pri");
            box.isComplete("f(");
            assertThat(box.snapshot()).isEqualTo(before);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", "x", "f(1)", "if x: y\n", "if x:\n  y\n", "def f():\n  return [\n1]\n", "'a' # it's (",
                            "x = '''a\nb'''",
                    "x = )", "'unterminated", "for", "@d\ndef f(): pass\n", "x = {'a': '('}", "\"\\\"\"", "# x:",
                            "a\\\n+ b"
                })
        void knowsWhatIsWhole(String program) {
            assertThat(box.isComplete(program)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "f(",
                    "x = [1,\n2",
                    "if x:",
                    "if x:\n  y",
                    "def f():\n  return 1",
                    "x = '''a\nb",
                    "a + \\",
                    "@d",
                    "class A: # c",
                    "{'a': ')'",
                    "f(')'",
                    "# it's\nf(",
                    "if x: y\nelse:",
                    "\"\"\"a\" b"
                })
        void knowsWhatIsABeginning(String program) {
            assertThat(box.isComplete(program)).isFalse();
        }
    }

    @Nested
    class States {

        @Test
        void areValues() {
            box.evaluate("def numbers():\n  n = 0\n  while True:\n    n += 1\n    yield n\n\nit = numbers(); next(it)");
            Snapshot snapshot = box.snapshot();
            assertThat(box.evaluate("next(it)").asLong()).isEqualTo(2);
            box.restore(snapshot);
            assertThat(box.evaluate("next(it)").asLong()).isEqualTo(2);
            try (PythonBox woken = Engines.on(dev.wasmbox.Engine.INTERPRETED)
                    .restore(Snapshot.of(snapshot.toBytes()), PythonOptions.standard())) {
                assertThat(woken.evaluate("next(it)").asLong()).isEqualTo(2);
            }
        }

        @Test
        void fork() {
            box.evaluate("n = 1");
            try (PythonBox fork = box.fork()) {
                fork.evaluate("n = 2");
                assertThat(box.evaluate("n").asLong()).isEqualTo(1);
                assertThat(fork.evaluate("n").asLong()).isEqualTo(2);
            }
        }

        @Test
        void areUndone() {
            restart(PythonOptions.standard().withUndo(2));
            box.evaluate("n = 1");
            box.evaluate("n = 2");
            box.evaluate("n = 3");
            assertThat(box.undoable()).isEqualTo(2);
            assertThatIllegalArgumentException().isThrownBy(() -> box.undo(3));
            box.undo(2);
            assertThat(box.evaluate("n").asLong()).isEqualTo(1);
        }

        @Test
        void areSmall() {
            assertThat(box.snapshot().toBytes()).hasSizeLessThan(50_000);
        }

        @Test
        void areSmallAgainAfterWhatWasLargeIsGone() {
            box.evaluate("x = [str(i) for i in range(100000)]");
            box.evaluate("del x\nimport gc\ngc.collect()");
            assertThat(box.snapshot().toBytes()).hasSizeLessThan(200_000);
        }
    }

    @Nested
    class World {

        @Test
        void hasTheBoxsClock() {
            restart(PythonOptions.standard().withClock(BoxClock.fixed(Instant.ofEpochSecond(86_400 * 365L))));
            assertThat(box.evaluate("import time\ntime.gmtime()[:3], time.gmtime(time.time() - 0.5)[:3]"))
                    .hasToString("((1971, 1, 1), (1970, 12, 31))");
            assertThat(box.evaluate("start = time.time(), time.ticks_ms()\ntime.sleep(2.5)\n"
                            + "time.time() - start[0], time.ticks_diff(time.ticks_ms(), start[1])"))
                    .hasToString("(2.5, 2500)");
            assertThat(box.clock())
                    .isEqualTo(Instant.ofEpochSecond(86_400 * 365L).plusMillis(2500));
            box.setClock(BoxClock.fixed(Instant.EPOCH));
            assertThat(box.evaluate("time.time()").asDouble()).isZero();
        }

        @Test
        void hasTheBoxsEntropy() {
            String program = "import random\n[random.random(), random.getrandbits(64), random.randint(1, 10**9)]";
            PyValue first = box.evaluate(program);
            restart(PythonOptions.standard());
            assertThat(box.evaluate(program)).isEqualTo(first);
            restart(PythonOptions.standard().withSeed(Seed.of(7)));
            assertThat(box.evaluate(program)).isNotEqualTo(first);
        }

        @Test
        void hasOtherNumbersInAForkUnlessItIsToBeIdentical() {
            box.evaluate("import random");
            try (PythonBox fork = box.fork();
                    PythonBox identical = box.fork(Entropy.identical())) {
                PyValue number = box.evaluate("random.random()");
                assertThat(fork.evaluate("random.random()")).isNotEqualTo(number);
                assertThat(identical.evaluate("random.random()")).isEqualTo(number);
            }
        }

        @Test
        void hasNumbersOfASeedOfTheProgramsOwn() {
            PyValue numbers = box.evaluate("import random\nrandom.seed(1)\n[random.randrange(6) for _ in range(9)]");
            box.evaluate("random.seed(1)");
            Snapshot snapshot = box.snapshot();
            assertThat(box.evaluate("[random.randrange(6) for _ in range(9)]")).isEqualTo(numbers);
            box.restore(snapshot, RestoreOptions.standard());
            assertThat(box.evaluate("[random.randrange(6) for _ in range(9)]")).isEqualTo(numbers);
        }

        @Test
        void hasNumbersWithinTheirRanges() {
            assertThat(box.evaluate(
                                    """
                            import random
                            ok = all(0 <= random.random() < 1 and 3 <= random.randint(3, 5) <= 5
                                     and random.randrange(10, 0, -3) in (10, 7, 4, 1) and random.getrandbits(3) < 8
                                     and random.choice('ab') in 'ab' and 1 <= random.uniform(1, 2) < 2
                                     for _ in range(300))
                            cards = list(range(52))
                            random.shuffle(cards)
                            ok and sorted(cards) == list(range(52)) and cards != sorted(cards)
                            """)
                            .asBoolean())
                    .isTrue();
            assertThat(failureOf("random.randrange(5, 5)").errorName()).isEqualTo("ValueError");
        }

        @Test
        void refusesCallsFromItsListeners() {
            restart(PythonOptions.standard().withSent(value -> box.evaluate("1")));
            assertThatExceptionOfType(BoxStateException.class).isThrownBy(() -> box.evaluate("wasmbox.send(1)"));
            List<PyValue> sent = new ArrayList<>();
            restart(PythonOptions.standard().withSent(sent::add));
            box.evaluate("wasmbox.send([1])\nwasmbox.send('x')");
            assertThat(sent).hasToString("[[1], 'x']");
        }
    }
}
