package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests whose messages are no texts: lines are JSON of what the guest states. */
class TypedMessagesTest {

    private static final String START =
            "{\"Start\":{\"white\":\"Ada\",\"black\":\"Grace\",\"time\":\"PT5M\",\"increment\":\"PT2S\"}}";

    private static final String EXAMPLE =
            "{\"Start\":{\"white\":\"text\",\"black\":\"text\",\"time\":\"PT1M\",\"increment\":\"PT1M\"}}";

    private static final String STARTED =
            "==> {\"Clock\":{\"turn\":\"White\",\"white\":{\"name\":\"Ada\",\"left\":\"PT5M\"},"
                    + "\"black\":{\"name\":\"Grace\",\"left\":\"PT5M\"},\"moves\":[]}}";

    /** Sends each message back as it came. */
    private static final String ECHO =
            """
            (module
              (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
              (memory (export "memory") 1)
              (func (export "wasmbox_initialize"))
              (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
              (func (export "wasmbox_free") (param i32 i32))
              (func (export "wasmbox_send") (param i32 i32)
                (call $callback (local.get 0) (local.get 1))))
            """;

    private final Path folder;
    private final CommandLineRun wasmbox;

    TypedMessagesTest(@TempDir Path folder) {
        this.folder = folder;
        this.wasmbox = new CommandLineRun(folder);
    }

    /** A module that echoes, and says this of its messages. */
    private String echo(String contract) throws IOException, InterruptedException {
        Path wat = Files.writeString(folder.resolve("echo.wat"), ECHO);
        Path wasm = folder.resolve("echo.wasm");
        assertThat(new ProcessBuilder("wat2wasm", wat.toString(), "-o", wasm.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        Files.writeString(folder.resolve("contract.txt"), "wasmbox 1; " + contract);
        wasmbox.run("contract", "echo.wasm", "contract.txt", "-o", "stating.wasm", "--force")
                .ok();
        return "stating.wasm";
    }

    @Nested
    class Conversations {

        @Test
        void eachLineIsJsonAndSoIsEachOutput() {
            wasmbox.run(
                            List.of("\"Look\"", START, " { \"Resign\" : \"Black\" }\r"),
                            "run",
                            guest("chess-clock"),
                            "--freeze-time")
                    .ok()
                    .answers(
                            "==> {\"Refused\":{\"reason\":\"NoGame\"}}",
                            STARTED,
                            "==> {\"Resigned\":{\"loser\":\"Black\"}}")
                    .complainsOfNothing();
        }

        @Test
        void forProgramsOutputsAreValues() {
            wasmbox.run(List.of(START, "\"Pause\""), "run", guest("chess-clock"), "--freeze-time", "--json")
                    .ok();
            assertThat(wasmbox.json())
                    .extracting(answer -> answer.get("type").asText())
                    .containsExactly("output", "handled", "output", "handled");
            JsonNode clock = wasmbox.json().get(2).get("value").get("Clock");
            assertThat(clock.get("turn").isNull()).isTrue();
            assertThat(clock.at("/white/name").asText()).isEqualTo("Ada");
            assertThat(clock.get("moves")).isEmpty();
        }

        @Test
        void textsStayTexts() {
            wasmbox.run(List.of("\"Look\""), "run", guest("echo")).ok().answers("==> [Echo: \"Look\"]");
            wasmbox.run(List.of("{\"a\":1}"), "run", guest("original-echo"), "--json")
                    .ok();
            assertThat(wasmbox.lines())
                    .containsExactly(
                            "{\"type\":\"output\",\"value\":\"Echo: {\\\"a\\\":1}\"}",
                            "{\"type\":\"handled\",\"outputs\":1}");
            wasmbox.run(List.of("!!help"), "run", guest("echo")).ok();
            assertThat(wasmbox.out()).doesNotContain("JSON");
            wasmbox.run(List.of("!!help"), "run", guest("echo"), "--json").ok();
            assertThat(wasmbox.json().getFirst().fieldNames()).toIterable().containsExactly("type", "commands");
        }

        @Test
        void snapshotsForksAndUndoAreAsEver() {
            wasmbox.run(
                            List.of(
                                    START,
                                    "!!snapshot begun.bin",
                                    "!!fork other",
                                    "\"Resume\"",
                                    "{\"Resign\":\"White\"}",
                                    "!!undo 1",
                                    "!!switch other",
                                    "\"Pause\"",
                                    "!!restore begun.bin",
                                    "\"Look\""),
                            "run",
                            guest("chess-clock"),
                            "--freeze-time")
                    .ok()
                    .answers(
                            STARTED,
                            "Froze to begun.bin",
                            "Forked main to other; !!switch other talks to it",
                            "==> {\"Refused\":{\"reason\":\"NotPaused\"}}",
                            "==> {\"Resigned\":{\"loser\":\"White\"}}",
                            "Went back 1 step; 2 messages handled.",
                            "Talking to other",
                            STARTED.replace("\"turn\":\"White\"", "\"turn\":null"),
                            "Restored from begun.bin",
                            STARTED);
            wasmbox.run(List.of("\"Look\""), "run", guest("chess-clock"), "--restore", "begun.bin", "--freeze-time")
                    .ok()
                    .answers("Restored from begun.bin", STARTED);
        }

        @Test
        void everyFormOfAGuestSaysWhatItsMessagesAre() {
            wasmbox.run(
                            List.of(START, "!!snapshot begun.bin", "!!snapshot clock.box self-contained"),
                            "run",
                            guest("chess-clock"),
                            "--freeze-time")
                    .ok();
            wasmbox.run("compile", guest("chess-clock"), "compiled.bin").ok();
            wasmbox.run("freeze", guest("chess-clock"), "begun.bin", "-o", "frozen.wasm")
                    .ok();
            wasmbox.run(List.of("\"Look\""), "run", "clock.box", "--freeze-time")
                    .ok()
                    .answers("Restored from clock.box", STARTED);
            wasmbox.run(List.of(START), "run", "compiled.bin", "--freeze-time")
                    .ok()
                    .answers(STARTED);
            wasmbox.run(List.of("\"Look\""), "run", "frozen.wasm", "--freeze-time")
                    .ok()
                    .answers(STARTED);
        }

        /** Starts are fast, and Jackson has some 400 classes. */
        @Test
        void textsDoNotNeedJackson() throws Exception {
            wasmbox.with("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=classes")
                    .runProcess(List.of("up"), "run", guest("counter"))
                    .ok()
                    .answers("==> [value=1]");
            assertThat(wasmbox.file("classes"))
                    .content()
                    .contains("dev.wasmbox.cli.Session ")
                    .doesNotContain("com.fasterxml");
        }

        @Test
        void whatALiarSaysIsAnErrorAndTheSessionGoesOn() {
            wasmbox.run(List.of("\"Bool\"", "\"Variant\"", "!!undo 2", "\"Long\""), "run", guest("liar"))
                    .ok();
            assertThat(wasmbox.lines()).hasSize(4);
            assertThat(wasmbox.lines().getFirst())
                    .startsWith(
                            "Error: the guest's output cannot be read: Answer.Bool: expected 0 (false) or 1 (true)");
            assertThat(wasmbox.lines().get(2)).isEqualTo("Went back 2 steps; 0 messages handled.");
        }
    }

    @Nested
    class Help {

        @Test
        void showsTheTypeAndExamples() {
            wasmbox.run(List.of("!!help"), "run", guest("chess-clock")).ok();
            assertThat(wasmbox.out())
                    .endsWith(
                            """
                            A message is JSON, of the type Command
                              enum Command {
                                  Start { white: String, black: String, time: Duration, increment: Duration },
                                  Press,
                                  Pause,
                                  Resume,
                                  Resign(Side),
                                  Look,
                              }
                              enum Side { White, Black }
                            such as
                              %s
                              "Press"
                              "Pause"
                              "Resume"
                              {"Resign":"White"}
                              "Look"
                            """
                                    .formatted(EXAMPLE));
        }

        @Test
        void showsTheBeginningOfALongType() {
            wasmbox.run(List.of("!!help"), "run", guest("mirror")).ok();
            assertThat(wasmbox.lines())
                    .contains("  ... (wasmbox contract shows all)")
                    .hasSizeLessThan(85);
        }

        @ParameterizedTest
        @ValueSource(strings = {"chess-clock", "evolution-1", "shapes", "shared-types", "tally-c"})
        void itsExamplesAreMessages(String name) {
            List<String> examples = examples(guest(name));
            List<String> lines = new ArrayList<>();
            examples.forEach(example -> lines.addAll(List.of(example, "!!undo")));
            wasmbox.run(lines, "run", guest(name), "--json").ok();
            assertThat(wasmbox.json())
                    .filteredOn(answer -> answer.get("type").asText().equals("handled"))
                    .hasSameSizeAs(examples);
        }

        @Test
        void aMirrorGivesThemBackAsTheyAre() {
            List<String> examples = examples(guest("mirror")).stream()
                    .filter(example -> !example.contains("Garble"))
                    .toList();
            assertThat(examples).hasSizeGreaterThan(30);
            wasmbox.run(examples, "run", guest("mirror"))
                    .ok()
                    .answers(examples.stream().map(example -> "==> " + example).toArray(String[]::new));
        }

        @Test
        void typesWithinThemselvesHaveSmallExamples() throws Exception {
            String guest = echo(
                    """
                    codec "bincode-1"; input Tree; output Tree;
                    enum Tree { Leaf([u8; 3]), Fork(Box), Endless([Tree; 2]), Huge([u8; 1000]), "or so" { a: Side } }
                    struct Box { left: Tree, right: Option<Tree>, all: Vec<Tree>, by_name: Map<String, Tree> }
                    enum Side { Tree(Tree), None }
                    """);
            assertThat(examples(guest)).containsExactly("{\"Leaf\":[1,1,1]}", "{\"or so\":{\"a\":\"None\"}}");
        }

        @Test
        void typesOfAnySizeHaveExamplesAtOnce() throws Exception {
            StringBuilder contract = new StringBuilder("codec \"bincode-1\"; input A; enum A { V0(T0)");
            for (int index = 1; index < 20_000; index++) {
                contract.append(", V").append(index).append("(T0)");
            }
            contract.append("} struct T999 { a: u8 } ");
            for (int index = 0; index < 999; index++) {
                contract.append("struct T%1$d { a: T%2$d, b: Option<T%2$d> } ".formatted(index, index + 1));
            }
            String guest = echo(contract.toString());
            assertThat(examples(guest)).isEmpty();
        }

        private List<String> examples(String guest) {
            wasmbox.run(List.of("!!help"), "run", guest, "--json").ok();
            return Stream.of(wasmbox.json().getLast().get("examples"))
                    .flatMap(JsonNode::valueStream)
                    .map(JsonNode::toString)
                    .toList();
        }
    }

    @Nested
    class Mistakes {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"Resign\":\"Blue\"}        | Command.Resign: expected one of \"White\", \"Black\", found \"Blue\"; a message looks like {\"Resign\":\"White\"}",
                    "{\"Resign\":{\"White\":1}}   | Command.Resign: expected \"White\", found {\"White\":1}; a message looks like {\"Resign\":\"White\"}",
                    "\"Resign\"                   | Command: expected {\"Resign\": ...}, found \"Resign\"; a message looks like {\"Resign\":\"White\"}",
                    "{\"Press\":null}             | Command: expected \"Press\", found {\"Press\":null}; a message looks like \"Press\"",
                    "{\"Start\":{\"white\":\"A\"}} | Command.Start.black: expected String, found nothing; a message looks like EXAMPLE",
                    "{\"Start\":1}                | Command.Start: expected an object with white, black, time, increment, found 1; a message looks like EXAMPLE",
                    "Press                        | this is no JSON: Unrecognized token 'Press' at character 6; a message looks like \"Press\"",
                    "\"Press\" \"Press\"          | this is no JSON: Trailing token at character 9; a message looks like \"Press\"",
                    "\"Press\" // now             | this is no JSON: Unexpected character ('/' (code 47)) at character 9; a message looks like \"Press\"",
                    "{\"Resign\":1,\"Resign\":1}  | this is no JSON: Duplicate field 'Resign' at character 22; a message looks like {\"Resign\":\"White\"}",
                    "{\"Resign\":NaN}             | this is no JSON: Non-standard token 'NaN' at character 14; a message looks like {\"Resign\":\"White\"}",
                    "'Press'                      | this is no JSON: Unexpected character (''' (code 39)) at character 1; a message looks like EXAMPLE",
                    "``                           | the line is empty; a message looks like EXAMPLE",
                    "{                            | this is no JSON: Unexpected end-of-input at character 2; a message looks like EXAMPLE",
                })
        void areToldWithTheirPlaceAndAnExample(String line, String sentence) {
            interpret("chess-clock", line, "\"Press\"")
                    .answers(
                            "Error: " + sentence.replace("EXAMPLE", EXAMPLE) + ".",
                            "==> {\"Refused\":{\"reason\":\"NoGame\"}}");
        }

        @Test
        void areErrorsForPrograms() {
            wasmbox.run(List.of("{\"Resign\":\"Blue\"}"), "run", guest("chess-clock"), "--json")
                    .ok()
                    .answers(
                            "{\"type\":\"error\",\"kind\":\"failed\",\"message\":\"Command.Resign: expected one of \\\"White\\\","
                                    + " \\\"Black\\\", found \\\"Blue\\\"; a message looks like {\\\"Resign\\\":\\\"White\\\"}\"}");
        }

        /** A session of few messages, for which compiling the guest would take longer. */
        private CommandLineRun interpret(String name, String... lines) {
            return wasmbox.run(List.of(lines), "run", guest(name), "--engine", "interpreted")
                    .ok();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"Move\":{\"dx\":2147483648,\"dy\":1}} | Command.Move.dx: expected a value of i32, found 2147483648",
                    "{\"Move\":{\"dx\":\"x\",\"dy\":1}}      | Command.Move.dx: expected i32, found \"x\"",
                    "{\"Move\":{\"dx\":1.0,\"dy\":1}}        | Command.Move.dx: expected i32, found 1.0",
                    "{\"Move\":{\"dx\":1,\"dy\":1,\"dz\":1}} | Command.Move: expected the fields dx, dy, found \"dz\" besides",
                    "{\"Put\":{\"key\":\"a\",\"value\":1e999}} | Command.Put.value: expected a number that f64 can hold",
                    "{\"Say\":\"\\ud800\"}                   | Command.Say: expected text, found half a surrogate pair",
                    "{\"Swap\":[\"a\",[true]]}               | Command.Swap[1]: expected an array of 2, found [true]",
                    "{\"Wide\":-1}                           | Command.Wide: expected a value of u128, found -1",
                })
        void inShapesAreToldWithTheirPlace(String line, String sentence) {
            interpret("shapes", line, "{\"Wide\":1}");
            assertThat(wasmbox.lines()).hasSize(2).last().isEqualTo("==> {\"Wide\":2}");
            assertThat(wasmbox.lines().getFirst()).startsWith("Error: " + sentence);
        }

        @Test
        void changeNothing() {
            wasmbox.run(List.of("\"Look\"", "!!info", "\"Nope\"", "!!info"), "run", guest("chess-clock"), "--json")
                    .ok();
            List<JsonNode> answers = wasmbox.json();
            assertThat(answers).hasSize(5);
            assertThat(answers.get(3).get("kind").asText()).isEqualTo("failed");
            assertThat(answers.get(4)).isEqualTo(answers.get(2));
        }
    }

    @Nested
    class Limits {

        private static final int MESSAGE_BYTES = 16 << 20;

        /** A message of the variant String: its index, the length of the text, the text. */
        private static String text(String character, int messageBytes) {
            return "{\"String\":\"" + character.repeat(messageBytes - 12) + "\"}";
        }

        @Test
        void areThoseOfMessagesAndNotOfLines() {
            wasmbox.run(
                            List.of(
                                    text("x", MESSAGE_BYTES),
                                    text("x", MESSAGE_BYTES + 1),
                                    text("\\u0000", MESSAGE_BYTES / 4),
                                    "{\"U8\":1}"),
                            "run",
                            guest("mirror"))
                    .ok();
            assertThat(wasmbox.lines()).hasSize(4);
            assertThat(wasmbox.lines().getFirst()).hasSize(MESSAGE_BYTES + 5);
            assertThat(wasmbox.lines().get(1)).startsWith("Error: this message has 16777217 bytes");
            assertThat(wasmbox.lines().get(2)).hasSizeGreaterThan(MESSAGE_BYTES);
            assertThat(wasmbox.lines().getLast()).isEqualTo("==> {\"U8\":1}");
        }

        @Test
        void keepEndlessLinesOut() {
            wasmbox.run(
                            List.of(" ".repeat(9 << 20) + "{\"U8\":1}", "{\"U8\":2}"),
                            "run",
                            guest("mirror"),
                            "--message-limit",
                            "1M")
                    .ok()
                    .answers("Error: this line is longer than 8388608 bytes and was left out.", "==> {\"U8\":2}");
        }

        @Test
        void ofNestingAreToldAndNeverHarm() {
            List<String> lines = new ArrayList<>();
            lines.add("{\"Batch\":[".repeat(512) + "]}".repeat(512));
            lines.add("{\"Batch\":[".repeat(600) + "]}".repeat(600));
            lines.add("[".repeat(9_999) + "]".repeat(9_999));
            lines.add("[".repeat(10_001));
            lines.add("{\"a\":".repeat(1_000_000));
            wasmbox.run(lines, "run", guest("shapes")).ok();
            List<String> answers = wasmbox.lines();
            assertThat(answers).hasSize(5);
            assertThat(answers.getFirst()).isEqualTo("==> " + "{\"Many\":[".repeat(512) + "]}".repeat(512));
            assertThat(answers.get(1)).startsWith("Error: Command.Batch[0]").contains("at most 512 levels");
            assertThat(answers.get(2))
                    .startsWith("Error: Command: expected one of")
                    .contains(", found [[[[");
            assertThat(answers.get(3)).contains("nesting depth (10001) exceeds the maximum allowed; a message looks");
            assertThat(answers.get(4)).contains("nesting depth (10001) exceeds the maximum allowed; a message looks");
        }
    }

    @Nested
    class Documents {

        @Test
        void ofTypesThatAreNotStatedAreTakenAsTheyAre() throws Exception {
            String guest = echo("codec \"json\";");
            wasmbox.run(List.of("{\"a\": [1.0, null]}", "1", "nope", "!!help"), "run", guest)
                    .ok();
            assertThat(wasmbox.lines())
                    .startsWith(
                            "==> {\"a\":[1.0,null]}",
                            "==> 1",
                            "Error: this is no JSON: Unrecognized token 'nope' at character 5.")
                    .last()
                    .isEqualTo("A message is JSON, of whatever type: the guest does not state it.");
            wasmbox.run(List.of("{\"a\": 1}", "!!help"), "run", guest, "--json").ok();
            assertThat(wasmbox.lines().getFirst()).isEqualTo("{\"type\":\"output\",\"value\":{\"a\":1}}");
            assertThat(wasmbox.json().getLast().get("input").isNull()).isTrue();
        }

        @Test
        void ofCborAreJsonToo() throws Exception {
            String guest = echo("codec \"cbor\"; input X; struct X { a: u8 }");
            wasmbox.run(List.of("{\"a\":1}", "[1.5,\"é\"]"), "run", guest)
                    .ok()
                    .answers("==> {\"a\":1}", "==> [1.5,\"é\"]");
        }

        @Test
        void thereAreNoneOfOtherCodecs() throws Exception {
            wasmbox.run("run", echo("codec \"protobuf\"; input String;"))
                    .fails(ExitCode.FAILED)
                    .answersNothing()
                    .complains("wasmbox: The guest's messages cannot be told as lines: "
                            + "there are no documents of the codec protobuf, only of bincode-1, json and cbor.");
        }

        /** Every line is as long as it is, whatever a guest says. */
        @Test
        void areOnOneLineEach() throws Exception {
            String guest = echo("codec \"bincode-1\"; input Text; output Text; struct Text { text: String }");
            String line = "{\"text\":\"\\n\\r\\u2028\\u2029\\u007f\\u0085\\u001B[2J\"}";
            wasmbox.run(List.of(line), "run", guest).ok();
            assertThat(wasmbox.lines()).hasSize(1);
            assertThat(wasmbox.out())
                    .startsWith("==> {\"text\":\"\\n\\r\\u2028\\u2029\\u007f")
                    .contains("\\u001B[2J");
        }
    }

    @Nested
    class Upgrades {

        private CommandLineRun upgrade(String... more) {
            List<String> arguments =
                    new ArrayList<>(List.of("upgrade", "old.bin", "--from", guest("tally-c"), "--to", "new.wasm"));
            arguments.addAll(List.of(more));
            return wasmbox.run(arguments.toArray(String[]::new));
        }

        private void aTallyIsThere(String newerEntry) throws IOException {
            wasmbox.run(
                            List.of("{\"Add\":{\"name\":\"apples\",\"amount\":3}}", "!!snapshot old.bin"),
                            "run",
                            guest("tally-c"))
                    .ok();
            wasmbox.run("contract", guest("tally-c")).ok();
            Files.writeString(folder.resolve("new.txt"), wasmbox.out().replaceFirst("\\bStop\\b", newerEntry));
            wasmbox.run("contract", guest("tally-c"), "new.txt", "-o", "new.wasm", "--replace")
                    .ok();
        }

        @Test
        void keepTheStateAndShowWhatIsSaid() throws IOException {
            aTallyIsThere("Stop, Later");
            upgrade("-o", "new.bin").ok();
            assertThat(wasmbox.out()).endsWith("Upgraded to new.bin\n").doesNotContain("==> [");
            upgrade("-o", "new-2.bin", "--json").ok();
            assertThat(wasmbox.json().getFirst().get("initialOutputs").valueStream())
                    .noneMatch(JsonNode::isTextual);
            wasmbox.run(List.of("{\"Say\":null}"), "run", "new.wasm", "--restore", "new.bin")
                    .ok();
            assertThat(wasmbox.out()).contains("apples");
        }

        @Test
        void areRehearsedWithJson() throws IOException {
            aTallyIsThere("Halt");
            Files.writeString(folder.resolve("messages"), "{\"Remove\":\"pears\"}\n{\"Say\":null}\n");
            upgrade("--rehearse", "messages")
                    .fails(ExitCode.NO)
                    .answers(
                            "Line 1 is answered differently: {\"Remove\":\"pears\"}",
                            "  before: {\"entries\":[{\"name\":\"apples\",\"amount\":3,\"changes\":1}],\"mean\":3.0,\"numbers\":null}",
                            "  after:  {\"entries\":[{\"name\":\"apples\",\"amount\":3,\"changes\":1}],\"mean\":null,\"numbers\":null}");
            upgrade("--rehearse", "messages", "--json").fails(ExitCode.NO);
            JsonNode difference = wasmbox.json().getFirst().get("difference");
            assertThat(difference.at("/message/Remove").asText()).isEqualTo("pears");
            assertThat(difference.at("/before/outputs/0/mean").asDouble()).isEqualTo(3);
            assertThat(difference.at("/after/outputs/0/mean").isNull()).isTrue();
            Files.writeString(folder.resolve("messages"), "{\"Remove\":\"pears\"}\n\"Stop\"\n");
            upgrade("--rehearse", "messages")
                    .fails(ExitCode.FAILED)
                    .complainsOf(
                            "wasmbox: Line 2 of messages is no message for new.wasm: Command: expected one of {\"Add\"")
                    .complainsOf("found \"Stop\"; a message looks like {\"Add\":");
            Files.writeString(folder.resolve("messages"), "{\"Remove\":1}\n");
            upgrade("--rehearse", "messages")
                    .fails(ExitCode.FAILED)
                    .complainsOf(
                            "Line 1 of messages is no message for " + guest("tally-c")
                                    + ": Command.Remove: expected String, found 1; a message looks like {\"Remove\":\"text\"}.");
        }
    }
}
