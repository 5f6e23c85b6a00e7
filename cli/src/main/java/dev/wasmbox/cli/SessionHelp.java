package dev.wasmbox.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command of a session, as {@code !!help} tells it.
 *
 * @param name the command, with its exclamation marks
 * @param arguments what follows it, or nothing
 * @param meaning what it does
 */
record SessionHelp(String name, String arguments, String meaning) {

    /** What a command begins with. */
    static final String MARK = "!!";

    /** A message that is no script. */
    static final SessionHelp DELIVER =
            new SessionHelp("!!deliver", "JSON", "give a message to the function that wasmbox.on was given");

    /** The commands of every session. */
    static final List<SessionHelp> COMMANDS = List.of(
            new SessionHelp("!!snapshot", "[FILE [FORM]]", "write the box to a new file (snapshot-SECONDS.bin)"),
            new SessionHelp("!!restore", "FILE [ENTROPY]", "put the box into the state of a snapshot"),
            new SessionHelp("!!undo", "[N]", "take back the last N messages or restores (1)"),
            new SessionHelp("!!fork", "[NAME] [ENTROPY]", "make another box in this one's state, beside it"),
            new SessionHelp("!!switch", "NAME", "talk to another box"),
            new SessionHelp("!!boxes", "", "list the boxes"),
            new SessionHelp("!!close", "NAME", "let go of another box"),
            new SessionHelp("!!clock", "[MILLIS]", "set the guest's clock and stop it there; without MILLIS: to now"),
            new SessionHelp("!!time", "MESSAGE", "handle the message, and tell how long that took"),
            new SessionHelp("!!info", "", "what the box is like now"),
            new SessionHelp("!!help", "", "this list"),
            new SessionHelp("!!quit", "", "end the session, as the end of the input does"));

    /** Those of a session with a script language. */
    static final List<SessionHelp> OF_SCRIPTS =
            Stream.concat(Stream.of(DELIVER), COMMANDS.stream()).toList();

    /** What some of their arguments can be. */
    static final List<String> NOTES = List.of(
            "ENTROPY is reseed (new random numbers; the default) or identical (a twin: the same",
            "random numbers, and with them the same keys). !!undo is always identical.",
            "FORM is whole (the default), from-base (small; read with the module) or self-contained",
            "(with the module in it; FILE alone wakes it). After a FILE with spaces it is needed.");

    private static final int USAGE_WIDTH = 27;

    /** Whether a line begins with one of some commands. */
    static boolean begins(String line, List<SessionHelp> commands) {
        if (!line.startsWith(MARK)) {
            return false;
        }
        int end = MARK.length();
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
            end++;
        }
        String word = line.substring(0, end);
        return commands.stream().anyMatch(command -> command.name.equals(word));
    }

    /** {@return how they are used} */
    static List<String> usages(List<SessionHelp> commands) {
        return commands.stream().map(SessionHelp::usage).toList();
    }

    /** Writes the list of them. */
    static void show(List<SessionHelp> commands, PrintStream out, Style style) {
        commands.forEach(command -> out.println("  " + style.bold(command.paddedUsage()) + command.meaning()));
        NOTES.forEach(out::println);
    }

    String usage() {
        return arguments.isEmpty() ? name : name + " " + arguments;
    }

    /** The usage, with spaces up to where the meaning begins. */
    String paddedUsage() {
        return usage() + " ".repeat(USAGE_WIDTH - usage().length());
    }
}
