package dev.wasmbox.python;

import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.script.Interpreter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Python, ready to run: MicroPython as a guest, loaded and compiled once. Immutable; any number of boxes on any
 * threads share one. It takes some seconds to load, unless {@link ModuleOptions#withCache} keeps what was compiled.
 *
 * {@snippet :
 * Python python = Python.load();
 * try (PythonBox box = python.start()) {
 *     box.evaluate("""
 *             n = 0
 *             def next():
 *                 global n
 *                 n += 1
 *                 return n
 *             """);
 *     box.call("next"); // 1
 *     Snapshot snapshot = box.snapshot();
 *     box.call("next"); // 2
 *     box.restore(snapshot);
 *     box.call("next"); // 2
 * }
 * }
 */
public final class Python {

    private static final String GUEST = "python.wasm";

    private final GuestModule module;

    private Python(GuestModule module) {
        this.module = module;
    }

    /** {@return the interpreter, compiled} */
    public static Python load() {
        return load(ModuleOptions.standard());
    }

    /**
     * Loads the interpreter.
     *
     * @param options how it is to be prepared
     * @return the interpreter
     */
    public static Python load(ModuleOptions options) {
        try (InputStream stream = Python.class.getResourceAsStream(GUEST)) {
            if (stream == null) {
                throw new IllegalStateException("this wasmbox-python was built without its guest: run"
                        + " scripts/build-guests at the root of the repository, and build it again");
            }
            return new Python(GuestModule.load(stream, options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the guest's module, for whoever looks into snapshots or compares them} */
    public GuestModule module() {
        return module;
    }

    /** {@return a box with the standard options; it belongs to the caller} */
    public PythonBox start() {
        return start(PythonOptions.standard());
    }

    /**
     * Starts a box.
     *
     * @param options how it is to be
     * @return the box; it belongs to the caller
     */
    public PythonBox start(PythonOptions options) {
        return new PythonBox(options, Interpreter.start(module, options.setup())).defined();
    }

    /**
     * Wakes a box in a snapshot's state. What {@code random} gives is made from a new seed; see
     * {@link #restore(Snapshot, PythonOptions, RestoreOptions)}.
     *
     * @param snapshot a snapshot of a box of this version of the interpreter
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @return the box; it belongs to the caller
     * @throws SnapshotException if the snapshot is of another module, or too large for the options' limits
     */
    public PythonBox restore(Snapshot snapshot, PythonOptions options) {
        return restore(snapshot, options, RestoreOptions.standard());
    }

    /**
     * Wakes a box in a snapshot's state.
     *
     * @param snapshot a snapshot of a box of this version of the interpreter
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param restoring what becomes of the entropy, of which {@code random} is made
     * @return the box; it belongs to the caller
     * @throws SnapshotException if the snapshot is of another module, or too large for the options' limits
     */
    public PythonBox restore(Snapshot snapshot, PythonOptions options, RestoreOptions restoring) {
        return new PythonBox(options, Interpreter.restore(module, options.setup(), snapshot, restoring));
    }
}
