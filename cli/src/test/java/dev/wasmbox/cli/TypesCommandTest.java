package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of what the types look like see {@code JavaTypesTest} and {@code RustTypesTest}. */
class TypesCommandTest {

    private static final String HEAD = "wasmbox 1; codec \"bincode-1\"; ";

    private final CommandLineRun wasmbox;

    TypesCommandTest(@TempDir Path folder) {
        this.wasmbox = new CommandLineRun(folder);
    }

    private void text(String name, String contract) throws IOException {
        Files.writeString(wasmbox.file(name), contract);
    }

    @Test
    void writesToStandardOutput() throws IOException {
        text("two-words.txt", HEAD + "input String; output Vec<u8>;");
        wasmbox.run("types", "--java", "two-words.txt").ok();
        assertThat(wasmbox.out())
                .contains("public final class TwoWords {", "Codec<String> INPUT = Codecs.string();")
                .contains("Codec<byte[]> OUTPUT = Codecs.bincode(new TypeOf<byte[]>() {});");
        wasmbox.run("types", "--rust", "two-words.txt").ok();
        assertThat(wasmbox.out()).endsWith("//! async fn run(ctx: WasmBoxContext<String, Vec<u8>>) {\n//! ```\n");
    }

    @Test
    void writesToANewFile() throws IOException {
        text("a.txt", HEAD + "input A; output (); struct A { x: i32 }");
        wasmbox.run("types", "--java", "a.txt", "-o", "Messages.java", "--package", "my.game")
                .ok()
                .answers("Wrote Messages.java");
        assertThat(wasmbox.file("Messages.java"))
                .content()
                .startsWith("package my.game;")
                .contains("public final class Messages {");
        wasmbox.run("types", "--java", "a.txt", "-o", "Messages.java")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: " + wasmbox.file("Messages.java") + " exists already; --force replaces it.");
        wasmbox.run("types", "--rust", "a.txt", "-o", "Messages.java", "--force")
                .ok();
        assertThat(wasmbox.file("Messages.java")).content().contains("pub struct A {");
    }

    @Test
    void needsAContractThatStatesBothDirections() throws IOException {
        wasmbox.run("types", "--java", guest("original-counter"))
                .fails(ExitCode.FAILED)
                .complains("wasmbox: " + guest("original-counter")
                        + " does not say what its messages are: it has no contract.");
        text("half.txt", HEAD + "input String;");
        wasmbox.run("types", "--rust", "half.txt")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: half.txt does not state the type of its output.");
        text("json.txt", "wasmbox 1; codec \"json\"; input String; output String;");
        wasmbox.run("types", "--rust", "json.txt")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: json.txt has messages in json, but types can be written for bincode-1 only.");
        text("wrong.txt", "wasmbox 1;\ncodec 7;");
        wasmbox.run("types", "--rust", "wrong.txt")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: wrong.txt is no contract: line 2, column 7: expected the name of a codec in double"
                        + " quotes, found '7'.");
        wasmbox.run("types", "--rust", "missing.txt").fails(ExitCode.FAILED).complainsOf("there is no file");
        wasmbox.run("types", "--rust", ".").fails(ExitCode.FAILED).complainsOf("is a folder");
    }

    @Test
    void saysWhatCannotBeWritten() throws IOException {
        text("a.txt", HEAD + "input String; output [u8; 64];");
        wasmbox.run("types", "--rust", "a.txt")
                .fails(ExitCode.FAILED)
                .complains(
                        "wasmbox: a.txt: [u8; 64] cannot be written in Rust: serde knows arrays of up to 32 elements.");
        wasmbox.run("types", "--java", "a.txt", "--name", "class")
                .fails(ExitCode.FAILED)
                .complainsOf("no name of a class");
    }

    @Test
    void needsOneLanguage() {
        wasmbox.run("types", "a.txt").fails(ExitCode.USAGE).complains("wasmbox: types needs either --java or --rust.");
        wasmbox.run("types", "a.txt", "--java", "--rust").fails(ExitCode.USAGE);
        wasmbox.run("types", "a.txt", "--rust", "--name", "A")
                .fails(ExitCode.USAGE)
                .complainsOf("--package and --name are for --java.");
    }
}
