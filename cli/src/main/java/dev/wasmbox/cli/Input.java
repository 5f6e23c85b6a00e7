package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A line that the user gave, understood. */
sealed interface Input {

    /** A line for the guest. */
    record Message(String text) implements Input {}

    /** {@code !!snapshot [FILE]}. */
    record TakeSnapshot(@Nullable String file) implements Input {}

    /** {@code !!restore FILE}. */
    record Restore(String file) implements Input {}

    /** {@code !!clock [MILLIS]}: null stands for the host's time. */
    record SetClock(@Nullable Instant time) implements Input {}

    /** {@code !!undo [N]}. */
    record Undo(int steps) implements Input {}

    /** {@code !!info}. */
    record Info() implements Input {}

    /** {@code !!help}. */
    record Help() implements Input {}

    /** {@code !!quit}. */
    record Quit() implements Input {}

    /** A line that begins with !! and is none of these. Its message is one sentence. */
    final class NotUnderstood extends Exception {
        private static final long serialVersionUID = 1;

        NotUnderstood(String sentence) {
            super(sentence);
        }
    }

    /**
     * Understands a line.
     *
     * @param line the line, without its end
     * @return what is meant
     * @throws NotUnderstood if the line is a command but none that there is
     */
    static Input parse(String line) throws NotUnderstood {
        if (!line.startsWith("!!")) {
            return new Message(line);
        }
        String[] parts = line.substring(2).strip().split("\\s+", 2);
        String command = parts[0];
        String argument = parts.length == 1 ? "" : parts[1];
        return switch (command) {
            case "snapshot" -> new TakeSnapshot(argument.isEmpty() ? null : argument);
            case "restore" -> {
                if (argument.isEmpty()) {
                    throw new NotUnderstood("!!restore needs the name of a file.");
                }
                yield new Restore(argument);
            }
            case "clock" -> new SetClock(argument.isEmpty() ? null : time(argument));
            case "undo" -> new Undo(argument.isEmpty() ? 1 : steps(argument));
            case "info" -> alone(command, argument, new Info());
            case "help" -> alone(command, argument, new Help());
            case "quit" -> alone(command, argument, new Quit());
            case "" -> throw new NotUnderstood("A command is expected after !!; !!help lists them.");
            default -> throw new NotUnderstood("There is no !!" + command + "; !!help lists the commands.");
        };
    }

    private static Input alone(String command, String argument, Input input) throws NotUnderstood {
        if (!argument.isEmpty()) {
            throw new NotUnderstood("!!" + command + " stands alone, without \"" + argument + "\".");
        }
        return input;
    }

    private static Instant time(String argument) throws NotUnderstood {
        try {
            Instant time = Instant.ofEpochMilli(Long.parseLong(argument));
            BoxClock.nanosOf(time);
            return time;
        } catch (IllegalArgumentException e) {
            throw new NotUnderstood(
                    "!!clock takes the milliseconds since 1970, up to the year 2261, but not \"" + argument + "\".");
        }
    }

    private static int steps(String argument) throws NotUnderstood {
        try {
            int steps = Integer.parseInt(argument);
            if (steps > 0) {
                return steps;
            }
        } catch (NumberFormatException e) {
            // As the ones that are not positive.
        }
        throw new NotUnderstood("!!undo takes the number of steps, from 1, but not \"" + argument + "\".");
    }
}
