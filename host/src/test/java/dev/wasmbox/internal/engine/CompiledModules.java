package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.prepare.PreparedModule;
import dev.wasmbox.internal.prepare.Wat;
import dev.wasmbox.internal.world.HostFunction;
import java.util.List;
import java.util.OptionalInt;

/** Modules in text form, compiled as they are in earnest. */
final class CompiledModules {

    static final InstanceLimits LIMITS = new InstanceLimits(1L << 30, 1_000_000);

    private CompiledModules() {}

    static byte[] code(String text) {
        PreparedModule prepared = ModulePreparation.prepareForCompilation(Wat.assemble(text));
        return EngineModule.parse(prepared.wasm(), prepared.startFunction()).compile(prepared.wasm());
    }

    static EngineModule compile(String text) {
        return EngineModule.ofCode(code(text), OptionalInt.empty());
    }

    static GuestInstance instance(EngineModule module) {
        return module.instantiate(List.<HostFunction>of(), LIMITS);
    }
}
