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
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--freeze-time")) {
                command.freezeTime = true;
            } else if (argument.equals("--json")) {
                command.json = true;
            } else if (guest == null && !argument.isEmpty() && !argument.startsWith("-")) {
                guest = argument;
            } else {
                return null;
            }
        }
        try {
            command.guest = Path.of(guest == null ? "" : guest);
            return guest == null ? null : command;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
