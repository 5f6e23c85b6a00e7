package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.LimitException;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import dev.wasmbox.cli.Input.NotUnderstood;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A conversation with one box: each line is a message or a command, and whatever goes wrong, the next line is welcome. */
final class Session {

    private final WasmBox<String, String> box;
    private final Environment environment;
    private final Answers answers;
    private final UndoHistory history;
    private final boolean frozen;
    private boolean follows;

    /**
     * Begins a conversation.
     *
     * @param box the box
     * @param environment where files and the time are
     * @param answers what is said goes there; the box's outputs go there by themselves
     * @param history for undo
     * @param frozen whether the clock never follows the host's by itself
     */
    Session(
            WasmBox<String, String> box,
            Environment environment,
            Answers answers,
            UndoHistory history,
            boolean frozen) {
        this.box = box;
        this.environment = environment;
        this.answers = answers;
        this.history = history;
        this.frozen = frozen;
        this.follows = !frozen;
    }

    /**
     * Does what a line says.
     *
     * @param line the line, without its end
     * @return whether the conversation goes on
     */
    boolean handle(String line) {
        Input input;
        try {
            input = Input.parse(line);
        } catch (NotUnderstood e) {
            answers.notUnderstood(Failure.sentence(e));
            return true;
        }
        try {
            switch (input) {
                case Input.Message message -> send(message.text());
                case Input.TakeSnapshot snapshot -> freeze(snapshot.file());
                case Input.Restore restore -> restore(restore.file());
                case Input.SetClock clock -> setClock(clock.time());
                case Input.Undo undo -> undo(undo.steps());
                case Input.Info _ -> answers.info(info());
                case Input.Help _ -> answers.help();
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
            history.clear();
            answers.failed("the Java heap is exhausted, so the steps to go back to were let go;"
                    + " JAVA_TOOL_OPTIONS=-Xmx2g gives it more");
        }
        return true;
    }

    private void send(String message) {
        boolean undoable = history.isEnabled() && box.state() == BoxState.READY;
        if (undoable) {
            history.push(box.snapshot());
        }
        try {
            int outputs = box.send(message).size();
            answers.handled(outputs);
        } catch (TrapException e) {
            answers.trapped(e, history.size() > 0);
        } catch (LimitException | BoxStateException e) {
            if (undoable) {
                history.drop(); // the guest has not run
            }
            answers.failed(refusal(e));
            return;
        } catch (WasmBoxException e) {
            answers.failed("the guest's output is no text: " + Failure.sentence(e));
        }
        if (box.state() == BoxState.FINISHED) {
            answers.finished();
        }
    }

    private String refusal(WasmBoxException exception) {
        return switch (box.state()) {
            case FINISHED ->
                "the guest has finished and takes no more messages; !!undo and !!restore FILE bring it back";
            case TRAPPED -> "the box is trapped and takes no messages; !!undo and !!restore FILE bring it back";
            case READY, CLOSED -> Failure.sentence(exception);
        };
    }

    private void freeze(@Nullable String name) throws IOException {
        Snapshot snapshot = box.snapshot();
        if (name != null) {
            snapshot.write(environment.resolve(Path.of(name)));
            answers.froze(name, snapshot);
            return;
        }
        String stem = "snapshot-" + environment.time().instant().getEpochSecond();
        for (int attempt = 1; ; attempt++) {
            String free = stem + (attempt == 1 ? "" : "-" + attempt) + ".bin";
            try {
                snapshot.write(environment.resolve(Path.of(free)));
                answers.froze(free, snapshot);
                return;
            } catch (FileAlreadyExistsException e) {
                // The next name then.
            }
        }
    }

    private void restore(String name) throws IOException {
        Snapshot snapshot = Snapshot.read(environment.resolve(Path.of(name)));
        Snapshot before = history.isEnabled() && box.state() != BoxState.TRAPPED ? box.snapshot() : null;
        box.restore(snapshot);
        if (before != null) {
            history.push(before);
        }
        answers.restored(name, snapshot);
    }

    private void undo(int steps) {
        if (steps > history.size()) {
            answers.failed(
                    history.size() == 0
                            ? "there is nothing to undo"
                            : "only " + history.size() + " of that can be undone; !!undo " + history.size()
                                    + " goes back so far");
            return;
        }
        Snapshot snapshot = history.get(steps);
        box.restore(snapshot);
        for (int i = 0; i < steps; i++) {
            history.drop();
        }
        answers.undone(steps, snapshot.messages());
    }

    private void setClock(@Nullable Instant time) {
        follows = time == null && !frozen;
        if (follows) {
            box.setClock(BoxClock.following(environment.time()));
        } else {
            box.setClock(BoxClock.fixed(time != null ? time : environment.time().instant()));
        }
        answers.clock(box.clock(), follows);
    }

    private BoxInfo info() {
        BoxInfo.Contents contents = null;
        if (box.state() != BoxState.TRAPPED) {
            Snapshot snapshot = box.snapshot();
            contents = new BoxInfo.Contents(
                    snapshot.messages(),
                    snapshot.outputs(),
                    snapshot.memoryBytes(),
                    snapshot.toBytes().length,
                    snapshot.digest());
        }
        return new BoxInfo(
                box.state(),
                box.clock(),
                follows,
                contents,
                history.size(),
                box.module().digest(),
                box.module().engine());
    }
}
