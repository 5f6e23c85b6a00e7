package dev.wasmbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.SnapshotReader;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session at a terminal. Each key is typed when what it is typed at is to be seen. */
@Timeout(60)
class TerminalLinesTest {

    private static final String TAB = "\t";
    private static final String UP = "\u0010"; // Ctrl-P, which all terminals have
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    @TempDir
    private Path folder = Path.of("");

    private TypedTerminal typed = new TypedTerminal();
    private FutureTask<Void> session = new FutureTask<>(() -> null);

    TerminalLinesTest() throws Exception {}

    @BeforeEach
    void begin() throws Exception {
        Environment environment = new Environment(
                Map.of("HOME", folder.toString()), folder, true, true, true, InstantSource.fixed(CommandLineRun.NOW));
        PrintStream out = new PrintStream(typed.terminal().output(), true, StandardCharsets.UTF_8);
        Console console = new Console(InputStream.nullInputStream(), out, out, environment);
        ScriptLanguage language = new PythonLanguage();
        session = new FutureTask<>(() -> {
            try (Session conversation = new Session(
                            ScriptBoxes.start(language, console),
                            SnapshotReader.standard(),
                            environment,
                            new TextAnswers(console),
                            10,
                            1 << 20,
                            true);
                    LineSource lines = new TerminalLines(
                            typed.terminal(),
                            environment,
                            conversation::current,
                            new Typing("history", new ScriptHighlighter(language), language.prompt()))) {
                conversation.converse(lines, out);
                return null;
            }
        });
        new Thread(null, session, "session", 64 << 20).start();
        typed.await(">>> ");
    }

    @AfterEach
    void end() throws Exception {
        typed.await(">>> ");
        typed.type(CTRL_D);
        session.get(); // which throws what went wrong
        typed.close();
    }

    private void answers(String line, String answer) throws Exception {
        typed.type(line + "\r");
        typed.await(answer);
    }

    @Test
    void blocksGoOnUntilAnEmptyLineAndAreIndented() throws Exception {
        typed.type("def f(n):\r");
        typed.await("... ");
        typed.type("for i in range(n):\r");
        typed.await("... ");
        typed.type("yield (i,\r");
        typed.await("... ");
        typed.type("-i)\r");
        typed.await("... ");
        typed.type("\r");
        typed.await(">>> ");
        answers("list(f(2))", "=> [(0, 0), (1, -1)]");
        assertThat(folder.resolve(".local/state/wasmbox/history"))
                .content()
                .contains("def f(n):\\n    for i in range(n):\\n        yield (i,\\n            -i)\n");
    }

    @Test
    void namesAndCommandsAreCompleted() throws Exception {
        typed.type("treasure = 40\r");
        typed.await(">>> ");
        answers("trea" + TAB + " + 2", "=> 42");
        typed.await(">>> ");
        Files.writeString(folder.resolve("other.bin"), "");
        answers("!!sn" + TAB + "oth" + TAB + "sel" + TAB, "other.bin exists already");
        typed.await(">>> ");
        answers("!!del" + TAB + "1", "there is no handler");
        typed.await(">>> ");
        answers("if treasure:\r" + TAB + "\b\b\b\bprint(20 + 1)\r", "21");
    }

    @Test
    void whatWasTypedComesBack() throws Exception {
        answers("20 + 1", "=> 21");
        typed.await(">>> ");
        answers(UP + "\b2", "=> 22");
        typed.await(">>> ");
        answers(UP + UP, "=> 21");
    }

    @Test
    void aLineIsGivenUp() throws Exception {
        typed.type("given.up");
        typed.await("given.up");
        typed.type(CTRL_C);
        typed.await(">>> ");
        answers("20 + 1", "=> 21");
    }

    @Test
    void aProgramIsInterrupted() throws Exception {
        typed.type("def spin():\rwasmbox.send(1)\rwhile True: pass\r\r");
        typed.await(">>> ");
        answers("spin()", "==> 1");
        typed.type(CTRL_C);
        typed.await("Ended: you interrupted it");
        typed.await(">>> ");
        answers("20 + 1", "=> 21");
    }

    @Test
    void thePromptNamesTheBoxIfThereAreSeveral() throws Exception {
        answers("!!fork other", "talks to it");
        typed.await("main>>> ");
        answers("!!switch o" + TAB, "Talking to other");
        typed.await("other");
    }
}
