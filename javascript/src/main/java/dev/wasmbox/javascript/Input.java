package dev.wasmbox.javascript;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that a box was given, and all that it asked for meanwhile: the call, the time, and what the host's functions
 * returned. A box in the state that the first one was in comes to the same state by it, to the byte, without the host's
 * functions: see {@link JavaScriptBox#replay(Input)}. Immutable.
 */
public final class Input {

    /**
     * What it is made of.
     *
     * @param time what the box's clock was set to before, if it follows another
     */
    private record Content(Request request, Optional<Instant> time, List<byte[]> replies) {}

    private static final Codec<Content> CODEC = Codecs.bincode(Content.class);

    private final Content content;

    Input(Request request, Optional<Instant> time, List<byte[]> replies) {
        this(new Content(request, time, List.copyOf(replies)));
    }

    private Input(Content content) {
        this.content = content;
    }

    /**
     * Reads one.
     *
     * @param bytes what {@link #toBytes()} gave, in this version of the library
     * @return the input
     * @throws CodecException if they are something else
     */
    public static Input of(byte[] bytes) {
        return new Input(CODEC.decode(bytes));
    }

    /** {@return its bytes, to be kept or sent} */
    public byte[] toBytes() {
        return CODEC.encode(content);
    }

    /** {@return how many calls of the host's functions were replied to} */
    public int calls() {
        return content.replies().size();
    }

    Request request() {
        return content.request();
    }

    Optional<Instant> time() {
        return content.time();
    }

    List<byte[]> replies() {
        return content.replies();
    }

    @Override
    public String toString() {
        return content.request().getClass().getSimpleName() + " with " + calls() + " calls of the host";
    }
}
