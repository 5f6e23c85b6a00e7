package dev.wasmbox.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The streams of one run of the command line, and its environment.
 *
 * @param in standard input
 * @param out standard output: answers, nothing else
 * @param err standard error: complaints, progress, and what guests write
 * @param environment what is around
 */
record Console(InputStream in, PrintStream out, PrintStream err, Environment environment) {

    /** A path as the user meant it. */
    Path resolve(Path path) {
        return environment.resolve(path);
    }

    /** Says something that is no error but should be known. */
    void warn(String sentence) {
        Style style = Style.of(environment.colours(environment.terminalErr()));
        err.println(style.yellow("wasmbox: warning:") + " " + Style.harmless(sentence));
    }

    /** Says why it does not go on. */
    void complain(String sentence) {
        Style style = Style.of(environment.colours(environment.terminalErr()));
        err.println(style.red("wasmbox:") + " " + Style.harmless(sentence));
    }
}
