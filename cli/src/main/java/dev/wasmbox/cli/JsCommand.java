package dev.wasmbox.cli;

import picocli.CommandLine.Command;

/** {@code wasmbox js}: JavaScript in a box, as a conversation or from a file. */
@Command(
        name = "js",
        description = {
            "Run JavaScript in a box: a file, or what is typed.",
            "",
            ScriptCommand.SESSION
                    + "What a script writes to its console goes to standard output, warnings and errors to "
                    + "standard error. A file's name and its arguments are in scriptArgs.",
            "",
            "Timers do not make anyone wait: before an answer, the box's clock is moved on to each that is due within "
                    + "the hour. " + ScriptCommand.ENDED,
            "",
            "Lines that begin with one of these are commands; !! before anything else is JavaScript:%n"
        },
        footer = {
            "",
            ScriptCommand.EXIT_CODES,
            "",
            "Examples:",
            "  wasmbox js",
            "  wasmbox js -e '6 * 7'",
            "  wasmbox js --snapshot state.bin program.js one two",
            "  wasmbox js --restore state.bin"
        })
final class JsCommand extends ScriptCommand {

    JsCommand(Console console) {
        super(new JsLanguage(), console);
    }
}
