package dev.wasmbox.cli;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox compile}: a module together with its compiled code, signed by this user. */
@Command(
        name = "compile",
        description = {
            "Compile a module, so that it need not be compiled when it is run.",
            "",
            "The file that is written holds the module and its compiled code, signed with your key. Elsewhere, or "
                    + "changed by anybody, it is still the module, but its compiled code is not used."
        },
        footer = {"", "Example:", "  wasmbox compile counter.wasm counter.precompiled"})
final class CompileCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "IN.wasm", description = "The module.")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write, which must not exist yet.")
    private Path out = Path.of("");

    @Option(
            names = {"-f", "--force"},
            description = "Replace OUT if it exists.")
    private boolean force;

    CompileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path target = console.resolve(out);
        NewFile.check(target, force);
        ModuleLoader loader = new ModuleLoader(console);
        var key = loader.key();
        GuestModule module = loader.load(console.resolve(in), Engine.INTERPRETED, false);
        byte[] bytes;
        try (Progress _ = Progress.of(console, "compiling " + in.getFileName())) {
            bytes = module.precompile(key);
        }
        NewFile.write(target, bytes, force);
        console.out().println("Compiled to " + out + " (" + Sizes.text(bytes.length) + ")");
        return ExitCode.OK;
    }
}
