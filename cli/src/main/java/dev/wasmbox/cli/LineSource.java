package dev.wasmbox.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where a session's lines come from. */
interface LineSource extends AutoCloseable {

    /** A line that cannot be used; the next one may be. Its message is one sentence. */
    final class BadLineException extends IOException {
        private static final long serialVersionUID = 1;

        BadLineException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Waits for the next line.
     *
     * @param boxes the boxes that it may name, and the one that it is for
     * @return the line without its end, or null at the end of the input
     * @throws BadLineException if there is a line, but no text in UTF-8 of a possible length
     * @throws IOException if the input cannot be read
     */
    @Nullable
    String next(BoxNames boxes) throws IOException;

    /** Says that the guest runs from now on, so that whoever wants to can interrupt this thread, or not any more. */
    default void guestRuns(boolean runs) {}

    @Override
    default void close() throws IOException {}
}
