package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.internal.prepare.ModulePreparation;

/** Whatever the bytes are: they are a module, or they are refused. */
class ModuleFuzzTest {

    @FuzzTest
    void preparation(byte[] bytes) {
        try {
            byte[] once = ModulePreparation.prepare(bytes).wasm();
            ModulePreparation.prepare(once);
        } catch (InvalidModuleException e) {
            Refusals.requireASentence(e);
        }
    }

    @FuzzTest
    void interpreted(byte[] bytes) {
        load(bytes, Engine.INTERPRETED);
    }

    @FuzzTest
    void compiled(byte[] bytes) {
        load(bytes, Engine.COMPILED);
    }

    private static void load(byte[] bytes, Engine engine) {
        try {
            GuestModule.load(bytes, ModuleOptions.standard().withEngine(engine));
        } catch (InvalidModuleException e) {
            Refusals.requireASentence(e);
        }
    }
}
