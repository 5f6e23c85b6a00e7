package dev.wasmbox.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plainest command lines of {@code run} without picocli, whose classes are of a form that Java's AOT cache does
 * not take, and cost a fifth of a second. What it does not know at once it leaves to picocli, errors included.
 */
final class QuickRun {

    private QuickRun() {}

    /**
     * Reads a command line.
     *
     * @param arguments the command line
     * @param console for the command
     * @return the command to be called, or null if picocli has to look at it
     */
    static @Nullable RunCommand parse(String[] arguments, Console console) {
        if (arguments.length < 2 || !arguments[0].equals("run")) {
            return null;
        }
        RunCommand command = new RunCommand(console);
        String guest = null;
        String restore = null;
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--freeze-time")) {
                command.freezeTime = true;
            } else if (argument.equals("--json")) {
                command.json = true;
            } else if (argument.equals("--restore")
                    && restore == null
                    && i + 1 < arguments.length
                    && isPlain(arguments[i + 1])) {
                i++;
                restore = arguments[i];
            } else if (guest == null && isPlain(argument)) {
                guest = argument;
            } else {
                return null;
            }
        }
        try {
            command.guest = Path.of(guest == null ? "" : guest);
            command.restore = restore == null ? null : Path.of(restore);
            return guest == null ? null : command;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static boolean isPlain(String argument) {
        return !argument.isEmpty() && !argument.startsWith("-");
    }
}
