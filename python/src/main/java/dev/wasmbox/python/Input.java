package dev.wasmbox.python;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.TypeOf;
import dev.wasmbox.script.Recording;

/**
 * Something that a box was given, and all that it asked for meanwhile: the call, the time, and what the host's functions
 * returned. A box in the state that the first one was in comes to the same state by it, to the byte, without the host's
 * functions: see {@link PythonBox#replay(Input)}. Immutable.
 */
public final class Input {

    private static final Codec<Recording<Request>> CODEC = Codecs.bincode(new TypeOf<>() {});

    private final Recording<Request> recording;

    Input(Recording<Request> recording) {
        this.recording = recording;
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
        return CODEC.encode(recording);
    }

    /** {@return how many calls of the host's functions were replied to} */
    public int calls() {
        return recording.replies().size();
    }

    Recording<Request> recording() {
        return recording;
    }

    @Override
    public String toString() {
        return recording.toString();
    }
}
