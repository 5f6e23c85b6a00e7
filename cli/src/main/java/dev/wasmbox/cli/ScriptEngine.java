package dev.wasmbox.cli;

import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;

/** A language's engine, loaded. */
interface ScriptEngine {

    /** {@return the engine's module} */
    GuestModule module();

    /** {@return a new box} */
    ScriptBox start(ScriptOptions options);

    /** {@return a box in a snapshot's state} */
    ScriptBox restore(Snapshot snapshot, RestoreOptions restoring, ScriptOptions options);
}
