package dev.wasmbox.cli;

import dev.wasmbox.TrapException;

/** What is said of scripts: as lines for people, or as JSON for programs. */
interface ScriptAnswers {

    /** How a script has meant what it writes. */
    enum Level {
        /** Said. */
        LOG,
        /** Told. */
        INFO,
        /** For those who look for mistakes. */
        DEBUG,
        /** A warning. */
        WARN,
        /** An error, or what is not to be mixed with what is said. */
        ERROR
    }

    /** {@return what is said of the session} */
    Answers session();

    /** {@return whether values are for people to look at} */
    boolean areForPeople();

    /**
     * A script has written something.
     *
     * @param level how it is meant
     * @param text what it is
     * @param isLine whether that is a line without its end, and not any part of the text, line ends included
     */
    void console(Level level, String text, boolean isLine);

    /** A script has sent something to its host. */
    void sent(ScriptValue value);

    /** A script has come to this. */
    void value(ScriptValue value);

    /** A script has thrown this. */
    void thrown(ScriptError error);

    /** Something has thrown this that the script has left waiting, and nobody has caught it. */
    void uncaught(ScriptError error);

    /** A script was ended in the middle, and its box put back to where it was before. */
    void takenBack(TrapException trap);

    /** The commands that there are, and that all else is a script. */
    void help();
}
