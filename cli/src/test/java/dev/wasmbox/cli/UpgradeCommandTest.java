package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeCommandTest {

    private final CommandLineRun wasmbox;

    UpgradeCommandTest(@TempDir Path folder) {
        this.wasmbox = new CommandLineRun(folder);
    }

    @BeforeEach
    void aLedgerIsThere() {
        wasmbox.run(List.of("owner ada", "add ada 12", "!!snapshot old.snapshot"), "run", guest("ledger-1"))
                .ok();
    }

    @Test
    void showsControlCharactersOfAGuestAsPictures() throws IOException {
        Files.writeString(wasmbox.file("messages"), "add \u001b[2J 1\ntotal\n");
        upgrade("ledger-broken", "--rehearse", "messages");
        assertThat(wasmbox.out() + wasmbox.err()).doesNotContain("\u001b");
        wasmbox.run("upgrade", "\u001b[2J", "--from", guest("ledger-1"), "--to", guest("ledger-2"), "-o", "new")
                .fails(ExitCode.FAILED)
                .complainsOf("\u241b[2J");
        assertThat(wasmbox.err()).doesNotContain("\u001b");
    }

    private CommandLineRun upgrade(String to, String... more) {
        List<String> arguments = new java.util.ArrayList<>(
                List.of("upgrade", "old.snapshot", "--from", guest("ledger-1"), "--to", guest(to)));
        arguments.addAll(List.of(more));
        return wasmbox.run(arguments.toArray(String[]::new));
    }

    @Test
    void writesABoxThatGoesOnInTheNewerModule() {
        upgrade("ledger-2", "-o", "new.snapshot")
                .ok()
                .answers("==> [ledger 2, accounts=0]", "==> [ledger 2, accounts=1]", "Upgraded to new.snapshot")
                .complainsOfNothing();
        wasmbox.run(List.of("total", "owner"), "run", guest("ledger-2"), "--restore", "new.snapshot")
                .ok();
        assertThat(wasmbox.out()).contains("==> [total=12.00 EUR]", "==> [owner=ada]");
    }

    @Test
    void neverOverwritesUnlessForced() throws IOException {
        Files.writeString(wasmbox.file("taken"), "taken");
        upgrade("ledger-2", "-o", "taken").fails(ExitCode.FAILED).complainsOf("exists already; --force replaces it");
        assertThat(wasmbox.file("taken")).hasContent("taken");
        upgrade("ledger-2", "-o", "taken", "--force").ok();
    }

    @Test
    void rehearsesBeforeItWrites() throws IOException {
        Files.writeString(wasmbox.file("messages"), "owner\nadd ada 1\ntotal\nsince\n");
        upgrade("ledger-2", "--rehearse", "messages", "-o", "new.snapshot")
                .fails(ExitCode.NO)
                .answers(
                        "Line 3 is answered differently: total", "  before: [total=13]", "  after:  [total=13.00 EUR]");
        assertThat(wasmbox.file("new.snapshot")).doesNotExist();

        upgrade("ledger-2", "--rehearse", "messages", "--json").fails(ExitCode.NO);
        assertThat(wasmbox.out())
                .contains("\"alike\":false,\"difference\":{\"line\":3,\"message\":\"total\",\"before\":{\"outputs\":");
        assertThat(wasmbox.json().getFirst().at("/difference/after/outputs/0").asText())
                .isEqualTo("total=13.00 EUR");

        Files.writeString(wasmbox.file("messages"), "owner\nadd ada 1\n");
        upgrade("ledger-2", "--rehearse", "messages", "-o", "new.snapshot").ok();
        assertThat(wasmbox.out()).startsWith("Rehearsed: 2 of 2 messages sent, all answered alike");
        assertThat(wasmbox.file("new.snapshot")).exists();
    }

    @Test
    void answersInJson() {
        upgrade("ledger-2", "-o", "new.snapshot", "--json").ok();
        assertThat(wasmbox.json()).singleElement().satisfies(answer -> {
            assertThat(answer.get("type").asText()).isEqualTo("upgrade");
            assertThat(answer.get("file").asText()).isEqualTo("new.snapshot");
            assertThat(answer.get("digest").asText()).hasSize(64);
        });
    }

    @Test
    void saysWhyItCannot() throws IOException {
        upgrade("ledger-broken", "-o", "new.snapshot")
                .fails(ExitCode.FAILED)
                .complainsOf("old.snapshot could not be upgraded: ")
                .complainsOf("approved_by");
        upgrade("counter", "-o", "new.snapshot")
                .fails(ExitCode.FAILED)
                .complainsOf("does not export wasmbox_export_state");
        wasmbox.run("upgrade", "old.snapshot", "--from", guest("counter"), "--to", guest("ledger-2"), "-o", "new")
                .fails(ExitCode.FAILED);
        upgrade("ledger-2").fails(ExitCode.USAGE).complainsOf("upgrade needs -o OUT, --rehearse FILE, or both.");
        Files.createDirectory(wasmbox.file("folder"));
        upgrade("ledger-2", "--rehearse", "folder").fails(ExitCode.FAILED).complainsOf("wasmbox: folder is a folder");
        Files.write(wasmbox.file("latin1"), new byte[] {'a', (byte) 0xe4, '\n'});
        upgrade("ledger-2", "--rehearse", "latin1")
                .fails(ExitCode.FAILED)
                .complains("wasmbox: latin1 is not text in UTF-8.");
        upgrade("ledger-2", "--rehearse", "missing").fails(ExitCode.FAILED).complainsOf("there is no file");
        assertThat(wasmbox.file("new.snapshot")).doesNotExist();
    }
}
