package dev.wasmbox.javascript;

/** Gets what scripts write to their console. It is called on the thread that runs the script, and must not call the box. */
@FunctionalInterface
public interface ConsoleListener {

    /** The function of {@code console} that was called. */
    enum Level {
        /** {@code console.log} */
        LOG,
        /** {@code console.info} */
        INFO,
        /** {@code console.warn} */
        WARN,
        /** {@code console.error} */
        ERROR,
        /** {@code console.debug} */
        DEBUG
    }

    /**
     * Something was written. What this throws is thrown by the call of the box in progress, after the script has ended.
     *
     * @param level how it was written
     * @param text what was written, of one line or several
     */
    void write(Level level, String text);
}
