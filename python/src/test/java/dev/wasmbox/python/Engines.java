package dev.wasmbox.python;

import dev.wasmbox.Engine;
import dev.wasmbox.ModuleOptions;
import java.util.EnumMap;
import java.util.Map;

/** The engines that the tests share, each loaded once. */
final class Engines {

    private static final Map<Engine, Python> LOADED = new EnumMap<>(Engine.class);

    private Engines() {}

    static synchronized Python on(Engine engine) {
        return LOADED.computeIfAbsent(
                engine, _ -> Python.load(ModuleOptions.standard().withEngine(engine)));
    }

    static Python compiled() {
        return on(Engine.COMPILED);
    }
}
