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

/** {@code wasmbox js}, with the engine that comes with it. What is compiled of it is kept for all of these tests. */
class JsCommandTest {

    @TempDir
    private static Path cache = Path.of("");

    private final Path folder;
    private final CommandLineRun wasmbox;

    JsCommandTest(@TempDir Path folder) {
        this.folder = folder;
        this.wasmbox = new CommandLineRun(folder)
                .with("XDG_CACHE_HOME", cache.toString())
                .with("XDG_CONFIG_HOME", cache.toString());
    }

    private Path script(String name, String source) throws IOException {
        return Files.writeString(folder.resolve(name), source);
    }

    @Nested
    class Sessions {

        @Test
        void eachScriptIsAnsweredByItsValueAndDeclarationsByNothing() {
            wasmbox.run(List.of("let x = 20", "x + 22", "'a' + x", "({ x, f() {} })", "undefined"), "js")
                    .ok()
                    .answers("=> 42", "=> 'a20'", "=> { x: 20, f: [Function: f] }")
                    .complainsOfNothing();
        }

        @Test
        void aScriptMayHaveSeveralLines() {
            wasmbox.run(List.of("function twice(n) {", "  return 2 * n", "}", "twice(", "  `4", "2`)"), "js")
                    .ok()
                    .answers("=> NaN");
        }

        @Test
        void whatIsUnfinishedAtTheEndOfTheInputIsAnError() {
            wasmbox.run(List.of("1", "f("), "js").ok();
            assertThat(wasmbox.lines()).hasSize(2).element(1).asString().startsWith("SyntaxError: ");
        }

        @Test
        void errorsSayTheirNameTheirPlaceAndTheCallsThatLedThere() {
            wasmbox.run(List.of("function f() { null.x }", "f()", "throw 'up'", "1"), "js")
                    .ok()
                    .answers(
                            "TypeError: cannot read property 'x' of null (input 1:1:20)",
                            "    at f (input 1:1:20)",
                            "    at <eval> (input 2:1:2)",
                            "up",
                            "=> 1");
        }

        @Test
        void theConsoleIsWhereNodeHasIt() {
            wasmbox.run(
                            List.of(
                                    "console.log('a', { b: 1 }); console.info('c'); console.debug('d')",
                                    "console.warn('e'); console.error('f')"),
                            "js")
                    .ok()
                    .answers("a { b: 1 }", "c", "d")
                    .complains("e", "f");
        }

        @Test
        void timersRunBeforeTheAnswerAndNobodyWaits() {
            wasmbox.run(
                            List.of(
                                    "setTimeout(() => console.log('later'), 59 * 60_000); 1",
                                    "setTimeout(() => { throw new RangeError('late') }, 10); 2",
                                    "await new Promise(resolve => setTimeout(resolve, 1000, 3))",
                                    "new Promise(() => {})"),
                            "js")
                    .ok()
                    .answers(
                            "later",
                            "=> 1",
                            "Uncaught RangeError: late (input 2:1:40)",
                            "=> 2",
                            "=> 3",
                            "=> Promise { <pending> }");
        }

        @Test
        void whatAScriptSendsIsAnOutput() {
            wasmbox.run(List.of("wasmbox.send({ n: 1 })"), "js").ok().answers("==> {n: 1}");
        }

        @Test
        void messagesAreDeliveredToWhateverWaitsForThem() {
            wasmbox.run(
                            List.of(
                                    "!!deliver 1",
                                    "let sum = 0; wasmbox.on(({ add }) => { sum += add; wasmbox.send({ sum }) })",
                                    "!!deliver {\"add\": 2}",
                                    "!!time !!deliver {\"add\": 0.5}",
                                    "!!undo",
                                    "!!deliver {\"add\": 40}",
                                    "!!deliver 9007199254740995",
                                    "!!deliver {\"add\"",
                                    "!!deliver"),
                            "js")
                    .ok();
            assertThat(wasmbox.out())
                    .contains("TypeError: there is no handler for messages")
                    .contains("==> {sum: 2}\n==> {sum: 2.5}\ntook ")
                    .endsWith(
                            """
                            Went back 1 step; 3 messages handled.
                            ==> {sum: 42}
                            Error: the number 9007199254740995 is beyond those that JavaScript counts exactly; pass a BigInteger.
                            Error: !!deliver JSON: this is no JSON: Unexpected end-of-input within/between Object entries at character 7.
                            Error: !!deliver JSON: the line is empty.
                            """);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "while (true);                       | --time-limit 3s | the guest took longer than the 3000 ms",
                    "for (;;) wasmbox.send(1)            | --outputs-limit 10 | the guest sent more outputs during one message than the 10",
                })
        void aScriptThatIsEndedLeavesTheBoxAsItWas(String script, String limit, String reason) {
            wasmbox.run(List.of("let n = 1", "n = 2; " + script, "n"), ("js " + limit).split(" "))
                    .ok();
            assertThat(wasmbox.lines().getLast()).isEqualTo("=> 1");
            assertThat(wasmbox.out()).contains("Ended: " + reason).contains("The box is as it was before this.");
        }

        @Test
        void stepsAreLimitedByAnErrorOfTheScripts() {
            wasmbox.run(List.of("n = 2; while (true);", "n"), "js", "--step-limit", "100000")
                    .ok();
            assertThat(wasmbox.lines().getFirst()).startsWith("InternalError: interrupted");
            assertThat(wasmbox.lines().getLast()).isEqualTo("=> 2");
        }

        @Test
        void commandsAreThoseOfEverySession() {
            wasmbox.run(
                            List.of(
                                    "let n = 1",
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
                                    "!!quit",
                                    "n"),
                            "js")
                    .ok()
                    .answers(
                            "Forked main to other; !!switch other talks to it",
                            "=> 2",
                            "Went back 1 step; 1 message handled.",
                            "=> 1",
                            "=> 3",
                            "Talking to other",
                            "=> 1",
                            "Froze to one.bin",
                            "=> 4",
                            "Restored from one.bin",
                            "=> 1");
        }

        @Test
        void twoMarksBeforeWhatIsNoCommandAreJavaScript() {
            wasmbox.run(List.of("!!0", "!![]", " !!info", "const info = 1", " !!info"), "js")
                    .ok();
            assertThat(wasmbox.lines()).startsWith("=> false", "=> true").last().isEqualTo("=> true");
        }

        @Test
        void aMessageCanBeTimed() {
            wasmbox.run(List.of("!!time 6 * 7"), "js").ok();
            assertThat(wasmbox.lines()).hasSize(2).first().isEqualTo("=> 42");
            assertThat(wasmbox.lines().get(1)).matches("took [0-9.e+]+ (us|ms|s)");
        }

        @Test
        void helpSaysWhatLinesAre() {
            wasmbox.run(List.of("!!help"), "js").ok();
            assertThat(wasmbox.out()).startsWith("Every line is JavaScript").contains("!!fork [NAME] [ENTROPY]");
        }

        @Test
        void theSameInputMakesTheSameState() {
            List<String> lines = List.of("let at = Date.now(), n = Math.random()", "at", "!!info");
            String first = wasmbox.run(lines, "js", "--freeze-time").ok().out();
            assertThat(first).startsWith("=> 0\n");
            assertThat(wasmbox.run(lines, "js", "--freeze-time", "--engine", "interpreted")
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
            script("main.js", "#!/usr/bin/env -S wasmbox js\nconsole.log(scriptArgs); 1 + 1\n");
            wasmbox.run("js", "main.js", "one", "--json", "-e")
                    .ok()
                    .answers("[ 'main.js', 'one', '--json', '-e' ]")
                    .complainsOfNothing();
        }

        @Test
        void codeIsEvaluatedAndItsValuePrinted() {
            wasmbox.run("js", "-e", "6 * 7").ok().answers("42");
            wasmbox.run("js", "--eval", "scriptArgs.length", "a", "b").ok().answers("3");
            wasmbox.run("js", "-e", "let a = 1").ok().answersNothing();
        }

        @Test
        void aScriptMayComeFromStandardInput() {
            wasmbox.run(List.of("let a = 1", "console.log(a)", "a"), "js", "-")
                    .ok()
                    .answers("1");
        }

        @Test
        void whatIsThrownIsTheEnd() throws IOException {
            script("bad.js", "console.log('so far')\nfunction f() {\n  throw new RangeError('no')\n}\nf()\n");
            wasmbox.run("js", "--snapshot", "never.bin", "bad.js")
                    .fails(ExitCode.FAILED)
                    .answers("so far")
                    .complains(
                            "wasmbox: RangeError: no (bad.js:3:23)",
                            "    at f (bad.js:3:23)",
                            "    at <eval> (bad.js:5:2)");
            assertThat(folder.resolve("never.bin")).doesNotExist();
        }

        @Test
        void whatATimerThrowsIsAFailureToo() {
            wasmbox.run("js", "-e", "setTimeout(() => { throw 1 }); setTimeout(() => console.log('still')); 2")
                    .fails(ExitCode.FAILED)
                    .answers("still", "2")
                    .complains("wasmbox: Uncaught 1");
        }

        @Test
        void anErrorOfSyntaxHasItsPlace() {
            wasmbox.run("js", "-e", "let = = 1").fails(ExitCode.FAILED).answersNothing();
            assertThat(wasmbox.err()).startsWith("wasmbox: SyntaxError: ").contains("([eval]:1:");
        }

        @Test
        void aScriptThatIsEndedSaysWhy() {
            wasmbox.run("js", "--time-limit", "3s", "-e", "for (;;);")
                    .fails(ExitCode.FAILED)
                    .complains(
                            "wasmbox: The script was ended: the guest took longer than the 3000 ms that the box allows"
                                    + " for a message.");
        }

        @Test
        void aSessionMayFollow() throws IOException {
            script("lib.js", "const double = n => 2 * n");
            wasmbox.run(List.of("double(21)"), "js", "-i", "lib.js").ok().answers("=> 42");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "js missing.js                 | 1 | wasmbox: there is no file ",
                    "js .                          | 1 | wasmbox: ",
                    "js latin.js                   | 1 | wasmbox: latin.js is not text in UTF-8.",
                    "js --restore missing.bin      | 1 | wasmbox: there is no file ",
                    "js --entropy identical        | 2 | wasmbox: --entropy is for a box",
                    "js --step-limit 5 -e 1        | 2 | wasmbox: --step-limit is not possible: ",
                    "js --form odd -e 1            | 2 | wasmbox: --form takes whole, from-base or self-contained",
                    "js -i -                       | 2 | wasmbox: A session needs standard input",
                    "js --frob                     | 2 | wasmbox: Unknown option: '--frob'.",
                })
        void whatCannotBeDoneIsSaidInASentence(String arguments, int exitCode, String sentence) throws IOException {
            Files.write(folder.resolve("latin.js"), new byte[] {'\'', (byte) 0xe9, '\''});
            wasmbox.run(arguments.split(" ")).fails(exitCode).answersNothing();
            assertThat(wasmbox.err()).startsWith(sentence);
        }
    }

    @Nested
    class Snapshots {

        private static final String STATE =
                "let n = 1; const next = () => n++; function* g() { yield* [7, 8, 9] }; const it = g(); it.next()";

        @ParameterizedTest
        @CsvSource({"whole", "from-base", "self-contained"})
        void aScriptLeavesItsBoxAndAnotherProcessGoesOn(String form) throws Exception {
            wasmbox.run("js", "--snapshot", "state.bin", "--form", form, "-e", STATE)
                    .ok()
                    .answers("{ value: 7, done: false }");
            wasmbox.runProcess(List.of("next() + next()", "it.next().value"), "js", "--restore", "state.bin")
                    .ok()
                    .answers("Restored from state.bin", "=> 3", "=> 8");
            wasmbox.run("js", "--restore", "state.bin", "-e", "n").ok().answers("1");
        }

        @Test
        void aSnapshotAloneIsEnough() {
            wasmbox.run(List.of("let n = 5", "!!snapshot a.bin self-contained"), "js")
                    .ok();
            wasmbox.run(List.of("n"), "js", "a.bin").ok().answers("Restored from a.bin", "=> 5");
        }

        @Test
        void aSessionLeavesItsBoxInTheEnd() {
            wasmbox.run(List.of("let n = 6"), "js", "--snapshot", "end.bin")
                    .ok()
                    .answers("Froze to end.bin");
            wasmbox.run(List.of("n"), "js", "end.bin").ok().answers("Restored from end.bin", "=> 6");
            wasmbox.run("js", "-e", "1", "--snapshot", "end.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.err()).endsWith("end.bin exists already.\n");
            assertThat(wasmbox.lines()).isEmpty(); // before anything has run that would be lost
            wasmbox.run("js", "-e", "1", "--snapshot", "nowhere/end.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.err()).contains("There is no folder ");
            assertThat(wasmbox.lines()).isEmpty();
        }

        @Test
        void aSnapshotOfAnotherGuestIsRefused() {
            wasmbox.run(List.of("up", "!!snapshot counter.bin"), "run", CommandLineRun.guest("counter"))
                    .ok();
            wasmbox.run("js", "--restore", "counter.bin").fails(ExitCode.FAILED).answersNothing();
            assertThat(wasmbox.err()).startsWith("wasmbox: counter.bin could not be restored: ");
        }
    }

    @Nested
    class ForPrograms {

        private List<String> types() {
            return wasmbox.json().stream()
                    .map(answer -> answer.get("type").asText())
                    .toList();
        }

        @Test
        void everyAnswerIsAnObject() {
            wasmbox.run(
                            List.of(
                                    "console.warn('w')",
                                    "wasmbox.send([1])",
                                    "null.x",
                                    "!!undo",
                                    "!!time 2",
                                    "setTimeout(() => nope()); undefined"),
                            "js",
                            "--json")
                    .ok()
                    .complainsOfNothing();
            assertThat(types())
                    .containsExactly(
                            "console", "value", "output", "value", "error", "undone", "value", "took", "error",
                            "value");
            JsonNode thrown = wasmbox.json().get(4);
            assertThat(thrown.get("kind").asText()).isEqualTo("thrown");
            assertThat(thrown.get("name").asText()).isEqualTo("TypeError");
            assertThat(thrown.get("source").asText()).isEqualTo("input 3");
            assertThat(thrown.get("line").asInt()).isEqualTo(1);
            assertThat(wasmbox.json().get(8).get("kind").asText()).isEqualTo("uncaught");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "undefined             | undefined | null",
                    "null                  | null      | null",
                    "true                  | boolean   | true",
                    "-0.5                  | number    | -0.5",
                    "1e21                  | number    | 1.0E21",
                    "0 / 0                 | number    | \"NaN\"",
                    "2n ** 64n             | bigint    | \"18446744073709551616\"",
                    "'\\u2028'             | string    | \"\\u2028\"",
                    "[1, undefined]        | array     | [1,null]",
                    "({ a: { b: [] } })    | object    | {\"a\":{\"b\":[]}}",
                    "new Map([[1, 2]])     | other     | \"Map(1) { 1 => 2 }\"",
                })
        void valuesAreJsonAsFarAsThatGoes(String script, String kind, String value) {
            wasmbox.run("js", "--json", "-e", script)
                    .ok()
                    .answers("{\"type\":\"value\",\"kind\":\"%s\",\"value\":%s}".formatted(kind, value));
        }

        @Test
        void failuresAreAnswersToo() {
            wasmbox.run("js", "--json", "--restore", "missing.bin").fails(ExitCode.FAILED);
            assertThat(types()).containsExactly("error");
        }
    }

    @Nested
    class Typing {

        private SessionBox.Completions complete(String script, String before) {
            try (ScriptBox box = ScriptBoxes.start(new JsLanguage(), wasmbox.console())) {
                return ScriptBoxes.complete(box, script, before);
            }
        }

        @Test
        void namesAreCompletedFromWhatIsThere() {
            String script = "const treasure = { map: 1, maps: { x: 2 } }; class Trench {}";
            assertThat(complete(script, "f(tr")).isEqualTo(new SessionBox.Completions("tr", List.of("treasure")));
            assertThat(complete(script, "1 + treasure.ma"))
                    .isEqualTo(new SessionBox.Completions("ma", List.of("map", "maps")));
            assertThat(complete(script, "treasure.maps.").words()).contains("x").doesNotContain("__proto__");
            assertThat(complete(script, "treasure.__p").words()).containsExactly("__proto__");
            assertThat(complete(script, "nothing.").words()).isEmpty();
        }
    }

    @Test
    void theEngineComesCompiled() {
        wasmbox.run("js", "-e", "1").ok();
        Path compiled = cache.resolve("wasmbox");
        if (Files.exists(compiled)) {
            assertThat(compiled).isDirectoryNotContaining("glob:**.precompiled");
        }
    }

    @Test
    void textThatIsNoUtf8IsLeftOut() {
        wasmbox.runBytes("'\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1), "js")
                .ok()
                .answers("Error: this line is no text in UTF-8 and was left out.");
    }
}
