package dev.wasmbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedTest {

    private static final Path ROOT = Path.of(System.getProperty("wasmbox.root"));

    private static final Path GUESTS = Path.of(System.getProperty("wasmbox.guests", ROOT + "/build/guests/debian"));

    @Test
    void printsWhatItsCommentsSay(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Embed.run(
                GUESTS.resolve("counter.wasm"),
                folder.resolve("counter.snapshot"),
                new PrintStream(printed, true, UTF_8));

        assertThat(printed.toString(UTF_8).lines()).containsExactly("[value=1]", "[value=2]", "[value=2]", "[value=3]");
    }

    @Test
    void playsWithTheChessClock() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ChessClock.play(GUESTS.resolve("chess-clock.wasm"), new PrintStream(printed, true, UTF_8));

        assertThat(printed.toString(UTF_8).lines())
                .containsExactly(
                        "Ada PT5M, Grace PT5M, move 1",
                        "Ada PT4M43S, Grace PT5M, move 2",
                        "BLACK has no time left",
                        "Ada PT4M43S, Grace PT4M23S, move 3");
    }

    @Test
    void isWhatTheReadmeShows() throws IOException {
        String source = Files.readString(ROOT.resolve("examples/embed/src/main/java/dev/wasmbox/examples/Embed.java"));
        String region = source.substring(source.indexOf("region=\"readme\"\n") + 16, source.indexOf("        // @end"));

        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains("```java\n" + region.stripTrailing().stripIndent() + "\n```");
    }
}
