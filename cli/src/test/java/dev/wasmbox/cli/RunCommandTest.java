package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {

    private final Path folder;
    private final CommandLineRun wasmbox;

    RunCommandTest(@TempDir Path folder) {
        this.folder = folder;
        this.wasmbox = new CommandLineRun(folder);
    }

    @Nested
    class Messages {

        @Test
        void eachLineIsAMessageAndEachOutputIsPrinted() {
            wasmbox.run(List.of("up", "up", "down"), "run", guest("counter"))
                    .ok()
                    .answers("==> [value=1]", "==> [value=2]", "==> [value=1]")
                    .complainsOfNothing();
        }

        @ParameterizedTest
        @ValueSource(strings = {"countersync", "original-counter"})
        void everyKindOfGuestRuns(String name) {
            wasmbox.run(List.of("up"), "run", guest(name)).ok().answers("==> [value=1]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"compiled", "interpreted", "INTERPRETED"})
        void everyEngineAnswersTheSame(String engine) {
            wasmbox.run(List.of("up", "up"), "run", guest("counter"), "--engine", engine)
                    .ok()
                    .answers("==> [value=1]", "==> [value=2]");
        }

        @Test
        void aMessageWithoutOutputIsAnsweredByNothing() {
            wasmbox.run(List.of("sideways"), "run", guest("counter")).ok().answersNothing();
        }

        @Test
        void theEndOfTheInputIsTheEnd() {
            wasmbox.run("run", guest("counter")).ok().answersNothing();
        }

        @Test
        void textIsUtf8AndWindowsLineEndsAreNoPartOfIt() {
            wasmbox.runBytes("grüße 🦀\r\nlast".getBytes(StandardCharsets.UTF_8), "run", guest("echo"))
                    .ok();
            assertThat(wasmbox.out()).contains("grüße 🦀]").contains("last]");
        }

        @Test
        void aLineThatIsNoUtf8IsLeftOutAndTheSessionGoesOn() {
            wasmbox.runBytes(new byte[] {'u', (byte) 0xff, '\n', 'u', 'p'}, "run", guest("counter"))
                    .ok()
                    .answers("Error: this line is no text in UTF-8 and was left out.", "==> [value=1]");
        }

        @Test
        void aLineThatIsTooLongIsRefusedAndTheSessionGoesOn() {
            wasmbox.run(List.of("x".repeat(100_000), "up"), "run", guest("counter"), "--message-limit", "1K")
                    .ok();
            assertThat(wasmbox.lines()).hasSize(2).last().isEqualTo("==> [value=1]");
        }

        @Test
        void whatTheGuestWritesGoesToStandardErrorMarked() {
            wasmbox.run(List.of("print hi"), "run", guest("panicker"))
                    .ok()
                    .answers("==> [printed]")
                    .complains("[guest] hi");
        }
    }

    @Nested
    class Commands {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "!!frob           | There is no !!frob; !!help lists the commands.",
                    "!!               | A command is expected after !!; !!help lists them.",
                    "!!restore        | !!restore needs the name of a file.",
                    "!!clock noon     | !!clock takes the milliseconds since 1970, up to the year 2261, but not \"noon\".",
                    "!!clock -1       | !!clock takes the milliseconds since 1970, up to the year 2261, but not \"-1\".",
                    "!!undo 0         | !!undo takes the number of steps, from 1, but not \"0\".",
                    "!!undo x         | !!undo takes the number of steps, from 1, but not \"x\".",
                    "!!info please    | !!info stands alone, without \"please\".",
                })
        void oneThatIsNotUnderstoodIsAnsweredByOneLine(String command, String sentence) {
            wasmbox.run(List.of(command, "up"), "run", guest("counter"))
                    .ok()
                    .answers("Error understanding command. " + sentence, "==> [value=1]");
        }

        @Test
        void helpNamesThemAll() {
            wasmbox.run(List.of("!!help"), "run", guest("counter")).ok();
            assertThat(wasmbox.out())
                    .contains("!!snapshot", "!!restore", "!!undo", "!!fork", "!!switch", "!!boxes", "!!close")
                    .contains("!!clock", "!!info", "!!help", "!!quit");
        }

        @Test
        void quitEnds() {
            wasmbox.run(List.of("up", "!!quit", "up"), "run", guest("counter"))
                    .ok()
                    .answers("==> [value=1]");
        }

        @Test
        void infoTellsWhatTheBoxIsLike() {
            wasmbox.run(List.of("up", "!!info"), "run", guest("counter"), "--freeze-time")
                    .ok();
            assertThat(wasmbox.lines().stream().map(line -> line.replaceAll(" +", " ")))
                    .contains(
                            "state ready",
                            "clock 0 (1970-01-01T00:00:00Z), stands still",
                            "messages 1 handled, 1 output",
                            "undo 1 step",
                            "engine compiled");
        }
    }

    @Nested
    class Snapshots {

        @Test
        void goOnWhereTheyWereTakenAlsoInAnotherProcess() throws Exception {
            wasmbox.runProcess(List.of("up", "up", "!!snapshot two.bin", "up"), "run", guest("counter"))
                    .ok()
                    .answers("==> [value=1]", "==> [value=2]", "Froze to two.bin", "==> [value=3]");
            wasmbox.runProcess(List.of("up"), "run", guest("counter"), "--restore", "two.bin")
                    .ok()
                    .answers("Restored from two.bin", "==> [value=3]");
            wasmbox.runProcess(List.of("!!restore two.bin", "down"), "run", guest("counter"))
                    .ok()
                    .answers("Restored from two.bin", "==> [value=1]");
        }

        @Test
        void areNamedByTheSecondAndNeverOverwritten() {
            wasmbox.run(List.of("!!snapshot", "!!snapshot", "!!snapshot"), "run", guest("counter"))
                    .ok()
                    .answers(
                            "Froze to snapshot-1700000000.bin",
                            "Froze to snapshot-1700000000-2.bin",
                            "Froze to snapshot-1700000000-3.bin");
            assertThat(wasmbox.file("snapshot-1700000000-3.bin")).exists();
        }

        @Test
        void doNotReplaceAFileThatWasNamed() throws IOException {
            Files.writeString(wasmbox.file("precious.bin"), "precious");
            wasmbox.run(List.of("!!snapshot precious.bin", "up"), "run", guest("counter"))
                    .ok()
                    .answers("Error: " + wasmbox.file("precious.bin") + " exists already.", "==> [value=1]");
            assertThat(wasmbox.file("precious.bin")).hasContent("precious");
        }

        @Test
        void mayHaveNamesWithSpaces() {
            wasmbox.run(List.of("!!snapshot a b.bin whole", "!!restore a b.bin"), "run", guest("counter"))
                    .ok()
                    .answers("Froze to a b.bin", "Restored from a b.bin");
        }

        @Test
        void thatAreMissingDamagedOrOfAnotherModuleLeaveTheBoxAsItWas() throws IOException {
            wasmbox.run(List.of("!!snapshot echo.bin"), "run", guest("echo")).ok();
            Files.writeString(wasmbox.file("damaged.bin"), "WASMBOX damaged");
            wasmbox.run(
                            List.of("up", "!!restore missing.bin", "!!restore damaged.bin", "!!restore echo.bin", "up"),
                            "run",
                            guest("counter"))
                    .ok();
            assertThat(wasmbox.lines()).hasSize(5).last().isEqualTo("==> [value=2]");
            assertThat(wasmbox.lines().subList(1, 4)).allMatch(line -> line.startsWith("Error: "));
        }

        @Test
        void atTheStartMustFitTheModule() {
            wasmbox.run(List.of("!!snapshot echo.bin"), "run", guest("echo")).ok();
            wasmbox.run("run", guest("counter"), "--restore", "echo.bin")
                    .fails(ExitCode.FAILED)
                    .answersNothing()
                    .complainsOf("echo.bin could not be restored: this snapshot is of the module with SHA-256");
        }
    }

    @Nested
    class Undo {

        @Test
        void goesBackBeforeTheLastMessagesAndRestores() {
            wasmbox.run(
                            List.of(
                                    "up",
                                    "!!snapshot one.bin",
                                    "up",
                                    "up",
                                    "!!undo 2",
                                    "up",
                                    "!!restore one.bin",
                                    "!!undo",
                                    "up"),
                            "run",
                            guest("counter"))
                    .ok()
                    .answers(
                            "==> [value=1]",
                            "Froze to one.bin",
                            "==> [value=2]",
                            "==> [value=3]",
                            "Went back 2 steps; 1 message handled.",
                            "==> [value=2]",
                            "Restored from one.bin",
                            "Went back 1 step; 2 messages handled.",
                            "==> [value=3]");
        }

        @Test
        void saysHowFarItGoes() {
            wasmbox.run(List.of("!!undo", "up", "!!undo 2", "!!undo", "up"), "run", guest("counter"))
                    .ok()
                    .answers(
                            "Error: there is nothing to undo.",
                            "==> [value=1]",
                            "Error: only 1 of that can be undone; !!undo 1 goes back so far.",
                            "Went back 1 step; 0 messages handled.",
                            "==> [value=1]");
        }

        @Test
        void goesBackOnlySoFarAsItIsAskedToKeep() {
            wasmbox.run(List.of("up", "up", "up", "!!undo 3", "!!undo 2"), "run", guest("counter"), "--undo", "2")
                    .ok();
            assertThat(wasmbox.lines())
                    .endsWith(
                            "Error: only 2 of that can be undone; !!undo 2 goes back so far.",
                            "Went back 2 steps; 1 message handled.");
        }
    }

    @Nested
    class Traps {

        @Test
        void areOneLineAndUndoBringsTheBoxBack() {
            wasmbox.run(
                            List.of("panic oh no", "hello", "!!snapshot", "!!info", "!!undo", "print x"),
                            "run",
                            guest("panicker"))
                    .ok();
            assertThat(wasmbox.lines().getFirst())
                    .startsWith("Trapped (panic): panicked at ")
                    .contains("oh no")
                    .endsWith("The box is trapped; !!undo or !!restore FILE bring it back.");
            assertThat(wasmbox.lines().get(1))
                    .isEqualTo(
                            "Error: the box is trapped and takes no messages; !!undo and !!restore FILE bring it back.");
            assertThat(wasmbox.lines().get(2)).startsWith("Error: this box is trapped");
            assertThat(wasmbox.lines().get(4)).matches("state +trapped");
            assertThat(wasmbox.lines()).endsWith("Went back 1 step; 0 messages handled.", "==> [printed]");
        }

        @Test
        void areUndoneByARestoreToo() {
            wasmbox.run(
                            List.of("!!snapshot s.bin", "panic", "!!restore s.bin", "print x"),
                            "run",
                            guest("panicker"),
                            "--undo=0")
                    .ok();
            assertThat(wasmbox.lines().get(1)).endsWith("The box is trapped; !!restore FILE brings it back.");
            assertThat(wasmbox.lines()).endsWith("Restored from s.bin", "==> [printed]");
        }

        @Test
        void endAnEndlessLoop() {
            wasmbox.run(List.of("loop"), "run", guest("panicker"), "--time-limit", "100ms")
                    .ok();
            assertThat(wasmbox.out()).startsWith("Trapped (time): the guest took longer than the 100 ms");
        }

        @Test
        void atTheStartAreTheEnd() {
            wasmbox.run("run", guest("counter"), "--memory-limit", "64K")
                    .fails(ExitCode.FAILED)
                    .complainsOf("The guest could not be started: ");
        }
    }

    @Test
    void aFinishedGuestSaysSoAndTakesNoMoreMessages() {
        wasmbox.run(List.of("one", "done", "two", "!!undo", "two"), "run", guest("finisher"))
                .ok();
        assertThat(wasmbox.lines())
                .containsExactly(
                        "==> [count=1]",
                        "==> [done after 1]",
                        "The guest has finished. It takes no more messages; !!undo and !!restore bring it back.",
                        "Error: the guest has finished and takes no more messages; !!undo and !!restore FILE bring it back.",
                        "Went back 1 step; 1 message handled.",
                        "==> [count=2]");
    }

    @Nested
    class ClockAndSeed {

        @Test
        void theClockFollowsTheHostsUnlessItIsSet() {
            wasmbox.run(List.of("!!clock 1234", "!!info", "!!clock"), "run", guest("counter"))
                    .ok();
            assertThat(wasmbox.lines())
                    .startsWith("The clock shows 1234 (1970-01-01T00:00:01.234Z) and stands still.")
                    .endsWith("The clock shows 1700000000000 (2023-11-14T22:13:20Z) and follows the host's.");
        }

        @Test
        void theFrozenClockStandsUntilItIsSet() {
            wasmbox.run(List.of("!!info", "!!clock"), "run", guest("counter"), "--freeze-time")
                    .ok();
            assertThat(wasmbox.out()).contains("0 (1970-01-01T00:00:00Z), stands still");
            assertThat(wasmbox.lines())
                    .endsWith("The clock shows 1700000000000 (2023-11-14T22:13:20Z) and stands still.");
        }

        @Test
        void theSeedDecidesTheRandomNumbers() {
            List<String> input = List.of("next", "random", "x");
            var first = wasmbox.run(input, "run", guest("random"), "--freeze-time", "--seed", "1")
                    .ok()
                    .lines();
            var same = wasmbox.run(input, "run", guest("random"), "--freeze-time", "--seed", "1")
                    .ok()
                    .lines();
            var other = wasmbox.run(input, "run", guest("random"), "--freeze-time", "--seed", "2")
                    .ok()
                    .lines();
            var random = wasmbox.run(input, "run", guest("random"), "--freeze-time", "--seed=random")
                    .ok()
                    .lines();
            assertThat(first).isNotEmpty().isEqualTo(same).isNotEqualTo(other).isNotEqualTo(random);
        }
    }

    @Nested
    class JsonLines {

        @Test
        void areOneObjectEach() {
            wasmbox.run(
                            List.of(
                                    "print \"quoted\"\\",
                                    "!!snapshot j.bin",
                                    "!!restore j.bin",
                                    "!!clock 5",
                                    "!!undo",
                                    "!!info",
                                    "!!help",
                                    "!!frob",
                                    "!!restore none",
                                    "panic \u2028"),
                            "run",
                            guest("panicker"),
                            "--json",
                            "--freeze-time")
                    .ok()
                    .complainsOfNothing();
            var answers = wasmbox.json();
            assertThat(answers.stream().map(answer -> answer.get("type").asText()))
                    .containsExactly(
                            "log",
                            "output",
                            "handled",
                            "snapshot",
                            "restored",
                            "clock",
                            "undone",
                            "info",
                            "help",
                            "error",
                            "error",
                            "error");
            assertThat(answers.get(0).get("line").asText()).isEqualTo("\"quoted\"\\");
            assertThat(answers.get(1).get("value").asText()).isEqualTo("printed");
            assertThat(answers.get(2).get("outputs").asInt()).isEqualTo(1);
            assertThat(answers.get(3).get("digest").asText()).matches("[0-9a-f]{64}");
            assertThat(answers.get(7).get("state").asText()).isEqualTo("ready");
            assertThat(answers.getLast().get("kind").asText()).isEqualTo("trap");
            assertThat(answers.getLast().get("reason").asText()).isEqualTo("panic");
        }

        @Test
        void tellOfAFailedStartToo() {
            wasmbox.run("run", "missing.wasm", "--json").fails(ExitCode.FAILED);
            assertThat(wasmbox.json().getFirst().get("kind").asText()).isEqualTo("failed");
        }
    }

    @Nested
    class Cache {

        @Test
        void keepsCompiledCodeSignedWithThisUsersKey() {
            wasmbox.run(List.of("up"), "run", guest("counter")).ok();
            assertThat(wasmbox.file("home/.config/wasmbox/signing.key")).exists();
            assertThat(wasmbox.file("home/.cache/wasmbox")).isDirectoryContaining("glob:**.precompiled");
            wasmbox.run(List.of("up"), "run", guest("counter")).ok().answers("==> [value=1]");
        }

        @Test
        void isWhereTheEnvironmentSays() {
            wasmbox.with("XDG_CACHE_HOME", folder.resolve("cache").toString())
                    .with("XDG_CONFIG_HOME", folder.resolve("config").toString())
                    .run("run", guest("counter"))
                    .ok();
            assertThat(folder.resolve("cache/wasmbox")).isDirectoryContaining("glob:**.precompiled");
            assertThat(folder.resolve("config/wasmbox/signing.key")).exists();
        }

        @Test
        void isNotUsedWithoutBeingWanted() {
            wasmbox.run("run", guest("counter"), "--no-cache").ok();
            assertThat(wasmbox.file("home/.cache")).doesNotExist();
        }

        @Test
        void withoutAUsableKeyIsNoneButAWarning() throws IOException {
            Path key = wasmbox.file("home/.config/wasmbox/signing.key");
            Files.createDirectories(key.getParent());
            Files.write(key, new byte[32]);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            wasmbox.run(List.of("up"), "run", guest("counter"))
                    .ok()
                    .answers("==> [value=1]")
                    .complainsOf("wasmbox: warning: no compiled code is trusted or kept, as there is no key: ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seed dice         | wasmbox: --seed takes a whole number of 64 bits or the word random, but not 'dice'.",
                "--undo -1           | wasmbox: --undo must be 0 or more.",
                "--memory-limit 3G   | wasmbox: A limit is not possible: memoryBytes must be from 0 to 2147418112",
                "--memory-limit much | 'much' is no size, such as 512K, 64M or 1G",
                "--time-limit soon   | 'soon' is no time, such as 500ms, 5s, 2m or 1h",
                "--time-limit 0s     | wasmbox: A limit is not possible: ",
                "--stack-limit 8G    | wasmbox: --stack-limit must be from 1M to 4G.",
                "--engine steam      | Invalid value for option '--engine'",
                "--frob x            | Unknown option",
            })
    void anOptionThatIsNotPossibleIsWrongUsage(String options, String sentence) {
        var arguments = new java.util.ArrayList<>(List.of("run", guest("counter")));
        arguments.addAll(List.of(options.split(" ")));
        wasmbox.run(arguments.toArray(String[]::new))
                .fails(ExitCode.USAGE)
                .answersNothing()
                .complainsOf(sentence);
    }

    @Test
    void aFileThatIsNoModuleFails() throws IOException {
        Files.writeString(wasmbox.file("text.wasm"), "text");
        wasmbox.run("run", "text.wasm")
                .fails(ExitCode.FAILED)
                .answersNothing()
                .complainsOf("text.wasm cannot be loaded: ");
        wasmbox.run("run", "missing.wasm")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: there is no file " + wasmbox.file("missing.wasm") + ".");
    }

    @Test
    void aFolderWithoutAProjectIsWrongUsage() {
        wasmbox.run("run", ".")
                .fails(ExitCode.USAGE)
                .complainsOf("it has no Cargo.toml and no C files; 'wasmbox new NAME' makes one.");
    }
}
