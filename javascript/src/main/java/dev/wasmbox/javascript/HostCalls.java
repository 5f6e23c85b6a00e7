package dev.wasmbox.javascript;

import dev.wasmbox.CallHandler;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions of one box's host: calls them, and keeps what they returned, or gives that again. */
final class HostCalls implements CallHandler {

    /** What the guest asks. */
    record Call(String function, List<JsValue> arguments) {}

    /** What it gets. */
    sealed interface Reply {
        record Returned(JsValue value) implements Reply {}

        record Failed(String message) implements Reply {}
    }

    private static final Codec<Call> CALLS = Codecs.bincode(Call.class);
    private static final Codec<Reply> REPLIES = Codecs.bincode(Reply.class);

    private final Map<String, JsFunction> functions;
    private List<byte[]> replies = new ArrayList<>();
    private @Nullable Deque<byte[]> replayed;

    HostCalls(Map<String, JsFunction> functions) {
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
        byte[] reply = replayed == null ? called(CALLS.decode(call)) : replayed.poll();
        if (reply == null) {
            throw new IllegalStateException(
                    "the script calls more functions of the host than were recorded: it is not in the state that it was in");
        }
        replies.add(reply);
        return reply;
    }

    private byte[] called(Call call) {
        JsFunction function = functions.get(call.function());
        if (function == null) {
            return failed("the host has no function " + call.function());
        }
        try {
            return REPLIES.encode(new Reply.Returned(JsValue.of(function.call(call.arguments()))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the host's function " + call.function() + " was interrupted", e);
        } catch (Exception e) {
            return failed(e.getMessage() == null ? "the host's function failed" : e.getMessage());
        }
    }

    private static byte[] failed(String message) {
        try {
            return REPLIES.encode(new Reply.Failed(message));
        } catch (CodecException e) {
            return REPLIES.encode(new Reply.Failed("the host's function failed, with a message that is no Unicode"));
        }
    }
}
