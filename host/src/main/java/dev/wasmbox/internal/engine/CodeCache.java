package dev.wasmbox.internal.engine;

import org.jspecify.annotations.Nullable;

/** Where a module's compiled code may be found, and is put after compiling. It decides what code is trusted. */
public interface CodeCache {

    /** {@return the code that was stored for this module by this engine, or null} */
    byte @Nullable [] load();

    /** Stores the code for the next time. */
    void store(byte[] code);
}
