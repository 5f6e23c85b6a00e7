package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.SnapshotForm;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A line that the user gave, understood. */
sealed interface Input {

    /** A line for the guest. */
    record Message(String text) implements Input {}

    /** {@code !!snapshot [FILE [FORM]]}. */
    record TakeSnapshot(@Nullable String file, Form form) implements Input {}

    /** {@code !!restore FILE [ENTROPY]}. */
    record Restore(String file, Entropy entropy) implements Input {}

    /** {@code !!fork [NAME] [ENTROPY]}. */
    record Fork(@Nullable String name, Entropy entropy) implements Input {}

    /** {@code !!switch NAME}. */
    record Switch(String name) implements Input {}

    /** {@code !!close NAME}. */
    record Close(String name) implements Input {}

    /** {@code !!boxes}. */
    record Boxes() implements Input {}

    /** {@code !!clock [MILLIS]}: null stands for the host's time. */
    record SetClock(@Nullable Instant time) implements Input {}

    /** {@code !!undo [N]}. */
    record Undo(int steps) implements Input {}

    /** {@code !!time MESSAGE}. */
    record Time(String message) implements Input {}

    /** {@code !!info}. */
    record Info() implements Input {}

    /** {@code !!help}. */
    record Help() implements Input {}

    /** {@code !!quit}. */
    record Quit() implements Input {}

    /** The forms of a snapshot's file, by the words that the user has for them. */
    enum Form {
        /** {@code whole}. */
        WHOLE,
        /** {@code from-base}. */
        FROM_BASE,
        /** {@code self-contained}. */
        SELF_CONTAINED;

        /** The form, for the files of boxes of a module. */
        SnapshotForm of(GuestModule module) {
            return switch (this) {
                case WHOLE -> SnapshotForm.whole();
                case FROM_BASE -> SnapshotForm.deltaFromBase(module);
                case SELF_CONTAINED -> SnapshotForm.selfContained(module);
            };
        }

        /** The form that a word means, or null. */
        static @Nullable Form named(String word) {
            return Arrays.stream(values())
                    .filter(form -> Choice.word(form).equals(word))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What may be said of the entropy, by the user's words for it. */
    Map<String, Entropy> ENTROPIES = Map.of("reseed", Entropy.reseed(), "identical", Entropy.identical());

    /** What can name a box: it is shown in the prompt. */
    Pattern BOX_NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,40}");

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
        if (!line.startsWith(SessionHelp.MARK)) {
            return new Message(line);
        }
        String[] parts = line.substring(2).strip().split("\\s+", 2);
        String command = parts[0];
        String argument = parts.length == 1 ? "" : parts[1];
        return switch (command) {
            case "snapshot" -> snapshot(argument);
            case "restore" -> {
                if (argument.isEmpty()) {
                    throw new NotUnderstood("!!restore needs the name of a file.");
                }
                Entropy entropy = ENTROPIES.get(lastWord(argument));
                yield entropy == null
                        ? new Restore(argument, Entropy.reseed())
                        : new Restore(withoutLastWord(argument), entropy);
            }
            case "fork" -> fork(argument);
            case "switch" -> new Switch(boxName(command, argument));
            case "close" -> new Close(boxName(command, argument));
            case "boxes" -> alone(command, argument, new Boxes());
            case "clock" -> new SetClock(argument.isEmpty() ? null : time(argument));
            case "undo" -> new Undo(argument.isEmpty() ? 1 : steps(argument));
            case "time" -> {
                if (argument.isEmpty()) {
                    throw new NotUnderstood("!!time needs a message after it.");
                }
                yield new Time(argument);
            }
            case "info" -> alone(command, argument, new Info());
            case "help" -> alone(command, argument, new Help());
            case "quit" -> alone(command, argument, new Quit());
            case "" -> throw new NotUnderstood("A command is expected after !!; !!help lists them.");
            default -> throw new NotUnderstood("There is no !!" + command + "; !!help lists the commands.");
        };
    }

    private static Input snapshot(String argument) throws NotUnderstood {
        String last = lastWord(argument);
        Form form = Form.named(last);
        if (form != null) {
            return new TakeSnapshot(withoutLastWord(argument), form);
        }
        if (Form.named(argument) != null) {
            throw new NotUnderstood("!!snapshot needs the name of a file before " + argument + ".");
        }
        if (!last.isEmpty()) {
            throw new NotUnderstood("!!snapshot takes a file and then whole, from-base or self-contained (which a name "
                    + "with spaces needs), but not \"" + argument + "\".");
        }
        return new TakeSnapshot(argument.isEmpty() ? null : argument, Form.WHOLE);
    }

    /**
     * What follows the last space after the name of a file, which may have spaces itself; nothing if there is but one
     * word, which is the name then. A name that ends in a word that has a meaning here needs that word once more.
     */
    private static String lastWord(String argument) {
        return argument.substring(wordsEnd(argument)).strip();
    }

    private static String withoutLastWord(String argument) {
        return argument.substring(0, wordsEnd(argument)).strip();
    }

    private static int wordsEnd(String argument) {
        for (int i = argument.length() - 1; i > 0; i--) {
            if (Character.isWhitespace(argument.charAt(i))) {
                return i;
            }
        }
        return argument.length();
    }

    private static Input fork(String argument) throws NotUnderstood {
        String[] words = argument.isEmpty() ? new String[0] : argument.split("\\s+");
        Entropy entropy = words.length == 0 ? null : ENTROPIES.get(words[words.length - 1]);
        int names = entropy == null ? words.length : words.length - 1;
        if (names > 1) {
            throw new NotUnderstood(
                    "!!fork takes a name without spaces and then reseed or identical, but not \"" + argument + "\".");
        }
        return new Fork(names == 0 ? null : boxName("fork", words[0]), entropy == null ? Entropy.reseed() : entropy);
    }

    private static String boxName(String command, String argument) throws NotUnderstood {
        if (argument.isEmpty()) {
            throw new NotUnderstood("!!" + command + " needs the name of a box; !!boxes lists them.");
        }
        if (!BOX_NAME.matcher(argument).matches() || ENTROPIES.containsKey(argument)) {
            throw new NotUnderstood(
                    "A box is named by up to 40 letters, digits, dots and dashes, but not by \"" + argument + "\".");
        }
        return argument;
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
