package dev.wasmbox.python;

/** Gets what programs print. It is called on the thread that runs the program, and must not call the box. */
@FunctionalInterface
public interface ConsoleListener {

    /** Where something was written to. */
    enum Stream {
        /** {@code sys.stdout}, to which {@code print} writes */
        OUTPUT,
        /** {@code sys.stderr} */
        ERROR
    }

    /**
     * Something was written. Of what is printed in one call of the box, as much comes at once as is convenient: whole lines
     * if they are not too long. What this throws is thrown by the call of the box in progress, after the program has ended.
     *
     * @param stream where it was written to
     * @param text what was written, with the ends of its lines
     */
    void write(Stream stream, String text);
}
