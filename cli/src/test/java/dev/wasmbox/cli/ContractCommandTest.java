package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractCommandTest {

    private static final String STRINGS = "wasmbox 1;\ncodec \"bincode-1\";\ninput String;\noutput String;\n";

    private final CommandLineRun wasmbox;

    ContractCommandTest(@TempDir Path folder) {
        this.wasmbox = new CommandLineRun(folder);
    }

    @Test
    void printsWhatAModuleSays() {
        wasmbox.run("contract", guest("chess-clock")).ok();
        assertThat(wasmbox.out())
                .startsWith("wasmbox 1;\ncodec \"bincode-1\";\ninput chess_clock::Command;\n")
                .contains("\nenum chess_clock::Side { White, Black }\n");
        wasmbox.run("contract", guest("original-counter"))
                .fails(ExitCode.FAILED)
                .complainsOf("it has no contract");
    }

    @Test
    void printsATextNeatly() throws IOException {
        Files.writeString(wasmbox.file("a.txt"), "output String;input String;codec\"bincode-1\";wasmbox 1; // so");
        wasmbox.run("contract", "a.txt").ok();
        assertThat(wasmbox.out()).isEqualTo(STRINGS);
    }

    @Test
    void writesAModuleThatSaysItAndIsTheSameOtherwise() throws IOException {
        Files.writeString(wasmbox.file("a.txt"), STRINGS);
        wasmbox.run("contract", guest("original-counter"), "a.txt", "-o", "b.wasm")
                .ok();
        assertThat(wasmbox.out()).startsWith("Wrote b.wasm (");
        wasmbox.run(List.of("up"), "run", "b.wasm").ok().answers("==> [value=1]");
        wasmbox.run("contract", "b.wasm").ok();
        assertThat(wasmbox.out()).isEqualTo(STRINGS);

        wasmbox.run("contract", "b.wasm", guest("chess-clock"), "-o", "c.wasm")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: b.wasm has a contract already; --replace writes this one instead.");
        wasmbox.run("contract", "b.wasm", guest("chess-clock"), "-o", "c.wasm", "--replace")
                .ok();
        wasmbox.run("contract", "c.wasm", "a.txt", "-o", "d.wasm", "--replace").ok();
        assertThat(wasmbox.file("d.wasm")).hasSameBinaryContentAs(wasmbox.file("b.wasm"));
        byte[] before = Files.readAllBytes(Path.of(guest("original-counter")));
        assertThat(Files.readAllBytes(wasmbox.file("b.wasm"))).startsWith(before);
    }

    @Test
    void writesNothingElse() throws IOException {
        Files.writeString(wasmbox.file("a.txt"), "wasmbox 2;");
        wasmbox.run("contract", guest("original-counter"), "a.txt", "-o", "b.wasm")
                .fails(ExitCode.FAILED)
                .complainsOf("a.txt is no contract: it is of version 2");
        wasmbox.run("contract", guest("original-counter"), "a.txt").fails(ExitCode.USAGE);
        wasmbox.run("contract", guest("original-counter"), "-o", "b.wasm").fails(ExitCode.USAGE);
        assertThat(wasmbox.file("b.wasm")).doesNotExist();
        Files.writeString(wasmbox.file("b.wasm"), "precious");
        wasmbox.run("contract", guest("original-counter"), guest("counter"), "-o", "b.wasm")
                .fails(ExitCode.FAILED)
                .complainsOf("exists already");
    }
}
