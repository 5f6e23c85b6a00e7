package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxState;
import dev.wasmbox.Limits;
import dev.wasmbox.TrapException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that want too much: each gets a clear error, and the box goes on. */
class BadInputTest {

    // Nothing here depends on how fast the machine is.
    private final PythonBox box = Engines.compiled()
            .start(PythonOptions.standard()
                    .withSteps(1_000_000)
                    .withLimits(PythonOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5))));

    @AfterEach
    void closeBox() {
        box.close();
    }

    private PythonException failureOf(String program) {
        return assertThatExceptionOfType(PythonException.class)
                .isThrownBy(() -> box.evaluate(program))
                .actual();
    }

    static Arguments[] hostilePrograms() {
        return new Arguments[] {
            Arguments.of("an endless loop", "while True: pass", "KeyboardInterrupt"),
            Arguments.of(
                    "an endless loop that catches all",
                    "while True:\n  try:\n    while True: pass\n  except: pass",
                    "KeyboardInterrupt"),
            Arguments.of(
                    "an endless loop of a generator",
                    "def g():\n  while True: yield 1\n\nsum(g())",
                    "KeyboardInterrupt"),
            Arguments.of("an endless loop in C", "import json\nsum(map(abs, range(10**15)))", "KeyboardInterrupt"),
            Arguments.of("endless recursion", "def f(): f()\n\nf()", "RuntimeError"),
            Arguments.of(
                    "endless recursion of closures",
                    "def outer():\n  def f(x):\n    return f(x)\n  return f\n\nouter()(1)",
                    "RuntimeError"),
            Arguments.of(
                    "endless recursion by way of C", "def f(x): return sorted([1, 2], key=f)\n\nf(1)", "RuntimeError"),
            Arguments.of(
                    "endless recursion of methods",
                    "class A:\n  def __add__(self, other): return self + other\n\nA() + A()",
                    "RuntimeError"),
            Arguments.of(
                    "endless recursion of attributes",
                    "class A:\n  def __getattr__(self, name): return getattr(self, name + 'x')\n\nA().x",
                    "RuntimeError"),
            Arguments.of(
                    "endless recursion of repr",
                    "class A:\n  def __repr__(self): return repr(self)\n\nrepr(A())",
                    "RuntimeError"),
            Arguments.of(
                    "a generator within generators", "def g(n):\n  yield from g(n + 1)\n\nnext(g(0))", "RuntimeError"),
            Arguments.of(
                    "iterators within iterators",
                    "it = range(9)\nfor i in range(10000): it = map(abs, it)\n\nlist(it)",
                    "RuntimeError"),
            Arguments.of("the repr of a list in itself", "a = []\na.append(a)\nrepr(a)", "RuntimeError"),
            Arguments.of("a deep list", "a = []\nfor i in range(100000): a = [a]\n\nrepr(a)", "RuntimeError"),
            Arguments.of(
                    "deep lists compared",
                    "a = []\nb = []\nfor i in range(100000):\n  a = [a]\n  b = [b]\n\na == b",
                    "RuntimeError"),
            Arguments.of("deep JSON", "import json\njson.loads('[' * 100000)", "ValueError"),
            Arguments.of(
                    "an allocation bomb", "a = []\nwhile True: a.append('x' * 1000000 + str(len(a)))", "MemoryError"),
            Arguments.of("a large list", "[0] * 10**9", "MemoryError"),
            Arguments.of("a large text", "'x' * 10**10", "MemoryError"),
            Arguments.of("a text that doubles", "a = 'x'\nwhile True: a += a", "MemoryError"),
            Arguments.of("a huge int", "10 ** 10 ** 8", "KeyboardInterrupt"),
            Arguments.of("a huge shift", "1 << 10 ** 10", "MemoryError"),
            Arguments.of("a shift beyond any memory", "1 << (1 << 40)", "MemoryError"),
            Arguments.of("a text of a length that 32 bits cut off", "'x' * 64 * (2**26 + 1)", "MemoryError"),
            Arguments.of("a list of a length that 32 bits cut off", "[1, 2] * (2**28 + 1)", "MemoryError"),
            Arguments.of("a number that 32 bits cut off", "'x' * (2**32 + 5)", "MemoryError"),
            Arguments.of(
                    "a queue of a length that 32 bits cut off",
                    "import collections\ncollections.deque([], 2**29).append(1)",
                    "MemoryError"),
            Arguments.of(
                    "an offset before the beginning",
                    "import struct\nstruct.pack_into('i', bytearray(10), 2**32 - 100, 5)",
                    "ValueError"),
            Arguments.of(
                    "a field of bytes beyond any", "import struct\nstruct.pack('4294967297s', b'abc')", "MemoryError"),
            Arguments.of("a wide number", "'%2000000000d' % 1", "MemoryError"),
            Arguments.of(
                    "a list that is emptied while it is told",
                    "class A:\n  def __repr__(self): all.clear(); return 'A'\n\nall = [A(), 1, 2]\nall",
                    "RuntimeError"),
            Arguments.of(
                    "a dict that grows while it is told",
                    "class A:\n  def __repr__(self): all.update({n: n for n in range(99)}); return 'A'\n\n"
                            + "all = {1: A(), 2: A()}\nall",
                    "RuntimeError"),
            Arguments.of(
                    "a set that grows while it is told",
                    "class A:\n  def __repr__(self): all.add(len(all)); return 'A'\n\nall = {A(), 1}\nall",
                    "RuntimeError"),
            Arguments.of("the text of a huge int", "len(str(1 << 10000000))", "KeyboardInterrupt"),
            Arguments.of("an int of a long text", "int('9' * 1000000)", "KeyboardInterrupt"),
            Arguments.of(
                    "a regular expression that explodes",
                    "import re\nre.match('(a|aa)+b', 'a' * 60)",
                    "KeyboardInterrupt"),
            Arguments.of(
                    "a deep regular expression", "import re\nre.match('(' * 5000 + ')' * 5000, 'a')", "ValueError"),
            Arguments.of("a long text to match", "import re\nre.match('(?:a|b)*c', 'ab' * 100000)", "RuntimeError"),
            Arguments.of("nested brackets", "(".repeat(100_000), "SyntaxError"),
            Arguments.of("nested brackets that are closed", "[".repeat(5_000) + "]".repeat(5_000), "SyntaxError"),
            Arguments.of("nested operators", "not ".repeat(5_000) + "x", "SyntaxError"),
            Arguments.of("nested blocks", nestedBlocks(250), "SyntaxError"),
            Arguments.of("nested brackets, evaluated", "eval('[' * 5000 + ']' * 5000)", "SyntaxError"),
            Arguments.of("too much output", "while True: print('x' * 100000)", "RuntimeError"),
            Arguments.of("a large answer", "'x' * (9 << 20)", "ValueError"),
            Arguments.of("bytes that are no program", "\u0000\u0001\ud83d\ude00", "SyntaxError"),
        };
    }

    private static String nestedBlocks(int depth) {
        StringBuilder program = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            program.append(" ".repeat(i)).append("if x:\n");
        }
        return program.append(" ".repeat(depth)).append("pass\n").toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostilePrograms")
    void isAnErrorOfPythons(String what, String program, String error) {
        box.evaluate("kept = 7");
        assertThat(failureOf(program).errorName()).isEqualTo(error);
        assertThat(box.evaluate("kept + 1").asLong()).isEqualTo(8);
    }

    @Test
    void namesAreWhateverTheProgramMakesOfThem() {
        PythonException failure = failureOf("raise type('x\\ud800', (Exception,), {})('y')");
        assertThat(failure.errorName()).isEqualTo("x\ufffd");
        assertThat(failureOf("exec(compile('1/0', 'a\\ud800', 'exec'))").place())
                .hasValueSatisfying(place -> assertThat(place.source()).isEqualTo("a\ufffd"));
        String name = "_" + "ä".repeat(100);
        assertThat(box.evaluate("class " + name + ":\n  def __repr__(self): raise ValueError\n\n[" + name + "()]")
                        .toString())
                .isEqualTo("[<" + name + ">]");
    }

    @Test
    void whatIsLockedOrReplacedIsSoForOneCall() {
        box.evaluate("import micropython\nmicropython.heap_lock()");
        assertThat(box.evaluate("[1, 2]").toString()).isEqualTo("[1, 2]");
        box.evaluate("import builtins\nbuiltins.__repl_print__ = None");
        assertThat(box.evaluate("3").asLong()).isEqualTo(3);
        box.evaluate("__repl_print__ = lambda value: None");
        assertThat(box.evaluate("3")).isEqualTo(new PyValue.None());
    }

    @Test
    void anInterruptionIsTold() {
        assertThat(failureOf("10 ** 10 ** 8").errorMessage()).isEqualTo("the program took more steps than it may");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shown", // as its repr
                "wasmbox.send([text, endless])",
                "wasmbox.call('function', text, endless)",
                "raise Exception(shown)"
            })
    void whatIsEndedWhileItIsToldLeavesNoMemoryBehind(String program) {
        box.evaluate(
                """
                from collections import namedtuple
                class Endless:
                    def __repr__(self):
                        try:
                            while True: pass
                        finally:
                            while True: pass
                text = 'x' * 1000000
                endless = Endless()
                shown = namedtuple('Shown', 'text endless')(text, endless)
                """);
        failureOf(program);
        long before = box.snapshot().memoryBytes();
        for (int i = 0; i < 10; i++) {
            failureOf(program);
        }
        assertThat(box.snapshot().memoryBytes()).isEqualTo(before);
    }

    @Test
    void aLineOfTenMegabytesIsEvaluated() {
        assertThat(box.evaluate("len('" + "x".repeat(10_000_000) + "')").asLong())
                .isEqualTo(10_000_000);
        assertThat(box.evaluate("1 #" + "x".repeat(10_000_000)).asLong()).isEqualTo(1);
    }

    @Test
    void aProgramWithoutABoundOfStepsIsEndedByTheTimeAndTheBoxRestored() {
        Limits limits = PythonOptions.standard().limits().withTimePerMessage(Duration.ofSeconds(3));
        try (PythonBox brief = Engines.compiled()
                .start(PythonOptions.standard().withLimits(limits).withUndo(2))) {
            brief.evaluate("n = 41");
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> brief.evaluate("n = 0\nwhile True: n += 1"))
                    .satisfies(trap -> assertThat(trap.reason()).isEqualTo(TrapException.Reason.TIME));
            assertThat(brief.state()).isEqualTo(BoxState.TRAPPED);
            brief.undo(1);
            assertThat(brief.evaluate("n + 1").asLong()).isEqualTo(42);
        }
    }
}
