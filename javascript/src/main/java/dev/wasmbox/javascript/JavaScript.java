package dev.wasmbox.javascript;

import dev.wasmbox.Engine;
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
 * The JavaScript engine, ready to run: QuickJS as a guest, loaded and compiled once. Immutable; any number of boxes on any
 * threads share one. Its compiled code comes along, so that it is loaded in some tenths of a second.
 *
 * {@snippet :
 * JavaScript javaScript = JavaScript.load();
 * try (JavaScriptBox box = javaScript.start()) {
 *     box.evaluate("let n = 0; const next = () => ++n");
 *     box.call("next"); // 1
 *     Snapshot snapshot = box.snapshot();
 *     box.call("next"); // 2
 *     box.restore(snapshot);
 *     box.call("next"); // 2
 * }
 * }
 */
public final class JavaScript {

    static final String GUEST = "javascript.wasm";

    private final GuestModule module;

    private JavaScript(GuestModule module) {
        this.module = module;
    }

    /** {@return the engine, compiled} */
    public static JavaScript load() {
        return load(ModuleOptions.standard());
    }

    /**
     * Loads the engine. It is compiled, with the options' key and cache, only if the code that comes along is not that of this
     * version of the library.
     *
     * @param options how it is to be prepared
     * @return the engine
     */
    public static JavaScript load(ModuleOptions options) {
        try {
            GuestModule precompiled = options.engine() == Engine.COMPILED ? Precompiled.load() : null;
            return new JavaScript(precompiled != null ? precompiled : prepare(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GuestModule prepare(ModuleOptions options) throws IOException {
        try (InputStream stream = JavaScript.class.getResourceAsStream(GUEST)) {
            if (stream == null) {
                throw new IllegalStateException("this wasmbox-javascript was built without its guest: run"
                        + " scripts/build-guests at the root of the repository, and build it again");
            }
            return GuestModule.load(stream, options);
        }
    }

    /** {@return the guest's module, for whoever looks into snapshots or compares them} */
    public GuestModule module() {
        return module;
    }

    /** {@return a box with the standard options; it belongs to the caller} */
    public JavaScriptBox start() {
        return start(JavaScriptOptions.standard());
    }

    /**
     * Starts a box.
     *
     * @param options how it is to be
     * @return the box; it belongs to the caller
     */
    public JavaScriptBox start(JavaScriptOptions options) {
        return new JavaScriptBox(options, Interpreter.start(module, options.setup())).defined();
    }

    /**
     * Wakes a box in a snapshot's state. What {@code Math.random} gives is made from a new seed; see
     * {@link #restore(Snapshot, JavaScriptOptions, RestoreOptions)}.
     *
     * @param snapshot a snapshot of a box of this version of the engine
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @return the box; it belongs to the caller
     * @throws SnapshotException if the snapshot is of another module, or too large for the options' limits
     */
    public JavaScriptBox restore(Snapshot snapshot, JavaScriptOptions options) {
        return restore(snapshot, options, RestoreOptions.standard());
    }

    /**
     * Wakes a box in a snapshot's state.
     *
     * @param snapshot a snapshot of a box of this version of the engine
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param restoring what becomes of the entropy, of which {@code Math.random} is made
     * @return the box; it belongs to the caller
     * @throws SnapshotException if the snapshot is of another module, or too large for the options' limits
     */
    public JavaScriptBox restore(Snapshot snapshot, JavaScriptOptions options, RestoreOptions restoring) {
        return new JavaScriptBox(options, Interpreter.restore(module, options.setup(), snapshot, restoring));
    }
}
