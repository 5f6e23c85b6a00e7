package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox contract}: what a module says of its messages, read and written. */
@Command(
        name = "contract",
        description = {
            "Print what a module says of its messages, or write a module that says it.",
            "",
            "The SDKs have modules say it by themselves; this is for languages whose compilers make no custom sections. "
                    + "docs/contract.md describes the text. A module with another contract is another module: snapshots "
                    + "of the one are not the other's."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox contract chess-clock.wasm",
            "  wasmbox contract plain.wasm messages.txt -o stating.wasm"
        })
final class ContractCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "A module. To print it neatly, also a text.")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "TEXT",
            arity = "0..1",
            description = "A text with the contract to write, or a module that has it.")
    private @Nullable Path text;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "The module to write, which must not exist yet.")
    private @Nullable Path out;

    @Option(names = "--replace", description = "Write it although FILE has a contract already.")
    private boolean replace;

    @Option(
            names = {"-f", "--force"},
            description = "Replace OUT if it exists.")
    private boolean force;

    ContractCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (text == null && out == null) {
            String contract = ContractFile.read(console, file).toString();
            console.out().print(console.environment().terminalOut() ? Style.harmless(contract) : contract);
        } else if (text == null || out == null) {
            throw Failure.usage("To write a contract, contract needs both TEXT and -o OUT.");
        } else {
            write(text, out);
        }
        return ExitCode.OK;
    }

    private void write(Path source, Path target) throws IOException {
        NewFile.check(console.resolve(target), force);
        GuestModule module = new ModuleLoader(console).load(console.resolve(file), Engine.INTERPRETED, false);
        if (module.contract().isPresent() && !replace) {
            throw new Failure(file + " has a contract already; --replace writes this one instead.");
        }
        Contract contract = ContractFile.read(console, source);
        byte[] stating;
        try {
            stating = module.withContract(contract);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.FAILED, source + " cannot be written: " + e.getMessage(), e);
        }
        NewFile.write(console.resolve(target), stating, force);
        console.out().println("Wrote " + Text.name(target) + " (" + Sizes.text(stating.length) + ")");
    }
}
