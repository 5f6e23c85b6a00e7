package dev.wasmbox.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.prepare.PreparedModule;
import dev.wasmbox.internal.prepare.Wat;
import org.junit.jupiter.api.Test;

/** What is kept of a module is its classes, and of itself as much as they need. */
class CompiledCodeTest {

    /** A function of the engine's that is too large for a Java method, and a small one. */
    private static final String MODULE =
            """
            (module (memory (export "memory") 1)
              (func (export "small") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
              (func (export "large") (param i32) (result i32) (local.get 0)%s))
            """
                    .formatted(" (i32.add (i32.const 1000))".repeat(20_000));

    @Test
    void onlyTheCodeOfFunctionsThatAreInterpretedIsKept() {
        PreparedModule prepared = ModulePreparation.prepareForCompilation(Wat.assemble(MODULE));
        CompiledCode code = CompiledCode.of(CompiledModules.code(MODULE));
        byte[] large = ModulePreparation.outline(prepared.wasm(), index -> index == 1);
        assertThat(code.outline()).isEqualTo(large).hasSizeBetween(prepared.wasm().length - 10, prepared.wasm().length);
        assertThat(ModulePreparation.outline(prepared.wasm(), _ -> true)).isEqualTo(prepared.wasm());
        assertThat(ModulePreparation.outline(prepared.wasm(), _ -> false)).hasSizeLessThan(100);
    }

    @Test
    void bothKindsOfFunctionsRun() {
        GuestInstance instance = CompiledModules.instance(CompiledModules.compile(MODULE));
        assertThat(instance.function("small").call(41, 0)).isEqualTo(42);
        assertThat(instance.function("large").call(2, 0)).isEqualTo(20_000_002);
    }
}
