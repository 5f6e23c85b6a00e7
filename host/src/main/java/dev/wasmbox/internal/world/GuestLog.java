package dev.wasmbox.internal.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.LogListener;
import dev.wasmbox.LogListener.Stream;
import java.io.ByteArrayOutputStream;

/**
 * Cuts what a guest writes to a standard stream into lines. Holds nothing from one message to the next, so that it is no
 * part of a snapshot.
 */
final class GuestLog {

    /** A line that is longer is handed over in pieces, so that no guest fills the host's memory with one. */
    private static final int MAXIMUM_LINE_BYTES = 64 << 10;

    private static final int TAIL_LINES_CHARACTERS = 2_000;

    private final Stream stream;
    private final LogListener listener;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);
    private final StringBuilder tail = new StringBuilder(0);

    GuestLog(Stream stream, LogListener listener) {
        this.stream = stream;
        this.listener = listener;
    }

    void write(byte[] bytes) {
        for (byte value : bytes) {
            if (value != '\n') {
                line.write(value);
            }
            if (value == '\n' || line.size() >= MAXIMUM_LINE_BYTES) {
                GuestWorld.checkInterrupt();
                emit();
            }
        }
    }

    /** Hands over the last line of a message, if it did not end with a line feed. */
    void flush() {
        if (line.size() > 0) {
            emit();
        }
    }

    /** Forgets what {@link #tail()} told. */
    void beginMessage() {
        line.reset();
        tail.setLength(0);
    }

    /** The last of what was written since the message began, for the report of a trap. */
    String tail() {
        return tail + (tail.isEmpty() || line.size() == 0 ? "" : "\n") + line.toString(UTF_8);
    }

    private void emit() {
        String text = line.toString(UTF_8);
        line.reset();
        if (stream == Stream.STDERR) {
            tail.append(tail.isEmpty() ? "" : "\n").append(text);
            tail.delete(0, Math.max(0, tail.length() - TAIL_LINES_CHARACTERS));
        }
        listener.line(stream, text);
    }
}
