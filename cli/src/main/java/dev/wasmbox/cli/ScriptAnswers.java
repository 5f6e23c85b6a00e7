package dev.wasmbox.cli;

import dev.wasmbox.TrapException;
import dev.wasmbox.javascript.ConsoleListener;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JsValue;

/** What is said of scripts: as lines for people, or as JSON for programs. */
interface ScriptAnswers extends ConsoleListener {

    /** A script has sent something to its host. */
    void sent(JsValue value);

    /** A script has come to this. */
    void value(JsValue value);

    /** A script has thrown this. */
    void thrown(JavaScriptException exception);

    /** A timer or a reaction to a promise has thrown this, and nobody has caught it. */
    void uncaught(JavaScriptException exception);

    /** A script was ended in the middle, and its box put back to where it was before. */
    void takenBack(TrapException trap);

    /** The commands that there are, and that all else is JavaScript. */
    void help();
}
