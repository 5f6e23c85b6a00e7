package dev.wasmbox.script;

import dev.wasmbox.CallHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What one box asks of its host: has it answered, and keeps the replies if they are wanted; or gives them again. */
final class RecordedCalls implements CallHandler {

    private final CallHandler functions;
    private final long mostBytes;

    private final List<byte[]> replies = new ArrayList<>();
    private long bytes;
    private @Nullable Queue<byte[]> replayed;

    /**
     * @param functions what answers
     * @param mostBytes how many bytes of replies are kept; 0 if none are wanted
     */
    RecordedCalls(CallHandler functions, long mostBytes) {
        this.functions = functions;
        this.mostBytes = mostBytes;
    }

    /** From now on the functions are called. */
    void record() {
        replies.clear();
        bytes = 0;
        replayed = null;
    }

    /** {@return what was replied since} */
    List<byte[]> replies() {
        return replies;
    }

    /** From now on they are not called: these are the replies, in a queue that loses those that were given. */
    void replay(Queue<byte[]> given) {
        replies.clear();
        replayed = given;
    }

    @Override
    public byte[] reply(byte[] call) {
        if (replayed == null) {
            return kept(functions.reply(call));
        }
        byte[] reply = replayed.poll();
        if (reply == null) {
            throw new IllegalStateException(
                    "the program calls more functions of the host than were recorded: it is not in the state that it was in");
        }
        return reply;
    }

    private byte[] kept(byte[] reply) {
        if (mostBytes > 0) {
            bytes += reply.length;
            if (bytes > mostBytes) {
                throw new IllegalStateException("the host's functions returned more than " + mostBytes
                        + " bytes in one call of the box: that is too much to be recorded");
            }
            replies.add(reply);
        }
        return reply;
    }
}
