package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import java.time.Instant;
import java.util.List;

/** A box that a session talks to: a guest's, or a script engine's. */
interface SessionBox extends AutoCloseable {

    /**
     * What can be written in place of the end of a line.
     *
     * @param prefix that end, perhaps empty
     * @param words what it may become
     */
    record Completions(String prefix, List<String> words) {}

    GuestModule module();

    BoxState state();

    Instant clock();

    void setClock(BoxClock clock);

    Snapshot snapshot();

    void restore(Snapshot snapshot, RestoreOptions options);

    /** A new box in this one's state. */
    SessionBox fork(Entropy entropy);

    /** {@return the commands of a session with this box} */
    List<SessionHelp> commands();

    /** {@return whether a line is for the box, and no command} */
    boolean isMessage(String line);

    /** {@return whether a line is all that there is to a message; more lines are asked for until it is} */
    boolean isWhole(String line);

    /** {@return how many spaces are a good beginning of the line that a message goes on with, of which there is this so far} */
    default int indentation(String before) {
        return 0;
    }

    /** {@return how a message may go on, of which there is this so far} */
    Completions complete(String before);

    /**
     * Sends a message, and says what becomes of it.
     *
     * @param message the message, in the user's form
     * @param undoable whether there would be something to undo, had this been done
     * @return whether the box may be another one now, so that there is something to undo
     */
    boolean send(String message, boolean undoable);

    /** Says which commands there are, and what messages are. */
    void help();

    @Override
    void close();
}
