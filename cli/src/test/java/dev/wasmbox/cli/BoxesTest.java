package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several boxes in one session, and what becomes of their random numbers. */
class BoxesTest {

    private final CommandLineRun wasmbox;

    BoxesTest(@TempDir Path folder) {
        this.wasmbox = new CommandLineRun(folder);
    }

    private List<String> random(List<String> lines, String... arguments) {
        return wasmbox.run(lines, with(arguments)).ok().lines().stream()
                .filter(line -> line.startsWith("==> [random="))
                .toList();
    }

    private static String[] with(String... arguments) {
        var all = new java.util.ArrayList<>(List.of("run", guest("random"), "--freeze-time"));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    @Test
    void aForkGoesItsOwnWay() {
        wasmbox.run(
                        List.of(
                                "up",
                                "!!fork what-if",
                                "up",
                                "!!switch what-if",
                                "down",
                                "!!switch main",
                                "up",
                                "!!close what-if",
                                "!!switch what-if"),
                        "run",
                        guest("counter"))
                .ok()
                .answers(
                        "==> [value=1]",
                        "Forked main to what-if; !!switch what-if talks to it",
                        "==> [value=2]",
                        "Talking to what-if",
                        "==> [value=0]",
                        "Talking to main",
                        "==> [value=3]",
                        "Closed what-if",
                        "Error: there is no box what-if; !!boxes lists them.");
    }

    @Test
    void forksWithoutANameAreNumberedAndNoNumberIsGivenTwice() {
        wasmbox.run(
                        List.of("!!fork", "!!fork", "!!fork 3", "!!close 2", "!!switch 1", "!!fork", "!!boxes"),
                        "run",
                        guest("counter"))
                .ok();
        assertThat(wasmbox.lines().subList(0, 6))
                .containsExactly(
                        "Forked main to 1; !!switch 1 talks to it",
                        "Forked main to 2; !!switch 2 talks to it",
                        "Forked main to 3; !!switch 3 talks to it",
                        "Closed 2",
                        "Talking to 1",
                        "Forked 1 to 4; !!switch 4 talks to it");
        assertThat(wasmbox.lines().subList(6, 10).stream().map(line -> line.substring(0, 6)))
                .containsExactly("  main", "* 1   ", "  3   ", "  4   ");
    }

    @Test
    void theListTellsTheirStatesAndDigests() {
        wasmbox.run(
                        List.of("!!fork twin identical", "!!fork", "panic", "!!switch 1", "print x", "!!boxes"),
                        "run",
                        guest("panicker"))
                .ok();
        List<String> rows = wasmbox.lines().subList(5, wasmbox.lines().size());
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0)).matches(" {2}main {2}trapped *");
        assertThat(rows.get(1)).matches(" {2}twin {2}ready {5}[0-9a-f]{12} {2}0 messages");
        assertThat(rows.get(2)).matches("\\* 1 {5}ready {5}[0-9a-f]{12} {2}1 message");
    }

    @Test
    void eachHasWhatCanBeUndoneOfItsOwn() {
        wasmbox.run(
                        List.of(
                                "up",
                                "!!fork",
                                "!!switch 1",
                                "!!undo",
                                "up",
                                "!!undo",
                                "!!switch main",
                                "!!undo",
                                "up"),
                        "run",
                        guest("counter"))
                .ok()
                .answers(
                        "==> [value=1]",
                        "Forked main to 1; !!switch 1 talks to it",
                        "Talking to 1",
                        "Error: there is nothing to undo.",
                        "==> [value=2]",
                        "Went back 1 step; 1 message handled.",
                        "Talking to main",
                        "Went back 1 step; 0 messages handled.",
                        "==> [value=1]");
    }

    @Test
    void theOneThatIsTalkedToIsNotClosed() {
        wasmbox.run(List.of("!!close main", "!!fork", "!!close main", "!!close 2"), "run", guest("counter"))
                .ok();
        assertThat(wasmbox.lines())
                .containsExactly(
                        "Error: main is the only box; !!quit ends the session.",
                        "Forked main to 1; !!switch 1 talks to it",
                        "Error: main is the box that you are talking to; !!switch to another one first.",
                        "Error: there is no box 2; !!boxes lists them.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "!!switch        | !!switch needs the name of a box; !!boxes lists them.",
                "!!close         | !!close needs the name of a box; !!boxes lists them.",
                "!!fork a b      | !!fork takes a name without spaces and then reseed or identical, but not \"a b\".",
                "!!fork reseed identical | A box is named by up to 40 letters, digits, dots and dashes, but not by \"reseed\".",
                "!!fork \u001b[2J | A box is named by up to 40 letters, digits, dots and dashes, but not by \"\u001b[2J\".",
                "!!boxes all     | !!boxes stands alone, without \"all\".",
            })
    void aCommandThatIsNotUnderstoodIsAnsweredByOneLine(String command, String sentence) {
        wasmbox.run(List.of(command), "run", guest("counter")).ok().answers("Error understanding command. " + sentence);
    }

    @Test
    void aNameIsGivenOnce() {
        wasmbox.run(List.of("!!fork a", "!!fork a", "!!fork main"), "run", guest("counter"))
                .ok()
                .answers(
                        "Forked main to a; !!switch a talks to it",
                        "Error: there is a box a already; !!boxes lists them.",
                        "Error: there is a box main already; !!boxes lists them.");
    }

    @Test
    void aTrappedBoxCannotBeForked() {
        wasmbox.run(List.of("panic", "!!fork", "!!boxes"), "run", guest("panicker"))
                .ok();
        assertThat(wasmbox.lines().get(1)).startsWith("Error: this box is trapped (");
        assertThat(wasmbox.lines()).hasSize(3);
    }

    @Test
    void aForkHasTheClockOfTheBoxThatItIsAForkOf() {
        wasmbox.run(
                        List.of("!!clock 5", "!!fork", "!!clock", "!!switch 1", "!!info", "!!switch main", "!!info"),
                        "run",
                        guest("counter"))
                .ok();
        assertThat(wasmbox.lines().stream().filter(line -> line.startsWith("clock")))
                .containsExactly(
                        "clock     5 (1970-01-01T00:00:00.005Z), stands still",
                        "clock     1700000000000 (2023-11-14T22:13:20Z), follows the host's");
    }

    @Nested
    class RandomNumbers {

        @Test
        void ofAForkAreItsOwnUnlessItIsATwin() {
            List<String> numbers = random(List.of(
                    "x",
                    "!!fork",
                    "!!fork reseed",
                    "!!fork twin identical",
                    "x",
                    "!!switch 1",
                    "x",
                    "!!switch 2",
                    "x",
                    "!!switch twin",
                    "x"));
            assertThat(numbers.subList(0, 4)).doesNotHaveDuplicates();
            assertThat(numbers.get(4)).isEqualTo(numbers.get(1));
        }

        @Test
        void afterARestoreAreNewOnesUnlessTheSameAreWished() {
            List<String> numbers = random(List.of(
                    "!!snapshot s.bin",
                    "x",
                    "!!restore s.bin",
                    "x",
                    "!!restore s.bin reseed",
                    "x",
                    "!!restore s.bin identical",
                    "x"));
            assertThat(numbers.subList(0, 3)).doesNotHaveDuplicates();
            assertThat(numbers.get(3)).isEqualTo(numbers.get(0));
            assertThat(wasmbox.lines()).contains("Restored from s.bin", "Restored from s.bin, identical");
        }

        @Test
        void areTheSameAfterAnUndo() {
            List<String> numbers = random(List.of("!!fork", "!!switch 1", "x", "!!undo", "x"));
            assertThat(numbers.get(0)).isEqualTo(numbers.get(1));
        }

        @Test
        void afterRunRestoreAreNewOnesUnlessTheSameOrASeedAreWished() {
            String number = random(List.of("!!snapshot s.bin", "x")).getFirst();
            String first = random(List.of("x"), "--restore", "s.bin").getFirst();
            String second = random(List.of("x"), "--restore", "s.bin", "--entropy", "reseed")
                    .getFirst();
            assertThat(List.of(number, first, second)).doesNotHaveDuplicates();
            assertThat(random(List.of("x"), "--restore", "s.bin", "--entropy", "identical"))
                    .containsExactly(number);
            List<String> seeded = random(List.of("x"), "--restore", "s.bin", "--seed", "7");
            assertThat(seeded)
                    .doesNotContain(number)
                    .isEqualTo(random(List.of("x"), "--restore", "s.bin", "--seed", "7", "--entropy", "reseed"));
        }
    }

    @Nested
    class Files {

        @Test
        void needAFormAfterASpaceAndANameBeforeAForm() {
            wasmbox.run(List.of("!!snapshot box.bin bogus", "!!snapshot from-base"), "run", guest("counter"))
                    .ok();
            assertThat(wasmbox.lines()).hasSize(2).allMatch(line -> line.startsWith("Error understanding command."));
            assertThat(wasmbox.file("box.bin bogus")).doesNotExist();
            assertThat(wasmbox.file("from-base")).doesNotExist();
        }

        @Test
        void whoseNamesEndInAWordThatMeansSomethingNeedThatWordOnceMore() {
            wasmbox.run(
                            List.of(
                                    "!!snapshot reseed",
                                    "!!snapshot an identical whole",
                                    "!!snapshot read whole whole",
                                    "!!restore reseed",
                                    "!!restore an identical identical",
                                    "!!restore read whole"),
                            "run",
                            guest("counter"))
                    .ok()
                    .answers(
                            "Froze to reseed",
                            "Froze to an identical",
                            "Froze to read whole",
                            "Restored from reseed",
                            "Restored from an identical, identical",
                            "Restored from read whole");
        }

        @Test
        void thatTellTheDifferenceFromTheBaseAreReadWithTheModuleThatRuns() {
            wasmbox.run(
                            List.of("up", "up", "!!snapshot d.bin from-base", "up", "!!restore d.bin", "up"),
                            "run",
                            guest("counter"))
                    .ok()
                    .answers(
                            "==> [value=1]",
                            "==> [value=2]",
                            "Froze to d.bin",
                            "==> [value=3]",
                            "Restored from d.bin",
                            "==> [value=3]");
            assertThat(wasmbox.file("d.bin").toFile().length()).isLessThan(4000);
            wasmbox.run(List.of("up"), "run", guest("counter"), "--restore", "d.bin")
                    .ok()
                    .answers("Restored from d.bin", "==> [value=3]");
            wasmbox.run("run", guest("echo"), "--restore", "d.bin")
                    .fails(ExitCode.FAILED)
                    .complainsOf("d.bin could not be restored: ");
        }

        @Test
        void thatAreSelfContainedAreRunAndGoOn() {
            wasmbox.run(List.of("up", "up", "!!snapshot box.bin self-contained"), "run", guest("counter"))
                    .ok();
            wasmbox.run(List.of("up", "!!snapshot", "!!restore box.bin", "up"), "run", "box.bin")
                    .ok()
                    .answers(
                            "Restored from box.bin",
                            "==> [value=3]",
                            "Froze to snapshot-1700000000.bin",
                            "Restored from box.bin",
                            "==> [value=3]");
            // A state that is named is the one that is meant.
            wasmbox.run(List.of("up"), "run", "box.bin", "--restore", "snapshot-1700000000.bin")
                    .ok()
                    .answers("Restored from snapshot-1700000000.bin", "==> [value=4]");
        }

        @Test
        void thatAreNotSelfContainedAreNoGuests() {
            wasmbox.run(List.of("!!snapshot box.bin"), "run", guest("counter")).ok();
            wasmbox.run("run", "box.bin")
                    .fails(ExitCode.FAILED)
                    .complainsOf("this is a snapshot, not a module, and not self-contained");
        }
    }

    @Nested
    class OtherModules {

        private Path otherCounter() throws java.io.IOException {
            byte[] wasm = java.nio.file.Files.readAllBytes(Path.of(guest("counter")));
            byte[] section = {0, 2, 1, 'x'};
            byte[] both = java.util.Arrays.copyOf(wasm, wasm.length + section.length);
            System.arraycopy(section, 0, both, wasm.length, section.length);
            return java.nio.file.Files.write(wasmbox.file("other.wasm"), both);
        }

        @Test
        void areRefusedWithBothDigestsUnlessOneInsists() throws java.io.IOException {
            String other = otherCounter().toString();
            wasmbox.run(List.of("up", "up", "!!snapshot two.bin"), "run", guest("counter"))
                    .ok();
            wasmbox.run(List.of("up"), "run", other, "--restore", "two.bin")
                    .fails(ExitCode.FAILED)
                    .answersNothing();
            assertThat(wasmbox.err())
                    .matches(
                            "(?s).*this snapshot is of the module with SHA-256 [0-9a-f]{64}, but the box runs the one with "
                                    + "[0-9a-f]{64}; .*--insist.*");
            wasmbox.run(List.of("up"), "run", other, "--restore", "two.bin", "--insist")
                    .ok()
                    .answers("Restored from two.bin", "==> [value=3]")
                    .complainsOf("warning: two.bin is of the module with SHA-256 ");
            assertThat(wasmbox.err()).contains("compute nonsense, trap or lose its data");
        }

        @Test
        void thatDoNotFitAreRefusedThoughOneInsists() {
            wasmbox.run(List.of("!!snapshot s.bin"), "run", guest("hashmap")).ok();
            wasmbox.run("run", guest("original-echo"), "--restore", "s.bin", "--insist")
                    .fails(ExitCode.FAILED)
                    .complainsOf("s.bin could not be restored: ");
            assertThat(wasmbox.err()).doesNotContain("warning", "--insist");
        }
    }

    @Test
    void undoRestoresWhetherTheClockFollowsTheHosts() {
        wasmbox.run(
                        List.of(
                                "up",
                                "!!clock 5",
                                "up",
                                "!!info",
                                "!!undo 2",
                                "!!info",
                                "!!clock 7",
                                "up",
                                "!!clock",
                                "!!undo",
                                "!!info"),
                        "run",
                        guest("counter"))
                .ok();
        assertThat(wasmbox.lines().stream().filter(line -> line.startsWith("clock")))
                .containsExactly(
                        "clock     5 (1970-01-01T00:00:00.005Z), stands still",
                        "clock     1700000000000 (2023-11-14T22:13:20Z), follows the host's",
                        "clock     7 (1970-01-01T00:00:00.007Z), stands still");
    }

    @Test
    void programsAreToldOfThemAsObjects() {
        wasmbox.run(
                        List.of(
                                "!!snapshot s.bin",
                                "!!fork identical",
                                "!!fork b",
                                "!!switch b",
                                "!!boxes",
                                "!!close 1",
                                "!!restore s.bin identical",
                                "!!info"),
                        "run",
                        guest("counter"),
                        "--json")
                .ok();
        List<JsonNode> answers = wasmbox.json();
        assertThat(answers.stream().map(answer -> answer.get("type").asText()))
                .containsExactly("snapshot", "forked", "forked", "switched", "boxes", "closed", "restored", "info");
        String digest = answers.get(0).get("digest").asText();
        assertThat(answers.get(1).get("box").asText()).isEqualTo("1");
        assertThat(answers.get(1).get("from").asText()).isEqualTo("main");
        assertThat(answers.get(1).get("entropy").asText()).isEqualTo("identical");
        assertThat(answers.get(1).get("digest").asText()).isEqualTo(digest);
        assertThat(answers.get(2).get("entropy").asText()).isEqualTo("reseed");
        assertThat(answers.get(2).get("digest").asText()).isNotEqualTo(digest);
        assertThat(answers.get(4).get("current").asText()).isEqualTo("b");
        assertThat(answers.get(4).get("boxes").findValuesAsText("box")).containsExactly("main", "1", "b");
        assertThat(answers.get(4).get("boxes").findValuesAsText("digest").subList(0, 2))
                .containsOnly(digest);
        assertThat(answers.get(6).get("digest").asText()).isEqualTo(digest);
        assertThat(answers.get(6).get("fileDigest").asText()).isEqualTo(digest);
        assertThat(answers.get(7).get("digest").asText()).isEqualTo(digest);
        assertThat(answers.get(7).get("box").asText()).isEqualTo("b");
    }

    @Test
    void inJsonARestoreNamesTheStateOfTheBoxAndThatOfTheFile() {
        wasmbox.run(List.of("!!snapshot s.bin", "!!restore s.bin", "!!info"), "run", guest("counter"), "--json")
                .ok();
        List<JsonNode> answers = wasmbox.json();
        assertThat(answers.get(1).get("fileDigest")).isEqualTo(answers.get(0).get("digest"));
        assertThat(answers.get(1).get("digest"))
                .isNotEqualTo(answers.get(0).get("digest"))
                .isEqualTo(answers.get(2).get("digest"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--entropy identical                     | --entropy is for a box that begins in the state of a snapshot; see --restore.",
                "--entropy dice --restore s              | --entropy takes reseed or identical, but not 'dice'.",
                "--entropy identical --seed 1 --restore s | --entropy identical keeps the snapshot's seed, so that --seed cannot be given, too.",
                "--insist                                | --insist is for --restore.",
            })
    void anOptionThatIsNotPossibleIsWrongUsage(String options, String sentence) {
        wasmbox.run(with(options.split(" ")))
                .fails(ExitCode.USAGE)
                .answersNothing()
                .complainsOf("wasmbox: " + sentence);
    }
}
