package dev.wasmbox.internal.prepare;

import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

/** The two ways in which a prepared module is run. */
enum EngineUnderTest {
    INTERPRETED {
        @Override
        Instance instantiate(byte[] wasm) {
            return Instance.builder(Parser.parse(wasm)).build();
        }
    },
    COMPILED {
        @Override
        Instance instantiate(byte[] wasm) {
            return Instance.builder(Parser.parse(wasm))
                    .withMachineFactory(MachineFactoryCompiler::compile)
                    .build();
        }
    };

    abstract Instance instantiate(byte[] wasm);

    Instance prepareAndInstantiate(byte[] wasm) {
        return instantiate(ModulePreparation.prepare(wasm).wasm());
    }
}
