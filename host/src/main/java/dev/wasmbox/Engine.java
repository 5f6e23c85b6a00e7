package dev.wasmbox;

/** How a guest's instructions are executed. Both engines do the same, bit for bit; they differ in speed only. */
public enum Engine {
    /** The module is compiled to Java bytecode once, when it is loaded. The default. */
    COMPILED,
    /** The instructions are interpreted: nothing to prepare, and about a hundred times slower. */
    INTERPRETED
}
