package dev.wasmbox.javascript;

import dev.wasmbox.Engine;
import dev.wasmbox.ModuleOptions;
import java.util.EnumMap;
import java.util.Map;

/** The engines that the tests share, each loaded once. */
final class Engines {

    private static final Map<Engine, JavaScript> LOADED = new EnumMap<>(Engine.class);

    private Engines() {}

    static synchronized JavaScript on(Engine engine) {
        return LOADED.computeIfAbsent(
                engine, _ -> JavaScript.load(ModuleOptions.standard().withEngine(engine)));
    }

    static JavaScript compiled() {
        return on(Engine.COMPILED);
    }
}
