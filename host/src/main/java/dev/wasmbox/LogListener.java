package dev.wasmbox;

/** Gets what a guest writes to its standard streams. It is called on the thread that runs the guest. */
@FunctionalInterface
public interface LogListener {

    /** The stream that a line was written to. */
    enum Stream {
        /** Standard output. */
        STDOUT,
        /** Standard error. */
        STDERR
    }

    /**
     * A line was written, or the last part of one when a message ends. What it throws is thrown by the
     * {@link WasmBox#send(Object)} in progress, after the guest has handled the message.
     *
     * @param stream where the guest wrote it
     * @param line the text without its line feed; bytes that are not UTF-8 are shown as U+FFFD
     */
    void line(Stream stream, String line);
}
