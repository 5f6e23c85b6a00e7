package dev.wasmbox.internal.abi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.internal.engine.ModuleShape;
import dev.wasmbox.internal.engine.ModuleShape.Kind;
import dev.wasmbox.internal.wasi.WasiPreview1;
import dev.wasmbox.internal.world.GuestMemory;
import dev.wasmbox.internal.world.GuestWorld;
import dev.wasmbox.internal.world.HostFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The guest's contract, checked when a module is loaded: what it must export, and all that it may import. */
public final class Abi {

    static final String INITIALIZE = "wasmbox_initialize";
    static final String SEND = "wasmbox_send";
    static final String MALLOC = "wasmbox_malloc";
    static final String FREE = "wasmbox_free";

    /** Optional, together: how a guest hands its state out, and how a newer module of the same guest takes it. */
    static final String EXPORT_STATE = "wasmbox_export_state";

    static final String IMPORT_STATE = "wasmbox_import_state";

    /** Optional: the address of a place for messages that are not too long for it. */
    static final String EXCHANGE = "wasmbox_exchange";

    /** What a WASI reactor exports, to be called before anything else. */
    static final String WASI_INITIALIZE = "_initialize";

    /** The exports that a host calls once, before any message. */
    public static final Set<String> INITIALIZERS = Set.of(WASI_INITIALIZE, INITIALIZE);

    private static final String MEMORY = "memory";
    private static final int MAXIMUM_PANIC_BYTES = 64 << 10;

    private static final Map<String, HostFunction> PROVIDED = provided();

    private Abi() {}

    private static Map<String, HostFunction> provided() {
        List<HostFunction> functions = new ArrayList<>(WasiPreview1.FUNCTIONS);
        functions.add(new HostFunction("env", "wasmbox_callback", "ii", "", (world, memory, arguments) -> {
            world.output(memory, (int) arguments[0], (int) arguments[1]);
            return 0;
        }));
        functions.add(new HostFunction("env", "wasmbox_finished", "", "", (world, memory, arguments) -> {
            world.finish();
            return 0;
        }));
        functions.add(new HostFunction("env", "wasmbox_panicked", "ii", "", Abi::panicked));
        functions.add(new HostFunction(
                "env",
                "wasmbox_call",
                "ii",
                "i",
                (world, memory, arguments) -> world.call(memory, (int) arguments[0], (int) arguments[1])));
        functions.add(new HostFunction("env", "wasmbox_reply", "i", "", (world, memory, arguments) -> {
            world.takeReply(memory, (int) arguments[0]);
            return 0;
        }));
        Map<String, HostFunction> byName = new HashMap<>();
        functions.forEach(function -> byName.put(function.qualifiedName(), function));
        return Map.copyOf(byName);
    }

    private static long panicked(GuestWorld world, GuestMemory memory, long[] arguments) {
        int pointer = (int) arguments[0];
        int length = (int) arguments[1];
        world.panicked(
                memory.contains(pointer, length)
                        ? new String(memory.readBytes(pointer, Math.min(length, MAXIMUM_PANIC_BYTES)), UTF_8)
                        : "(the guest gave an address for its panic's message that is not in its memory)");
        return 0;
    }

    /**
     * The functions that a module imports.
     *
     * @param shape what the module imports and exports
     * @return a function for each import, in the module's order
     * @throws InvalidModuleException naming the first thing by which it is not a guest
     */
    public static List<HostFunction> check(ModuleShape shape) {
        List<HostFunction> functions = new ArrayList<>();
        for (ModuleShape.Import wanted : shape.imports()) {
            functions.add(provide(wanted));
        }
        requireExport(shape, MEMORY, Kind.MEMORY, "");
        requireExport(shape, INITIALIZE, Kind.FUNCTION, "() -> ()");
        requireExport(shape, SEND, Kind.FUNCTION, "(i32, i32) -> ()");
        requireExport(shape, MALLOC, Kind.FUNCTION, "(i32) -> (i32)");
        requireExport(shape, FREE, Kind.FUNCTION, "(i32, i32) -> ()");
        if (shape.exports().containsKey(WASI_INITIALIZE)) {
            requireExport(shape, WASI_INITIALIZE, Kind.FUNCTION, "() -> ()");
        }
        if (shape.exports().containsKey(EXPORT_STATE) || shape.exports().containsKey(IMPORT_STATE)) {
            requireExport(shape, EXPORT_STATE, Kind.FUNCTION, "() -> ()");
            requireExport(shape, IMPORT_STATE, Kind.FUNCTION, "(i32, i32) -> ()");
        }
        if (hasExchange(shape)) {
            requireExport(shape, EXCHANGE, Kind.GLOBAL, "i32");
        }
        return List.copyOf(functions);
    }

    /** {@return whether a guest can hand its state to a newer module, and take it from an older one} */
    public static boolean isUpgradable(ModuleShape shape) {
        return shape.exports().containsKey(EXPORT_STATE);
    }

    /** {@return whether a guest has a place for messages that are not too long for it} */
    static boolean hasExchange(ModuleShape shape) {
        return shape.exports().containsKey(EXCHANGE);
    }

    private static HostFunction provide(ModuleShape.Import wanted) {
        HostFunction function = PROVIDED.get(wanted.qualifiedName());
        if (function == null || wanted.kind() != Kind.FUNCTION) {
            throw new InvalidModuleException("this module imports the " + words(wanted.kind()) + " "
                    + wanted.qualifiedName() + ", which a box does not have: a guest may import the functions"
                    + " env.wasmbox_callback, env.wasmbox_finished, env.wasmbox_panicked, env.wasmbox_call, env.wasmbox_reply and those of "
                    + WasiPreview1.MODULE + advice(wanted));
        }
        if (!function.type().equals(wanted.type())) {
            throw new InvalidModuleException("this module imports " + wanted.qualifiedName() + " as a function of type "
                    + wanted.type() + ", but it is one of type " + function.type());
        }
        return function;
    }

    private static String advice(ModuleShape.Import wanted) {
        if (wanted.module().equals("wasi_unstable")) {
            return "; build it with a toolchain that knows WASI preview 1";
        }
        if (wanted.module().startsWith("wasi:")) {
            return "; build it for wasm32-wasip1";
        }
        return wanted.module().startsWith("__wbindgen") ? "; build it for wasm32-wasip1, without wasm-bindgen" : "";
    }

    private static void requireExport(ModuleShape shape, String name, Kind kind, String type) {
        String expected = "the " + words(kind) + " " + name + (type.isEmpty() ? "" : " of type " + type);
        ModuleShape.Export export = shape.exports().get(name);
        if (export == null) {
            throw new InvalidModuleException("this module is not a WasmBox guest: it does not export " + expected
                    + "; build it with a WasmBox SDK, or see docs/abi.md");
        }
        if (export.kind() != kind || !export.type().equals(type)) {
            throw new InvalidModuleException("this module exports " + name + " as a " + words(export.kind())
                    + (export.type().isEmpty() ? "" : " of type " + export.type()) + ", but a guest has to export "
                    + expected);
        }
    }

    private static String words(Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
