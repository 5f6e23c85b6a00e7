package dev.wasmbox.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--debug", description = "Show where an error came from, for reports.")
    private boolean debug;

    boolean debug() {
        return debug;
    }

    boolean help() {
        return help;
    }
}
