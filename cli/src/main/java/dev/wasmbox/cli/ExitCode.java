package dev.wasmbox.cli;

/** What the process ends with. */
final class ExitCode {

    /** All went well, or the input of a session ended. */
    static final int OK = 0;

    /** What was asked for failed: a file, a module, a snapshot, a guest, a build. */
    static final int FAILED = 1;

    /** The command line was not understood. */
    static final int USAGE = 2;

    /** A guest cannot be built, because no toolchain for its language is installed. */
    static final int NO_TOOLCHAIN = 3;

    /** The answer is no: states or answers differ, or nothing was found. Only where that is what was asked. */
    static final int NO = 4;

    private ExitCode() {}
}
