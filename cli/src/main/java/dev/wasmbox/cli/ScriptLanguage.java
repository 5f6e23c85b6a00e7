package dev.wasmbox.cli;

import dev.wasmbox.ModuleOptions;

/** A language whose scripts the command line runs: what is the language's own, and nothing of what all have in common. */
interface ScriptLanguage {

    /** {@return what people call it} */
    String name();

    /** {@return the command that runs it} */
    String command();

    /** {@return what stands before a line that somebody types} */
    String prompt();

    /** {@return how errors call a message of a session, the first of which is number 1} */
    String inputName(long number);

    /** {@return how errors call what an option has} */
    String codeName();

    /** {@return how errors call what standard input has} */
    String standardInputName();

    /** {@return the pieces of a script, for its colours} */
    ScriptTokens tokens(String source);

    /** {@return how many spaces are a good beginning of the line that a script goes on with, of which there is this so far} */
    default int indentation(String before) {
        return 0;
    }

    /**
     * Loads the engine.
     *
     * @param options how it is to be prepared
     * @return the engine
     * @throws IllegalStateException if this build has none
     */
    ScriptEngine load(ModuleOptions options);
}
