package dev.wasmbox.cli;

import java.util.List;

/**
 * A command of a session, as {@code !!help} tells it.
 *
 * @param name the command, with its exclamation marks
 * @param arguments what follows it, or nothing
 * @param meaning what it does
 */
record SessionHelp(String name, String arguments, String meaning) {

    /** All commands. */
    static final List<SessionHelp> COMMANDS = List.of(
            new SessionHelp("!!snapshot", "[FILE]", "write the box to a new file (snapshot-SECONDS.bin)"),
            new SessionHelp("!!restore", "FILE", "put the box into the state of a snapshot"),
            new SessionHelp("!!undo", "[N]", "take back the last N messages or restores (1)"),
            new SessionHelp("!!clock", "[MILLIS]", "set the guest's clock and stop it there; without MILLIS: to now"),
            new SessionHelp("!!info", "", "what the box is like now"),
            new SessionHelp("!!help", "", "this list"),
            new SessionHelp("!!quit", "", "end the session, as the end of the input does"));

    String usage() {
        return arguments.isEmpty() ? name : name + " " + arguments;
    }
}
