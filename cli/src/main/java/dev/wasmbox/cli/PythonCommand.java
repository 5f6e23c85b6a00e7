package dev.wasmbox.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wasmbox python}: Python in a box, as a conversation or from a file. */
@Command(
        name = "python",
        description = {
            "Run Python (MicroPython) in a box: a file, or what is typed.",
            "",
            ScriptCommand.SESSION
                    + "A block ends with an empty line. What a script prints goes to standard output, what it "
                    + "writes to sys.stderr to standard error. A file's name and its arguments are in sys.argv.",
            "",
            "Sleeping does not make anyone wait: it moves the box's clock. " + ScriptCommand.ENDED,
            "",
            "Lines that begin with !! are commands:%n"
        },
        footer = {
            "",
            ScriptCommand.EXIT_CODES,
            "",
            "Examples:",
            "  wasmbox python",
            "  wasmbox python -c '6 * 7'",
            "  wasmbox python --snapshot state.bin program.py one two",
            "  wasmbox python --restore state.bin"
        })
final class PythonCommand extends ScriptCommand {

    PythonCommand(Console console) {
        super(new PythonLanguage(), console);
    }

    @Override
    boolean isEval(String argument) {
        return argument.equals("-c") || super.isEval(argument);
    }

    @Option(names = "-c", paramLabel = "CODE", description = "The same as -e, as Python has it.")
    void evaluate(String given) {
        code = given;
    }
}
