package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.cli.Input.NotUnderstood;
import dev.wasmbox.cli.UndoHistory.Step;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a box, and with those that are forked from it: each line is a message or a command for the one that
 * is current, and whatever goes wrong, the next line is welcome.
 */
final class Session implements AutoCloseable {

    /** What the first box is called. */
    private static final String FIRST = "main";

    private final SnapshotReader reader;
    private final Environment environment;
    private final Answers answers;
    private final boolean frozen;
    private final int undoSteps;
    private final long undoBytes;

    /** By their names, in the order of their coming into being. */
    private final Map<String, NamedBox> boxes = new LinkedHashMap<>();

    private NamedBox current;
    private int lastNumber;

    /**
     * Begins a conversation.
     *
     * @param box the first box; it is closed with the session
     * @param reader reads what is restored
     * @param environment where files and the time are
     * @param answers what is said goes there; the boxes' outputs go there by themselves
     * @param undoSteps how many steps can be undone in each box
     * @param undoBytes how much memory may be used for that, in all boxes together
     * @param frozen whether the clock never follows the host's by itself
     */
    Session(
            SessionBox box,
            SnapshotReader reader,
            Environment environment,
            Answers answers,
            int undoSteps,
            long undoBytes,
            boolean frozen) {
        this.reader = reader;
        this.environment = environment;
        this.answers = answers;
        this.frozen = frozen;
        this.undoSteps = undoSteps;
        this.undoBytes = undoBytes;
        this.current = new NamedBox(FIRST, box, new UndoHistory(undoSteps, undoBytes), !frozen);
        boxes.put(FIRST, current);
    }

    private BoxNames names() {
        return new BoxNames(current.name(), List.copyOf(boxes.keySet()));
    }

    /** The box that the next line is for. */
    SessionBox current() {
        return current.box();
    }

    /**
     * Converses until the lines end, or somebody ends it.
     *
     * @param lines what is said to the boxes
     * @param out where the answers go: if nobody reads them any more, that is the end
     */
    void converse(LineSource lines, PrintStream out) throws IOException {
        if (current.box().state() == BoxState.FINISHED) {
            answers.finished();
        }
        boolean goesOn = true;
        while (goesOn && !out.checkError()) {
            String line;
            try {
                line = lines.next(names());
            } catch (LineSource.BadLineException e) {
                answers.failed(Failure.sentence(e));
                continue;
            }
            if (line == null) {
                return;
            }
            lines.guestRuns(true);
            try {
                goesOn = handle(line);
            } finally {
                lines.guestRuns(false);
                // Whoever interrupted the guest meant this message only.
                boolean _ = Thread.interrupted();
            }
        }
    }

    @Override
    public void close() {
        boxes.values().forEach(named -> named.box().close());
    }

    /**
     * Does what a line says.
     *
     * @param line the line, without its end
     * @return whether the conversation goes on
     */
    private boolean handle(String line) {
        Input input;
        try {
            input = current.box().isMessage(line) ? new Input.Message(line) : Input.parse(line);
        } catch (NotUnderstood e) {
            answers.notUnderstood(Failure.sentence(e));
            return true;
        }
        try {
            switch (input) {
                case Input.Message message -> send(message.text());
                case Input.Time time -> time(time.message());
                case Input.TakeSnapshot snapshot ->
                    freeze(snapshot.file(), snapshot.form().of(current.box().module()));
                case Input.Restore restore -> restore(restore.file(), restore.entropy());
                case Input.Fork fork -> fork(fork.name(), fork.entropy());
                case Input.Switch to -> switchTo(to.name());
                case Input.Close close -> close(close.name());
                case Input.Boxes _ -> answers.boxes(current.name(), List.copyOf(boxes.values()));
                case Input.SetClock clock -> setClock(clock.time());
                case Input.Undo undo -> undo(undo.steps());
                case Input.Info _ -> answers.info(info());
                case Input.Help _ -> current.box().help();
                case Input.Quit _ -> {
                    return false;
                }
            }
        } catch (WasmBoxException e) {
            answers.failed(Failure.sentence(e));
        } catch (InvalidPathException e) {
            answers.failed("that is no name of a file");
        } catch (IOException e) {
            answers.failed(Failure.sentence(e));
        } catch (OutOfMemoryError e) {
            boxes.values().forEach(named -> named.history().clear());
            answers.failed("the Java heap is exhausted, so the steps to go back to were let go;"
                    + " JAVA_TOOL_OPTIONS=-Xmx2g gives it more");
        }
        return true;
    }

    private void send(String message) {
        SessionBox box = current.box();
        UndoHistory history = current.history();
        Step here = box.state() == BoxState.READY ? current.here() : null;
        boolean done = box.send(message, here != null || history.size() > 0);
        if (done && here != null) {
            history.push(here);
        }
        if (done && box.state() == BoxState.FINISHED) {
            answers.finished();
        }
    }

    private void time(String message) {
        long begin = System.nanoTime();
        send(message);
        answers.took(Duration.ofNanos(System.nanoTime() - begin));
    }

    private void freeze(@Nullable String name, SnapshotForm form) throws IOException {
        Snapshot snapshot = current.box().snapshot();
        if (name != null) {
            snapshot.write(environment.resolve(Path.of(name)), form);
            answers.froze(name, snapshot);
            return;
        }
        String stem = "snapshot-" + environment.time().instant().getEpochSecond();
        for (int attempt = 1; ; attempt++) {
            String free = stem + (attempt == 1 ? "" : "-" + attempt) + ".bin";
            try {
                snapshot.write(environment.resolve(Path.of(free)), form);
                answers.froze(free, snapshot);
                return;
            } catch (FileAlreadyExistsException e) {
                // The next name then.
            }
        }
    }

    private void restore(String name, Entropy entropy) throws IOException {
        SessionBox box = current.box();
        Snapshot snapshot = reader.withModule(box.module()).read(environment.resolve(Path.of(name)));
        Step here = current.here();
        box.restore(snapshot, RestoreOptions.standard().withEntropy(entropy));
        if (here != null) {
            current.history().push(here);
        }
        answers.restored(name, snapshot, entropy, box);
    }

    private void undo(int steps) {
        int size = current.history().size();
        if (steps > size) {
            answers.failed(
                    size == 0
                            ? "there is nothing to undo"
                            : "only " + size + " of that can be undone; !!undo " + size + " goes back so far");
            return;
        }
        Snapshot snapshot = current.undo(steps, environment.time());
        answers.undone(steps, snapshot.messages(), current.follows());
    }

    private void fork(@Nullable String name, Entropy entropy) {
        if (name != null && boxes.containsKey(name)) {
            answers.failed("there is a box " + name + " already; !!boxes lists them");
            return;
        }
        // The number of a box that is gone is not given again: two boxes of one name would be confused afterwards.
        int number = lastNumber;
        String free = name;
        while (free == null || boxes.containsKey(free)) {
            number++;
            free = String.valueOf(number);
        }
        NamedBox fork = current.fork(free, entropy, new UndoHistory(undoSteps, undoBytes));
        lastNumber = number;
        boxes.put(free, fork);
        shareUndoBytes();
        answers.forked(current.name(), fork, entropy);
    }

    private void switchTo(String name) {
        NamedBox named = boxes.get(name);
        if (named == null) {
            answers.failed(noSuchBox(name));
            return;
        }
        current = named;
        answers.switched(name);
    }

    private void close(String name) {
        NamedBox named = boxes.get(name);
        if (named == null) {
            answers.failed(noSuchBox(name));
        } else if (named == current) {
            answers.failed(
                    boxes.size() == 1
                            ? name + " is the only box; !!quit ends the session"
                            : name + " is the box that you are talking to; !!switch to another one first");
        } else {
            boxes.remove(name);
            named.box().close();
            shareUndoBytes();
            answers.closed(name);
        }
    }

    private static String noSuchBox(String name) {
        return "there is no box " + name + "; !!boxes lists them";
    }

    private void shareUndoBytes() {
        boxes.values().forEach(named -> named.history().limitTo(undoBytes / boxes.size()));
    }

    private void setClock(@Nullable Instant time) {
        boolean follows = time == null && !frozen;
        current.setClock(
                follows
                        ? BoxClock.following(environment.time())
                        : BoxClock.fixed(
                                time != null ? time : environment.time().instant()));
        answers.clock(current.box().clock(), follows);
    }

    private BoxInfo info() {
        SessionBox box = current.box();
        BoxInfo.Contents contents = null;
        if (box.state() != BoxState.TRAPPED) {
            Snapshot snapshot = box.snapshot();
            contents = new BoxInfo.Contents(
                    snapshot.messages(),
                    snapshot.outputs(),
                    snapshot.memoryBytes(),
                    UndoHistory.bytesInUse(snapshot),
                    snapshot.digest());
        }
        return new BoxInfo(
                current.name(),
                box.state(),
                box.clock(),
                current.follows(),
                contents,
                current.history().size(),
                box.module().digest(),
                box.module().engine());
    }
}
