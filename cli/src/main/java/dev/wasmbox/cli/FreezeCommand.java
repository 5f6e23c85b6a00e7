package dev.wasmbox.cli;

import dev.wasmbox.GuestModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox freeze}: a module that begins where a snapshot was taken. */
@Command(
        name = "freeze",
        description = {
            "Make a module that begins where a snapshot was taken.",
            "",
            "It is an ordinary WebAssembly module that runs in any engine, without a snapshot and without being "
                    + "initialised. What is inside the guest is in it; its clock, the seed of its random numbers and its "
                    + "counts of messages are not: run it with a --seed of its own if it makes keys of them. "
                    + "docs/freeze.md has the details."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox freeze counter.wasm two.bin -o two.wasm",
            "  echo up | wasmbox run two.wasm"
        })
final class FreezeCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            index = "0",
            paramLabel = "MODULE",
            description = "The snapshot's module; a self-contained snapshot is one, too.")
    private Path moduleFile = Path.of("");

    @Parameters(index = "1", paramLabel = "SNAPSHOT", description = "The snapshot, of any form.")
    private Path snapshot = Path.of("");

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final ParentOptions parents = new ParentOptions();

    FreezeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        output.check(console);
        SnapshotOptions.Opened opened =
                SnapshotOptions.ofModule(moduleFile, parents).open(console, snapshot);
        GuestModule module = opened.requiredModule("freeze");
        byte[] frozen = module.freeze(opened.snapshot());
        output.write(console, frozen);
        console.out()
                .println(
                        json
                                ? Json.ofType("frozen")
                                        .with("file", output.name().toString())
                                        .with("bytes", frozen.length)
                                        .with("module", module.digest())
                                        .with("digest", opened.snapshot().digest())
                                : "Froze to " + output.name() + " (" + Sizes.text(frozen.length) + ", the module has "
                                        + Sizes.text(module.wasm().length) + ")");
        return ExitCode.OK;
    }
}
