package dev.wasmbox;

/** What a box can do next. */
public enum BoxState {
    /** It takes messages. */
    READY,
    /** The guest's program has ended by itself. It takes no more messages; it can be snapshotted and restored. */
    FINISHED,
    /** The guest was ended in the middle of a message ({@link TrapException}). It can only be restored or closed. */
    TRAPPED,
    /** {@link WasmBox#close()} was called. */
    CLOSED
}
