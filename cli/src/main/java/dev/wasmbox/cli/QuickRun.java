package dev.wasmbox.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plainest command lines of {@code run} and the script languages without picocli, whose classes are of a form that Java's
 * AOT cache does not take, and cost a fifth of a second. What it does not know at once it leaves to picocli, errors
 * included.
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
    static @Nullable Callable<Integer> parse(String[] arguments, Console console) {
        if (arguments.length == 0) {
            return null;
        }
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        try {
            return switch (Commands.named(arguments[0])) {
                case "run" -> run(rest, console);
                case "js" -> script(new JsCommand(console), rest);
                case "python" -> script(new PythonCommand(console), rest);
                default -> null;
            };
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable RunCommand run(List<String> arguments, Console console) {
        RunCommand command = new RunCommand(console);
        List<String> plain = plain(arguments, command.options);
        if (plain == null || plain.size() != 1) {
            return null;
        }
        command.guest = Path.of(plain.getFirst());
        return command;
    }

    private static @Nullable ScriptCommand script(ScriptCommand command, List<String> arguments) {
        if (arguments.size() == 2 && command.isEval(arguments.getFirst())) {
            command.code = arguments.getLast();
            return command;
        }
        List<String> plain = plain(arguments, command.options);
        if (plain == null || plain.size() > 1) {
            return null;
        }
        if (!plain.isEmpty()) {
            command.file = plain.getFirst();
            if (!arguments.getLast().equals(command.file)) {
                return null; // what follows the script's name is the script's
            }
        }
        return command;
    }

    /** The arguments that are no options, of which it sets those that both have; null if there are others. */
    private static @Nullable List<String> plain(List<String> arguments, SessionOptions options) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--freeze-time")) {
                options.freezeTime = true;
            } else if (argument.equals("--json")) {
                options.json = true;
            } else if (argument.equals("--restore")
                    && options.restore == null
                    && i + 1 < arguments.size()
                    && isPlain(arguments.get(i + 1))) {
                i++;
                options.restore = Path.of(arguments.get(i));
            } else if (isPlain(argument)) {
                plain.add(argument);
            } else {
                return null;
            }
        }
        return plain;
    }

    private static boolean isPlain(String argument) {
        return !argument.isEmpty() && !argument.startsWith("-");
    }
}
