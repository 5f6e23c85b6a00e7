package dev.wasmbox.bench.compute;

import java.nio.file.Path;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;

/** The programs in Endive as it comes: compiled, with its own memory. */
public final class EndivePrograms {

    private final Memory memory;
    private final ExportFunction allocate;
    private final ExportFunction send;
    private final ExportFunction release;
    private byte[] answer = {};

    private EndivePrograms(Path file) {
        WasmModule module = Parser.parse(file);
        ImportFunction[] imports = module.importSection().stream()
                .map(FunctionImport.class::cast)
                .map(entry -> new HostFunction(
                        entry.module(),
                        entry.name(),
                        module.typeSection().getType(entry.typeIndex()),
                        (instance, arguments) -> {
                            // The others are WASI's, which only a panic calls.
                            if (!entry.name().equals("wasmbox_callback")) {
                                throw new IllegalStateException("a program called " + entry.name());
                            }
                            answer = instance.memory().readBytes((int) arguments[0], (int) arguments[1]);
                            return new long[0];
                        }))
                .toArray(ImportFunction[]::new);
        Instance instance = Instance.builder(module)
                .withImportValues(ImportValues.builder().addFunction(imports).build())
                .withMachineFactory(MachineFactoryCompiler.compile(module))
                .build();
        memory = instance.memory();
        allocate = instance.export("wasmbox_malloc");
        send = instance.export("wasmbox_send");
        release = instance.export("wasmbox_free");
        instance.export("wasmbox_initialize").apply();
    }

    private byte[] send(byte[] message) {
        int size = Math.max(message.length, 1);
        long pointer = allocate.apply(size)[0];
        memory.write((int) pointer, message);
        send.apply(pointer, message.length);
        release.apply(pointer, size);
        return answer;
    }

    /**
     * Measures them.
     *
     * @param arguments the module, and how many milliseconds each program runs in each pass
     */
    public static void main(String[] arguments) {
        Harness.run(new EndivePrograms(Path.of(arguments[0]))::send, Long.parseLong(arguments[1]));
    }
}
