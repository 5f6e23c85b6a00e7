package dev.wasmbox.cli;

import dev.wasmbox.cli.types.JavaTypes;
import dev.wasmbox.cli.types.RustTypes;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox types}: the types of a guest's messages as source code. */
@Command(
        name = "types",
        description = {
            "Write the types of a guest's messages as source code, for the other side.",
            "",
            "The guest states them in its contract; wasmbox inspect shows it, and docs/contract.md tells what becomes "
                    + "what."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox types --java chess-clock.wasm --package my.game -o src/main/java/my/game/ChessClock.java",
            "  wasmbox types --rust messages.txt -o src/messages.rs"
        })
final class TypesCommand implements Callable<Integer> {

    private final Console console;

    @Option(names = "--java", description = "For a host: a class with records, sealed interfaces, enums and codecs.")
    private boolean java;

    @Option(names = "--rust", description = "For a guest: a module with structs and enums.")
    private boolean rust;

    @Parameters(paramLabel = "FILE", description = "A module, or a text with a contract.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "The file to write, which must not exist yet. Default: standard output.")
    private @Nullable Path out;

    @Option(
            names = {"-f", "--force"},
            description = "Replace OUT if it exists.")
    private boolean force;

    @Option(names = "--package", paramLabel = "P", description = "The package of the Java class. Default: none.")
    private String packageName = "";

    @Option(
            names = "--name",
            paramLabel = "N",
            description = "The name of the Java class. Default: after OUT, else after FILE.")
    private @Nullable String name;

    TypesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (java == rust) {
            throw Failure.usage("types needs either --java or --rust.");
        }
        if (rust && (name != null || !packageName.isEmpty())) {
            throw Failure.usage("--package and --name are for --java.");
        }
        if (out != null) {
            NewFile.check(console.resolve(out), force);
        }
        Contract contract = stated();
        String source;
        try {
            source = java
                    ? JavaTypes.of(contract, origin(), packageName, name == null ? nameAfterFile() : name)
                    : RustTypes.of(contract, origin());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.FAILED, file + ": " + e.getMessage(), e);
        }
        if (out == null) {
            console.out().print(source);
        } else {
            NewFile.write(console.resolve(out), source.getBytes(StandardCharsets.UTF_8), force);
            console.out().println("Wrote " + Text.name(out));
        }
        return ExitCode.OK;
    }

    private Contract stated() throws IOException {
        Contract contract = ContractFile.read(console, file);
        if (!contract.codec().equals(Contract.BINCODE)) {
            throw new Failure("%s has messages in %s, but types can be written for %s only."
                    .formatted(file, contract.codec(), Contract.BINCODE));
        }
        if (contract.input().isEmpty() || contract.output().isEmpty()) {
            throw new Failure("%s does not state the type of its %s."
                    .formatted(file, contract.input().isEmpty() ? "input" : "output"));
        }
        return contract;
    }

    private String origin() {
        return file.getFileName().toString();
    }

    private String nameAfterFile() {
        String named = (out == null ? file : out).getFileName().toString();
        int end = named.lastIndexOf('.');
        String stem = end <= 0 ? named : named.substring(0, end);
        return out == null ? JavaTypes.nameAfter(stem) : stem;
    }
}
