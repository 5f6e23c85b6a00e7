package dev.wasmbox.bench.boxes;

/**
 * An engine with one guest, loaded: what can be done to its boxes. Any number of threads may use it, each with boxes of
 * its own.
 *
 * @param <B> a box
 * @param <S> a state that a box can be put into
 */
public interface Contender<B, S> {

    /** {@return a box that is ready for its first message} */
    B start();

    /**
     * Sends a message.
     *
     * @param box a box
     * @param message the message
     * @return the answer
     */
    byte[] send(B box, byte[] message);

    /**
     * Takes a box's state.
     *
     * @param box a box
     * @return the state, which does not change any more
     */
    default S snapshot(B box) {
        throw new UnsupportedOperationException();
    }

    /**
     * Puts a box into a state that was taken before.
     *
     * @param box a box
     * @param state the state
     */
    default void restore(B box, S state) {
        throw new UnsupportedOperationException();
    }

    /**
     * A second box in the same state.
     *
     * @param box a box
     * @return another
     */
    default B fork(B box) {
        throw new UnsupportedOperationException();
    }

    /**
     * A state as the contents of a file.
     *
     * @param state the state
     * @return the bytes
     */
    default byte[] toBytes(S state) {
        throw new UnsupportedOperationException();
    }

    /**
     * A box in the state that is in a file.
     *
     * @param file the file's contents
     * @return a box
     */
    default B wake(byte[] file) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets go of a box.
     *
     * @param box a box that nobody uses any more
     */
    void close(B box);
}
