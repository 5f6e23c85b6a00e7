package dev.wasmbox.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.CallHandler;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The functions of the host that programs can call. Immutable.
 *
 * @param <V> the values of the language
 */
public final class HostFunctions<V> implements CallHandler {

    /** One of them. */
    @FunctionalInterface
    public interface Function<V> {
        V call(List<V> arguments) throws Exception;
    }

    /** What the guest asks. */
    public record Call<V>(String function, List<V> arguments) {}

    /** What it gets. */
    public sealed interface Reply<V> {
        record Returned<V>(V value) implements Reply<V> {}

        record Failed<V>(String message) implements Reply<V> {}
    }

    private final Map<String, Function<V>> functions;
    private final Codec<Call<V>> calls;
    private final Codec<Reply<V>> replies;
    private final int longest;

    /**
     * @param functions by their names
     * @param calls reads what the guest asks
     * @param replies writes what it gets
     * @param longest how many bytes a reply may have
     */
    public HostFunctions(
            Map<String, Function<V>> functions, Codec<Call<V>> calls, Codec<Reply<V>> replies, int longest) {
        this.functions = functions;
        this.calls = calls;
        this.replies = replies;
        this.longest = longest;
    }

    /**
     * The name of a function, if a guest can be told it.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static String name(String name) {
        if (!UTF_8.newEncoder().canEncode(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "half of a surrogate pair is in the name of a function of the host, which no UTF-8 can say");
        }
        return name;
    }

    @Override
    public byte[] reply(byte[] bytes) {
        Call<V> call = calls.decode(bytes);
        Function<V> function = functions.get(call.function());
        if (function == null) {
            return failed("the host has no function " + call.function());
        }
        try {
            byte[] reply = replies.encode(new Reply.Returned<>(function.call(call.arguments())));
            return reply.length <= longest
                    ? reply
                    : failed("the host's function returned " + reply.length + " bytes; the box allows " + longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the host's function " + call.function() + " was interrupted", e);
        } catch (Exception e) {
            return failed(e.getMessage() == null ? "the host's function failed" : e.getMessage());
        }
    }

    private byte[] failed(String message) {
        try {
            return replies.encode(new Reply.Failed<>(message));
        } catch (CodecException e) {
            return replies.encode(new Reply.Failed<>("the host's function failed, with a message that is no Unicode"));
        }
    }
}
