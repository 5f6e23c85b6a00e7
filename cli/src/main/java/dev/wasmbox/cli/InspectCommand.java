package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.SnapshotFileInfo;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox inspect}: what a module, a precompiled module or a snapshot is. */
@Command(
        name = "inspect",
        description = {
            "Tell what a module, a precompiled module or a snapshot is, without running it.",
            "",
            "Of a delta whose parent is not there, what the file itself says is told."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox inspect snapshot-1700000000.bin",
            "  wasmbox inspect snapshot-1700000000.bin --module counter.wasm",
            "  wasmbox inspect counter.wasm --json"
        })
final class InspectCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path path = console.resolve(file);
        if (Files.isDirectory(path)) {
            throw new Failure(file + " is a folder; to build the guest in it: wasmbox build " + file);
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new Failure(file + " is not a regular file.");
        }
        options.check(console);
        byte[] bytes = SnapshotOptions.bytes(console, file);
        FileKind kind = FileKind.of(bytes);
        Facts facts = new Facts(Json.ofType(Choice.word(kind)).with("bytes", bytes.length));
        switch (kind) {
            case SNAPSHOT -> snapshot(bytes, facts);
            case MODULE -> module(path, false, facts);
            case PRECOMPILED -> module(path, true, facts);
            case OTHER -> throw new Failure(file + " is neither a module nor a snapshot.");
        }
        if (json) {
            console.out().println(facts.json());
        } else {
            console.out()
                    .println(Text.name(file) + ": " + Choice.word(kind)
                            + (kind == FileKind.PRECOMPILED ? " module, " : ", ") + Sizes.text(bytes.length));
            facts.print(
                    console.out(),
                    Style.of(console.environment().colours(console.environment().terminalOut())));
        }
        return ExitCode.OK;
    }

    private void snapshot(byte[] bytes, Facts facts) {
        SnapshotFileInfo info;
        try {
            info = SnapshotFileInfo.of(bytes);
        } catch (SnapshotException e) {
            throw new Failure(ExitCode.FAILED, file + " is no usable snapshot: " + Failure.sentence(e), e);
        }
        SnapshotFacts told = new SnapshotFacts(facts);
        told.identity(info);
        try {
            SnapshotOptions.Opened opened = options.open(console, file, bytes);
            told.state(opened.snapshot(), opened.layout());
        } catch (Failure e) {
            if (info.form() == SnapshotFileInfo.Form.WHOLE || !(e.getCause() instanceof SnapshotException cause)) {
                throw e;
            }
            facts.add(
                    "unreadable",
                    SnapshotOptions.sentence(cause),
                    "state",
                    "not told: " + SnapshotOptions.sentence(cause));
        }
        told.file(info);
    }

    private void module(Path path, boolean precompiled, Facts facts) {
        GuestModule module = new ModuleLoader(console).load(path, Engine.INTERPRETED, false);
        facts.add("module", module.digest());
        facts.add("abi", "1");
        facts.add("imports", List.copyOf(module.imports()), String.join(", ", module.imports()));
        facts.add("exports", List.copyOf(module.exports()), String.join(", ", module.exports()));
        new SnapshotFacts(facts).layout(ModuleLayout.of(module));
        if (precompiled) {
            List<String> warnings = new ArrayList<>();
            new ModuleLoader(console, warnings::add).load(path, Engine.COMPILED, false);
            facts.add("moduleBytes", module.wasm().length, "module size", Sizes.text(module.wasm().length));
            facts.add("trusted", warnings.isEmpty(), warnings.isEmpty() ? "yes" : "no");
            if (!warnings.isEmpty()) {
                facts.add("warning", warnings.getFirst());
            }
        }
        contract(module.contract(), facts);
    }

    /** With the names in full for programs, and with short ones for people. */
    private static void contract(Optional<Contract> stated, Facts facts) {
        if (stated.isEmpty()) {
            facts.add("contract", null, List.of("none (types are not checked)"));
            return;
        }
        Contract contract = stated.get();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("version", Contract.VERSION);
        members.put("codec", contract.codec());
        members.put("input", contract.input().map(Schema::type).orElse(null));
        members.put("output", contract.output().map(Schema::type).orElse(null));
        members.put("text", contract.toString());
        facts.add(
                "contract",
                members,
                contract.withShortNames()
                        .toString()
                        .lines()
                        .filter(line -> !line.isEmpty())
                        .toList());
    }
}
