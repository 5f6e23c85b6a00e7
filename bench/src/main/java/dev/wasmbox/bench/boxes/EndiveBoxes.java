package dev.wasmbox.bench.boxes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;

/**
 * What a program gets that uses Endive as it comes: a module that is compiled once, an instance for each box, and a copy
 * of its memory for a state. The guests here keep nothing between messages but in their memory.
 */
public final class EndiveBoxes implements Contender<EndiveBoxes.Box, byte[]> {

    private final WasmModule module;
    private final Function<Instance, Machine> machines;

    EndiveBoxes(Path file) {
        module = Parser.parse(file);
        machines = MachineFactoryCompiler.compile(module);
    }

    /** An instance, and what of it is called. */
    public static final class Box {

        private final Memory memory;
        private final ExportFunction initialize;
        private final ExportFunction allocate;
        private final ExportFunction send;
        private final ExportFunction release;
        private byte[] answer = {};

        private Box(WasmModule module, Function<Instance, Machine> machines) {
            ImportFunction[] imports = module.importSection().stream()
                    .map(FunctionImport.class::cast)
                    .map(entry -> new HostFunction(
                            entry.module(),
                            entry.name(),
                            module.typeSection().getType(entry.typeIndex()),
                            (instance, arguments) -> {
                                // The others are called by a panic only.
                                if (!entry.name().equals("wasmbox_callback")) {
                                    throw new IllegalStateException("a guest called " + entry.name());
                                }
                                answer = instance.memory().readBytes((int) arguments[0], (int) arguments[1]);
                                return new long[0];
                            }))
                    .toArray(ImportFunction[]::new);
            Instance instance = Instance.builder(module)
                    .withImportValues(
                            ImportValues.builder().addFunction(imports).build())
                    .withMachineFactory(machines)
                    .build();
            memory = instance.memory();
            initialize = instance.export("wasmbox_initialize");
            allocate = instance.export("wasmbox_malloc");
            send = instance.export("wasmbox_send");
            release = instance.export("wasmbox_free");
        }
    }

    @Override
    public Box start() {
        Box box = new Box(module, machines);
        box.initialize.apply();
        return box;
    }

    @Override
    public byte[] send(Box box, byte[] message) {
        int size = Math.max(message.length, 1);
        long pointer = box.allocate.apply(size)[0];
        box.memory.write((int) pointer, message);
        box.send.apply(pointer, message.length);
        box.release.apply(pointer, size);
        return box.answer;
    }

    @Override
    public byte[] snapshot(Box box) {
        return box.memory.readBytes(0, box.memory.pages() * Memory.PAGE_SIZE);
    }

    @Override
    public void restore(Box box, byte[] state) {
        box.memory.write(0, state);
    }

    @Override
    public Box fork(Box box) {
        Box fork = new Box(module, machines);
        restore(fork, snapshot(box));
        return fork;
    }

    @Override
    public void close(Box box) {}

    /**
     * Measures.
     *
     * @param arguments those of {@link Measurement#run}
     * @throws IOException if a file cannot be read
     * @throws ExecutionException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        Measurement.run(EndiveBoxes::new, arguments);
    }
}
