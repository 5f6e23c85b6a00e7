package dev.wasmbox.cli;

/** What a script has come to, or has sent. */
interface ScriptValue {

    /** {@return the language's own form of it, for people} */
    String text();

    /** {@return whether it is the one that is not shown where a script comes to it} */
    boolean isNothing();

    /** {@return the language's word for what it is} */
    String kind();

    /** {@return what {@link Json} takes, as near as JSON comes to it: a text in the language's form where JSON has no word} */
    Object json();
}
