package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox inspect}: what a module, a precompiled module or a snapshot is. */
@Command(
        name = "inspect",
        description = "Tell what a module, a precompiled module or a snapshot is, without running it.",
        footer = {"", "Example:", "  wasmbox inspect snapshot-1700000000.bin"})
final class InspectCommand implements Callable<Integer> {

    private static final byte[] SNAPSHOT = "WASMBOX\u001a".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PRECOMPILED = "WASMBXP\u001a".getBytes(StandardCharsets.US_ASCII);

    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

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
        byte[] bytes = Files.readAllBytes(path);
        Map<String, Object> facts = new LinkedHashMap<>();
        String kind = beginsWith(bytes, SNAPSHOT) ? snapshot(bytes, facts) : module(path, bytes, facts);
        if (json) {
            Json object = Json.ofType(kind).with("bytes", bytes.length);
            facts.forEach(object::with);
            console.out().println(object);
        } else {
            print(kind, bytes.length, facts);
        }
        return ExitCode.OK;
    }

    private static boolean beginsWith(byte[] bytes, byte[] beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    private String snapshot(byte[] bytes, Map<String, Object> facts) {
        Snapshot snapshot;
        try {
            snapshot = Snapshot.of(bytes);
        } catch (SnapshotException e) {
            throw new Failure(ExitCode.FAILED, file + " is no usable snapshot: " + Failure.sentence(e), e);
        }
        facts.put("module", snapshot.moduleDigest());
        facts.put("digest", snapshot.digest());
        facts.put(
                "clock",
                json
                        ? snapshot.clock().toEpochMilli()
                        : snapshot.clock().toEpochMilli() + " (" + snapshot.clock() + ")");
        facts.put("messages", snapshot.messages());
        facts.put("outputs", snapshot.outputs());
        facts.put("finished", snapshot.finished());
        facts.put("memoryBytes", snapshot.memoryBytes());
        return "snapshot";
    }

    private String module(Path path, byte[] bytes, Map<String, Object> facts) {
        GuestModule module = new ModuleLoader(console).load(path, Engine.INTERPRETED, false);
        facts.put("module", module.digest());
        facts.put("abi", "1");
        facts.put("imports", List.copyOf(module.imports()));
        facts.put("exports", List.copyOf(module.exports()));
        if (!beginsWith(bytes, PRECOMPILED)) {
            return "module";
        }
        List<String> warnings = new ArrayList<>();
        new ModuleLoader(console, warnings::add).load(path, Engine.COMPILED, false);
        facts.put("moduleBytes", module.wasm().length);
        facts.put("trusted", warnings.isEmpty());
        if (!warnings.isEmpty()) {
            facts.put("warning", warnings.getFirst());
        }
        return "precompiled";
    }

    private void print(String kind, int length, Map<String, Object> facts) {
        Style style =
                Style.of(console.environment().colours(console.environment().terminalOut()));
        console.out()
                .println(file + ": " + (kind.equals("precompiled") ? "precompiled module" : kind) + ", "
                        + Sizes.text(length));
        facts.forEach((name, value) -> {
            String shown =
                    switch (value) {
                        case List<?> list ->
                            String.join(", ", list.stream().map(String::valueOf).toList());
                        case Boolean bool -> bool ? "yes" : "no";
                        case Number number when name.endsWith("Bytes") -> Sizes.text(number.longValue());
                        default -> value.toString();
                    };
            String label = name.endsWith("Bytes") ? name.substring(0, name.length() - 5) + " size" : name;
            console.out().println("  " + style.faint((label + "             ").substring(0, 13)) + shown);
        });
    }
}
