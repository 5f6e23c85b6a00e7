package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.prepare.PreparedModule;
import dev.wasmbox.internal.prepare.Wat;
import dev.wasmbox.internal.world.HostFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Modules in text form, compiled as they are in earnest. */
final class CompiledModules {

    static final InstanceLimits LIMITS = new InstanceLimits(1L << 30, 1_000_000);

    private CompiledModules() {}

    /** A cache that keeps what it is given. */
    static final class KeptCode implements CodeCache {
        byte @Nullable [] code;

        @Override
        public byte @Nullable [] load() {
            return code;
        }

        @Override
        public void store(byte[] compiled) {
            code = compiled;
        }
    }

    static EngineModule parse(String text) {
        PreparedModule prepared = ModulePreparation.prepareForCompilation(Wat.assemble(text));
        return EngineModule.parse(prepared.wasm(), prepared.startFunction());
    }

    static EngineModule compile(String text) {
        return parse(text).compiled(new KeptCode());
    }

    static GuestInstance instance(EngineModule module) {
        return module.instantiate(List.<HostFunction>of(), LIMITS);
    }
}
