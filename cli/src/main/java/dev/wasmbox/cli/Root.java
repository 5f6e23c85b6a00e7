package dev.wasmbox.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wasmbox} without a command. */
@Command(
        name = "wasmbox",
        description = {
            "Run programs whose whole state is a value.",
            "",
            "A guest is a program compiled to WebAssembly. Between two messages it can be frozen to a file of a "
                    + "few kilobytes, and goes on where it was, in another process, on another machine."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox new my-guest",
            "  wasmbox run my-guest",
            "  wasmbox inspect snapshot-1700000000.bin",
            "  wasmbox diff monday.bin tuesday.bin",
            "",
            "Exit codes:",
            "  0  done, or the input of a session ended",
            "  1  what was asked for failed: a file, a module, a snapshot, a guest, a build",
            "  2  the command line was not understood",
            "  3  no toolchain is installed that could build the guest",
            "  4  the answer is no: states differ (diff --exit-code, digest --same), answers differ (upgrade --rehearse),",
            "     nothing was found (search)",
            "",
            "Environment:",
            "  XDG_CACHE_HOME      compiled code is kept in wasmbox/ there (~/.cache)",
            "  XDG_CONFIG_HOME     wasmbox/signing.key there signs it (~/.config)",
            "  XDG_STATE_HOME      wasmbox/history there has the lines typed (~/.local/state)",
            "  NO_COLOR            no colours, if it is set",
            "  WASMBOX_TARGET_DIR  where cargo keeps its intermediate files (GUEST/target/wasmbox)",
            "",
            "Help for a command: wasmbox COMMAND --help"
        })
final class Root {

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    boolean version() {
        return version;
    }
}
