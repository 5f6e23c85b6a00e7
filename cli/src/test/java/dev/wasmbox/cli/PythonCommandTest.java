package dev.wasmbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code wasmbox python}, with the engine that comes with it. What is compiled of it is kept for all of these tests. */
class PythonCommandTest {

    @TempDir
    private static Path cache = Path.of("");

    private final Path folder;
    private final CommandLineRun wasmbox;

    PythonCommandTest(@TempDir Path folder) {
        this.folder = folder;
        this.wasmbox = new CommandLineRun(folder)
                .with("XDG_CACHE_HOME", cache.toString())
                .with("XDG_CONFIG_HOME", cache.toString());
    }

    private void script(String name, String source) throws IOException {
        Files.writeString(folder.resolve(name), source);
    }

    @Nested
    class Sessions {

        @Test
        void eachProgramIsAnsweredByItsValueAndStatementsByNothing() {
            wasmbox.run(List.of("x = 20", "x + 22", "'a' + str(x)", "[x, {'a': None}]", "None", "_"), "python")
                    .ok()
                    .answers("=> 42", "=> 'a20'", "=> [20, {'a': None}]", "=> [20, {'a': None}]")
                    .complainsOfNothing();
        }

        @Test
        void aBlockEndsWithAnEmptyLineAndBracketsAndTextsWhereTheyAreClosed() {
            wasmbox.run(
                            List.of(
                                    "def twice(n):",
                                    "    if n:",
                                    "        return 2 * n",
                                    "    ",
                                    "twice(",
                                    "  4)",
                                    "x = '''a",
                                    "",
                                    "b'''",
                                    "x",
                                    "1 + \\",
                                    "2"),
                            "py")
                    .ok()
                    .answers("=> 8", "=> 'a\\n\\nb'", "=> 3");
        }

        @Test
        void whatIsUnfinishedAtTheEndOfTheInputIsAnError() {
            wasmbox.run(List.of("1", "f("), "python").ok();
            assertThat(wasmbox.lines()).hasSize(4).last().isEqualTo("SyntaxError: invalid syntax");
        }

        @Test
        void errorsAreShownAsPythonShowsThem() {
            wasmbox.run(
                            List.of(
                                    "def f(x):",
                                    "    return x.y",
                                    "",
                                    "f(1)",
                                    "raise ValueError",
                                    "def deeper(n): return deeper(n + 1)",
                                    "",
                                    "deeper(0)"),
                            "python")
                    .ok();
            assertThat(wasmbox.lines())
                    .startsWith(
                            "Traceback (most recent call last):",
                            "  File \"<input 2>\", line 1, in <module>",
                            "  File \"<input 1>\", line 2, in f",
                            "AttributeError: 'int' object has no attribute 'y'",
                            "Traceback (most recent call last):",
                            "  File \"<input 3>\", line 1, in <module>",
                            "ValueError",
                            "Traceback (most recent call last):")
                    .last()
                    .isEqualTo("RuntimeError: maximum recursion depth exceeded");
            assertThat(wasmbox.lines())
                    .hasSize(7 + 1 + 1 + 10 + 1)
                    .anyMatch(line -> line.matches("    ... and .* more"));
        }

        @Test
        void whatIsPrintedIsWherePythonHasItAndEndsItsLine() {
            wasmbox.run(
                            List.of(
                                    "print('a', end=''); 1",
                                    "print('b', end='')",
                                    "print('c', end=''); wasmbox.send({'n': 1})",
                                    "import sys; sys.stderr.write('d\\n'); None"),
                            "python")
                    .ok()
                    .answers("a", "=> 1", "b", "c", "==> {'n': 1}")
                    .complains("d");
        }

        @Test
        void sleepingMakesNobodyWait() {
            wasmbox.run(
                            List.of("import time; then = time.time(); time.sleep(3600)", "time.time() - then >= 3600"),
                            "python",
                            "--freeze-time")
                    .ok()
                    .answers("=> True");
        }

        @Test
        void aProgramThatIsEndedLeavesTheBoxAsItWas() {
            wasmbox.run(List.of("n = 1", "n = 2", "while True: n = 3", "", "n"), "python", "--time-limit", "1s")
                    .ok()
                    .answers(
                            "Ended: the guest took longer than the 1000 ms that the box allows for a message. The box is as"
                                    + " it was before this.",
                            "=> 2");
        }

        @Test
        void stepsAreLimitedByAnErrorOfTheProgram() {
            wasmbox.run(List.of("while True: n = 2", "", "n"), "python", "--step-limit", "10000")
                    .ok();
            assertThat(wasmbox.lines()).contains("KeyboardInterrupt: the program took more steps than it may");
            assertThat(wasmbox.lines().getLast()).isEqualTo("=> 2");
        }

        @Test
        void commandsAreThoseOfEverySession() {
            wasmbox.run(
                            List.of(
                                    "n = 1",
                                    "!!fork other",
                                    "n = 2",
                                    "!!undo",
                                    "n",
                                    "n = 3",
                                    "!!switch other",
                                    "n",
                                    "!!snapshot one.bin",
                                    "n = 4",
                                    "!!restore one.bin",
                                    "n",
                                    "!!frob",
                                    "!!quit",
                                    "n"),
                            "python")
                    .ok()
                    .answers(
                            "Forked main to other; !!switch other talks to it",
                            "Went back 1 step; 1 message handled.",
                            "=> 1",
                            "Talking to other",
                            "=> 1",
                            "Froze to one.bin",
                            "Restored from one.bin",
                            "=> 1",
                            "Error understanding command. There is no !!frob; !!help lists the commands.");
        }

        @Test
        void messagesAreDeliveredToWhateverWaitsForThem() {
            wasmbox.run(
                            List.of(
                                    "!!deliver 1",
                                    "wasmbox.on(lambda m: wasmbox.send(m['add'] + 1)); None",
                                    "!!deliver {\"add\": 12345678901234567890}",
                                    "!!deliver {\"add\": \"x\"}"),
                            "python")
                    .ok()
                    .answers(
                            "TypeError: there is no handler for messages; the program sets one with wasmbox.on(function)",
                            "==> 12345678901234567891",
                            "Traceback (most recent call last):",
                            "  File \"<input 2>\", line 1, in <lambda>",
                            "TypeError: unsupported types for __add__: 'str', 'int'");
        }

        @Test
        void helpSaysWhatLinesAre() {
            wasmbox.run(List.of("!!help"), "python").ok();
            assertThat(wasmbox.out()).startsWith("Every line is Python").contains("!!deliver JSON");
        }

        @Test
        void theSameInputMakesTheSameState() {
            List<String> lines = List.of("import random, time; at = time.time(), random.random()", "at[0]", "!!info");
            String first = wasmbox.run(lines, "python", "--freeze-time").ok().out();
            assertThat(first).startsWith("=> 0");
            assertThat(wasmbox.run(lines, "python", "--freeze-time", "--engine", "interpreted")
                            .ok()
                            .out()
                            .replace("interpreted", "compiled"))
                    .isEqualTo(first);
        }
    }

    @Nested
    class Scripts {

        @Test
        void aFileIsRunAndFindsItsArguments() throws IOException {
            script("main.py", "\ufeff#!/usr/bin/env -S wasmbox python\nimport sys\nprint(sys.argv)\n1 + 1\n");
            wasmbox.run("python", "main.py", "one", "--json", "-c")
                    .ok()
                    .answers("['main.py', 'one', '--json', '-c']")
                    .complainsOfNothing();
        }

        @Test
        void codeIsEvaluatedAndItsValuePrinted() {
            wasmbox.run("python", "-c", "6 * 7").ok().answers("42");
            wasmbox.run("py", "-e", "6 * 7").ok().answers("42");
            wasmbox.run("py", "--eval", "import sys; len(sys.argv)", "a", "b")
                    .ok()
                    .answers("3");
            wasmbox.run("python", "-c", "print(1, end='')").ok();
            assertThat(wasmbox.out()).isEqualTo("1");
        }

        @Test
        void aScriptMayComeFromStandardInput() {
            wasmbox.run(List.of("def f():", "    return 1", "print(f())", "2"), "python", "-")
                    .ok()
                    .answers("1");
        }

        @Test
        void whatIsRaisedIsTheEnd() throws IOException {
            script("bad.py", "print('so far')\ndef f():\n    raise ValueError('no')\nf()\n");
            wasmbox.run("python", "--snapshot", "never.bin", "bad.py")
                    .fails(ExitCode.FAILED)
                    .answers("so far")
                    .complains(
                            "Traceback (most recent call last):",
                            "  File \"bad.py\", line 4, in <module>",
                            "  File \"bad.py\", line 3, in f",
                            "ValueError: no");
            assertThat(folder.resolve("never.bin")).doesNotExist();
        }

        @Test
        void anErrorOfSyntaxHasItsPlace() throws IOException {
            script("bad.py", "x = 1\nif x\n    y\n");
            wasmbox.run("python", "bad.py")
                    .fails(ExitCode.FAILED)
                    .answersNothing()
                    .complains(
                            "Traceback (most recent call last):",
                            "  File \"bad.py\", line 2",
                            "SyntaxError: invalid syntax");
        }

        @ParameterizedTest
        @CsvSource({"sys.exit(), 0", "sys.exit(None), 0", "sys.exit(0), 0", "sys.exit(3), 3", "raise SystemExit(4), 4"})
        void aScriptMayEndWithAnExitCode(String end, int exitCode) {
            wasmbox.run("python", "--snapshot", "end.bin", "-c", "import sys; print(1); %s; print(2)".formatted(end))
                    .fails(exitCode)
                    .answers("1")
                    .complainsOfNothing();
            assertThat(Files.exists(folder.resolve("end.bin"))).isEqualTo(exitCode == 0);
        }

        @Test
        void anExitThatIsNoCodeIsAnErrorAndSoIsOneInASession() {
            wasmbox.run("python", "-c", "import sys; sys.exit('no')").fails(ExitCode.FAILED);
            assertThat(wasmbox.err()).endsWith("SystemExit: no\n");
            wasmbox.run(List.of("import sys; sys.exit(3)", "1"), "python").ok();
            assertThat(wasmbox.lines()).contains("SystemExit: 3").endsWith("=> 1");
        }

        @Test
        void aSessionMayFollow() throws IOException {
            script("lib.py", "def double(n):\n    return 2 * n");
            wasmbox.run(List.of("double(21)"), "python", "-i", "lib.py").ok().answers("=> 42");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "python missing.py             | 1 | wasmbox: there is no file ",
                    "py latin.py                   | 1 | wasmbox: latin.py is not text in UTF-8.",
                    "py --step-limit 5 -c 1        | 2 | wasmbox: --step-limit is not possible: ",
                    "py --frob                     | 2 | wasmbox: Unknown option: '--frob'.",
                })
        void whatCannotBeDoneIsSaidInASentence(String arguments, int exitCode, String sentence) throws IOException {
            Files.write(folder.resolve("latin.py"), new byte[] {'\'', (byte) 0xe9, '\''});
            wasmbox.run(arguments.split(" ")).fails(exitCode).answersNothing();
            assertThat(wasmbox.err()).startsWith(sentence);
        }
    }

    @Nested
    class Snapshots {

        private static final String STATE = "def g():\n  yield 7\n  yield 8\n\nit = g(); next(it)";

        @Test
        void aScriptLeavesItsBoxAndAnotherProcessGoesOn() throws Exception {
            wasmbox.run("python", "--snapshot", "state.bin", "-c", STATE).ok().answers("7");
            wasmbox.runProcess(List.of("next(it)"), "python", "--restore", "state.bin")
                    .ok()
                    .answers("Restored from state.bin", "=> 8");
            wasmbox.run("py", "--restore", "state.bin", "-c", "next(it)").ok().answers("8");
        }

        @Test
        void aSnapshotAloneIsEnough() {
            wasmbox.run(List.of("n = 5", "!!snapshot a.bin self-contained"), "python")
                    .ok();
            wasmbox.run(List.of("n"), "python", "a.bin").ok().answers("Restored from a.bin", "=> 5");
        }

        @Test
        void aSnapshotOfAnotherLanguageIsRefused() {
            wasmbox.run("python", "--snapshot", "python.bin", "-c", "1").ok();
            wasmbox.run("js", "--restore", "python.bin").fails(ExitCode.FAILED).answersNothing();
            assertThat(wasmbox.err()).startsWith("wasmbox: python.bin could not be restored: ");
        }
    }

    @Nested
    class ForPrograms {

        @Test
        void everyAnswerIsAnObject() {
            wasmbox.run(
                            List.of("print('w')", "wasmbox.send([1])", "no", "wasmbox.on(print)", "!!deliver 2"),
                            "python",
                            "--json")
                    .ok()
                    .complainsOfNothing();
            assertThat(wasmbox.json().stream().map(answer -> answer.get("type").asText()))
                    .containsExactly("console", "value", "output", "value", "error", "value", "console", "handled");
            assertThat(wasmbox.json().getFirst().get("text").asText()).isEqualTo("w\n");
            JsonNode thrown = wasmbox.json().get(4);
            assertThat(thrown.get("kind").asText()).isEqualTo("thrown");
            assertThat(thrown.get("name").asText()).isEqualTo("NameError");
            assertThat(thrown.get("source").asText()).isEqualTo("<input 3>");
            assertThat(thrown.get("line").asInt()).isEqualTo(1);
            assertThat(thrown.get("stack").asText()).startsWith("Traceback (most recent call last):\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "None                  | none  | null",
                    "True                  | bool  | true",
                    "-5                    | int   | -5",
                    "2 ** 70               | int   | 1180591620717411303424",
                    "0.5                   | float | 0.5",
                    "float('nan')          | float | \"nan\"",
                    "'\\u2028'             | str   | \"\\u2028\"",
                    "b'\\0a'               | bytes | \"b'\\\\x00a'\"",
                    "[1, None]             | list  | [1,null]",
                    "(1,)                  | tuple | [1]",
                    "{1}                   | set   | [1]",
                    "{'a': {2: ()}}        | dict  | {\"a\":{\"2\":[]}}",
                    "range(3)              | other | \"range(0, 3)\"",
                })
        void valuesAreJsonAsFarAsThatGoes(String program, String kind, String value) {
            wasmbox.run("python", "--json", "-c", program)
                    .ok()
                    .answers("{\"type\":\"value\",\"kind\":\"%s\",\"value\":%s}".formatted(kind, value));
        }
    }

    @Nested
    class Typing {

        @Test
        void namesAreCompletedFromWhatIsThere() {
            try (ScriptBox box = ScriptBoxes.start(new PythonLanguage(), wasmbox.console())) {
                String script = "class Trench:\n  depth = 1\n\ntreasure = Trench(); treasure.map = 'x'";
                assertThat(ScriptBoxes.complete(box, script, "f(tr"))
                        .isEqualTo(new SessionBox.Completions("tr", List.of("treasure")));
                assertThat(ScriptBoxes.complete(box, script, "1 + treasure.").words())
                        .contains("map", "depth")
                        .noneMatch(name -> name.startsWith("__"));
                assertThat(ScriptBoxes.complete(box, script, "treasure.map.isd").words())
                        .containsExactly("isdigit");
                assertThat(ScriptBoxes.complete(box, script, "nothing.").words())
                        .isEmpty();
                assertThat(ScriptBoxes.complete(box, script, "if x:\n").words()).containsExactly("    ");
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "if x:                       | 4",
                    "if x:  # (                  | 4",
                    "def f(a='#:'):              | 4",
                    "if x:\\n    y               | 4",
                    "if x:\\n    for y in z:     | 8",
                    "if x:\\n    return          | 0",
                    "if x:\\n    returned        | 4",
                    "f(a,                        | 4",
                    "if x:\\n    f(a,            | 8",
                    "if x:\\n    f(a,\\n      b) | 4",
                    "if x:\\n    a = {\\n  1:    | 8",
                    "x = 1 + \\                  | 4",
                    "if x:\\n    y = '''a\\n  b  | 0",
                    "if x:\\n    y = '''a\\n'''  | 4",
                })
        void linesGoOnWhereTheirStatementsAre(String before, int spaces) {
            assertThat(new PythonLanguage().indentation(before.replace("\\n", "\n")))
                    .isEqualTo(spaces);
        }
    }

    @Test
    void theEngineIsCompiledOnce() {
        wasmbox.run("python", "-c", "1").ok();
        assertThat(cache.resolve("wasmbox")).isDirectoryContaining("glob:**.precompiled");
    }

    @Test
    void textThatIsNoUtf8IsLeftOut() {
        wasmbox.runBytes("'\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1), "python")
                .ok()
                .answers("Error: this line is no text in UTF-8 and was left out.");
    }
}
