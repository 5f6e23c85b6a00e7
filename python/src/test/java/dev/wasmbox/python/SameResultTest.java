package dev.wasmbox.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.testkit.SameResult;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A program cannot tell whether its interpreter was snapshotted, restored, forked, or put into a file and woken elsewhere
 * between two statements; nor can whoever looks at its memory. The statements leave open all that a program can leave open.
 */
class SameResultTest {

    private static final List<String> STATEMENTS = List.of(
            "a = 1; b = {'a': a}; b['self'] = b; c = [b, b]",
            """
            def make_counter():
                n = 0
                def up():
                    nonlocal n
                    n += 1
                    return n
                def value():
                    return n
                return up, value

            up, value = make_counter()
            up()""",
            """
            def numbers():
                global a
                try:
                    i = 0
                    while True:
                        yield [i, up()]
                        i += 1
                finally:
                    a = 'ended'

            half = numbers()
            next(half)""",
            "def both():\n    got = yield from numbers()\n    return got\n\nouter = both()\nnext(outer)",
            "lines = (line + '!' for line in 'one two three'.split()); next(lines)",
            "pairs = zip(enumerate('abc'), map(lambda x: x * x, range(9)), reversed([1, 2, 3])); next(pairs)",
            "items = iter({'x': 1, 'y': 2}.items()); next(items)[1]",
            "next(lines), next(pairs), next(half)",
            "def echo():\n    got = None\n    while True:\n        got = yield got\n\ne = echo(); next(e); e.send('sent')",
            """
            class Animal:
                count = 0
                def __init__(self, name):
                    self._name = name
                    Animal.count += 1
                @property
                def name(self):
                    return self._name
                def __repr__(self):
                    return 'Animal(%r)' % self._name
                def __enter__(self):
                    return self
                def __exit__(self, *error):
                    self.left = True

            class Dog(Animal):
                def speak(self):
                    return self.name + ' barks'

            rex = Dog('rex')
            bark = rex.speak
            rex.speak()""",
            "with rex as r:\n    said = bark()\n\nrex.left, said, [rex]",
            "s = {1, 'two', (3, 4)}; f = frozenset(s); t = (s, f, b'bytes', bytearray(b'more')); len(t)",
            "big = 3 ** 200; big // 7",
            "1.5, -0.0, float('inf'), 1e-320, 2 ** 0.5, 47 << 44, -(1 << 62), 1 << 63",
            "import json; json.dumps([1, 2.5, None, {'k': 'v'}])",
            "import re; pattern = re.compile('([a-z]+) +([0-9]+)'); m = pattern.match('abc   123 rest'); m.group(2)",
            "import random; [random.random(), random.randint(1, 6), random.choice('abc'), random.getrandbits(100)]",
            "random.seed(7); first = [random.randrange(100) for _ in range(5)]; first",
            "import time; start = time.time(); time.sleep(1.5); time.time() - start",
            "import io; file = io.StringIO('one\\ntwo\\n'); file.readline()",
            "file.readline()",
            "import collections; q = collections.deque((), 5); q.append(1); P = collections.namedtuple('P', 'x y'); P(1, 2).y",
            "import hashlib; h = hashlib.sha256(b'half'); h.update(b'other'); 0",
            "h.digest()",
            "import array, struct; xs = array.array('d', [1.5, 2.5]); struct.pack('<dI', xs[1], 7)",
            "text = 'x' * 50000; large = [{'i': i, 's': 'item' + str(i)} for i in range(300)]; large[-1]['s']",
            "large = sorted(large[:10], key=lambda x: -x['i']); ''.join(str(x['i']) for x in large)",
            "for i in range(3):\n    for j in range(3):\n        if j == 2: break\n        print(i, j, end=' ')\n",
            "None.none",
            "class Mine(Exception): pass\n\nraise Mine('own', 1)",
            "try:\n    try:\n        1 / 0\n    finally:\n        tried = 1\nexcept ZeroDivisionError as error:\n    caught = error\n\ntried",
            "caught",
            "eval('a') , exec('executed = up()')",
            "def decorate(function):\n    def wrapped(*args, **kw):\n        return function(*args, **kw) + kw.get('more', 0)\n"
                    + "    return wrapped\n\n@decorate\ndef add(x, y=2, *rest, more=0): return x + y + sum(rest)\n\nadd(1, more=5)",
            "async def waits():\n    return 1\n\nw = waits(); 0",
            "import gc; gc.collect(); del large, text",
            "wasmbox.on(lambda message: (wasmbox.send([message, up()]), next(half))[1])",
            "def forever():\n    while True:\n        pass\n\nstate = [next(e), half, outer]\nlen(state)");

    private static Request evaluate(String program) {
        return new Request.Evaluate(OptionalLong.empty(), program.length() % 2 == 0, program, "test.py");
    }

    private static Stream<Request> requests() {
        return Stream.concat(
                STATEMENTS.stream().map(SameResultTest::evaluate),
                Stream.of(
                        new Request.Assign("given", PyValue.of(List.of(1, "two"))),
                        new Request.Define(List.of("ask")),
                        evaluate("asked = (ask(a, {'k': up}) for a in 'abc')\nnext(asked)"),
                        new Request.Deliver(OptionalLong.empty(), PyValue.of("message")),
                        new Request.Call(OptionalLong.of(2_000), "forever", List.of()),
                        new Request.Call(OptionalLong.empty(), "rex.speak", List.of()),
                        new Request.Complete("rex."),
                        new Request.Parse("f("),
                        evaluate("[value(), given, next(half)[0], next(outer)[0], rex.count, next(asked)]")));
    }

    @Test
    void isWhatAProgramComesToWhateverIsDoneBetweenItsStatements() {
        List<byte[]> inputs = requests().map(PythonOptions.REQUESTS::encode).toList();
        SameResult oracle = SameResult.of(engine -> Engines.on(engine).module())
                .with(BoxOptions.bytes()
                        .withLimits(PythonOptions.standard().limits().withTimePerMessage(Duration.ofMinutes(5)))
                        .withCalls(PythonOptions.standard()
                                .withFunction("ask", List::getFirst)
                                .setup()
                                .functions())
                        .withLog((stream, line) -> {}));
        SameResult.Result result = oracle.on(Engine.COMPILED).checkBytes(inputs, SameResult.everywhere(inputs.size()));
        SameResult.Result onBoth = oracle.checkBytes(inputs, Set.of(5, 15, 25, 35, inputs.size()));
        assertThat(onBoth.outputs()).isEqualTo(result.outputs());
        assertThat(onBoth.finalDigest()).isEqualTo(result.finalDigest());

        // The statements did what they are to do, so that there was something to get wrong.
        List<Answer> answers = result.outputs().stream()
                .map(outputs -> PythonOptions.ANSWERS.decode(HexFormat.of().parseHex(outputs.getLast())))
                .toList();
        assertThat(answers.subList(0, STATEMENTS.size()))
                .filteredOn(answer -> answer instanceof Answer.Failed)
                .hasSize(2);
        assertThat(answers.getLast()).hasToString("Value[value=[7, [1, 'two'], 3, 1, 1, 'b']]");
    }
}
