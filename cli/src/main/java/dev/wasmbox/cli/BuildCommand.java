package dev.wasmbox.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox build}: a guest's module from its project. */
@Command(
        name = "build",
        description = "Build a guest in Rust or C to a module, with whichever toolchain is there.",
        footer = {"", "Example:", "  wasmbox build my-guest -o my-guest.wasm"})
final class BuildCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            paramLabel = "DIR",
            description = "The folder of the project: with a Cargo.toml it is in Rust, with *.c here or in src in C.")
    private Path project = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.wasm",
            description = "The file to write. Default: DIR/target/wasmbox/guest.wasm.")
    private @Nullable Path output;

    @Option(
            names = "--toolchain",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "For Rust: rustup, debian, current (from WasmBox's scripts) or auto, the first that is there. Default: "
                            + "${DEFAULT-VALUE}.")
    private String toolchain = "auto";

    BuildCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = console.resolve(project);
        Path module = output == null ? GuestBuilder.defaultModule(folder) : console.resolve(output);
        new GuestBuilder(console, toolchain).build(folder, module);
        console.out().println("Built " + (output == null ? GuestBuilder.defaultModule(project) : output));
        return ExitCode.OK;
    }
}
