package dev.wasmbox.cli;

import dev.wasmbox.Entropy;
import dev.wasmbox.LogListener;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a session says: as lines for people, or as JSON for programs. */
interface Answers {

    /** The guest sent an output. */
    void output(Output output);

    /** The guest wrote a line to one of its standard streams. */
    void log(LogListener.Stream stream, String line);

    /** The guest has handled a message. */
    void handled(int outputs);

    /** The guest's program has just ended by itself. */
    void finished();

    /** The guest was ended in the middle of a message. */
    void trapped(TrapException trap, boolean undoable);

    /** A snapshot is in the file now. */
    void froze(String file, Snapshot snapshot);

    /** The box is in the state that the file holds, but for its entropy, perhaps. */
    void restored(String file, Snapshot snapshot, Entropy entropy, SessionBox box);

    /** What was to be timed took so long. */
    void took(Duration time);

    /** There is a new box in the state of the current one, but for its entropy, perhaps. */
    void forked(String from, NamedBox box, Entropy entropy);

    /** The next lines are for this box. */
    void switched(String box);

    /** A box is gone. */
    void closed(String box);

    /** The boxes that there are. */
    void boxes(String current, List<NamedBox> boxes);

    /** The clock was set. */
    void clock(Instant time, boolean follows);

    /** The box is as it was some steps ago, its clock included. */
    void undone(int steps, long messages, boolean follows);

    /** What the box is like. */
    void info(BoxInfo info);

    /** The commands that there are, and what messages are. */
    void help(Messages messages);

    /** A line was no command. */
    void notUnderstood(String sentence);

    /** Something was understood and did not work. */
    void failed(String sentence);
}
