package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CodecException;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.LimitException;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.time.Instant;
import java.util.List;

/**
 * A box of whatever guest.
 *
 * @param box the box, whose outputs go to the answers by themselves
 * @param messages what its messages are
 * @param answers what becomes of messages is said there
 */
record GuestBox(WasmBox<byte[], Output> box, Messages messages, Answers answers) implements SessionBox {

    @Override
    public GuestModule module() {
        return box.module();
    }

    @Override
    public BoxState state() {
        return box.state();
    }

    @Override
    public Instant clock() {
        return box.clock();
    }

    @Override
    public void setClock(BoxClock clock) {
        box.setClock(clock);
    }

    @Override
    public Snapshot snapshot() {
        return box.snapshot();
    }

    @Override
    public void restore(Snapshot snapshot, RestoreOptions options) {
        box.restore(snapshot, options);
    }

    @Override
    public SessionBox fork(Entropy entropy) {
        return new GuestBox(box.fork(entropy), messages, answers);
    }

    @Override
    public List<SessionHelp> commands() {
        return SessionHelp.COMMANDS;
    }

    @Override
    public boolean isMessage(String line) {
        return !line.startsWith(SessionHelp.MARK);
    }

    @Override
    public boolean isWhole(String line) {
        return true;
    }

    @Override
    public Completions complete(String before) {
        return new Completions(before, messages.examples());
    }

    @Override
    public boolean send(String line, boolean undoable) {
        byte[] message;
        try {
            message = messages.encode(line);
        } catch (CodecException e) {
            answers.failed(messages.refusal(line, e));
            return false;
        }
        try {
            int outputs = box.send(message).size();
            answers.handled(outputs);
        } catch (TrapException e) {
            answers.trapped(e, undoable);
        } catch (LimitException | BoxStateException e) {
            answers.failed(refusal(e)); // the guest has not run
            return false;
        } catch (WasmBoxException e) {
            answers.failed("the guest's output cannot be read: " + Failure.sentence(e));
        }
        return true;
    }

    private String refusal(WasmBoxException exception) {
        return switch (box.state()) {
            case FINISHED ->
                "the guest has finished and takes no more messages; !!undo and !!restore FILE bring it back";
            case TRAPPED -> "the box is trapped and takes no messages; !!undo and !!restore FILE bring it back";
            case READY, CLOSED -> Failure.sentence(exception);
        };
    }

    @Override
    public void help() {
        answers.help(messages);
    }

    @Override
    public void close() {
        box.close();
    }
}
