package dev.wasmbox.script;

import dev.wasmbox.CallHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one box asks of its host: has it answered and keeps the replies, or gives them again. */
final class RecordedCalls implements CallHandler {

    private final CallHandler functions;
    private List<byte[]> replies = new ArrayList<>();
    private @Nullable Deque<byte[]> replayed;

    RecordedCalls(CallHandler functions) {
        this.functions = functions;
    }

    /** From now on the functions are called. */
    void record() {
        replies = new ArrayList<>();
        replayed = null;
    }

    /** From now on they are not: these are the replies. */
    void replay(List<byte[]> given) {
        replies = new ArrayList<>();
        replayed = new ArrayDeque<>(given);
    }

    /** {@return what was replied since} */
    List<byte[]> replies() {
        return replies;
    }

    @Override
    public byte[] reply(byte[] call) {
        byte[] reply = replayed == null ? functions.reply(call) : replayed.poll();
        if (reply == null) {
            throw new IllegalStateException(
                    "the program calls more functions of the host than were recorded: it is not in the state that it was in");
        }
        replies.add(reply);
        return reply;
    }
}
