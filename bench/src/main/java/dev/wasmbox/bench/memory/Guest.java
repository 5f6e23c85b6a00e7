package dev.wasmbox.bench.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import run.endive.compiler.InterpreterFallback;
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
import run.endive.wasm.types.FunctionType;

/** A module that runs as compiled code in a given design of memory, with a world in which nothing ever happens. */
final class Guest {

    private static final int BINCODE_LENGTH = Long.BYTES;

    private final Instance instance;
    private final Memory memory;
    private final CRC32 outputs = new CRC32();
    private byte[] lastOutput = {};

    Guest(Path module, Design design) {
        WasmModule parsed = Parser.parse(module);
        ImportFunction[] imports = parsed.importSection().stream()
                .map(FunctionImport.class::cast)
                .map(entry -> importFunction(entry, parsed.typeSection().getType(entry.typeIndex())))
                .toArray(ImportFunction[]::new);
        instance = Instance.builder(parsed)
                .withImportValues(ImportValues.builder().addFunction(imports).build())
                .withMachineFactory(MachineFactoryCompiler.builder(parsed)
                        .withInterpreterFallback(InterpreterFallback.FAIL)
                        .compile())
                .withMemoryFactory(design::newMemory)
                .build();
        memory = instance.exports().memory("memory");
    }

    Memory memory() {
        return memory;
    }

    private ExportFunction function(String name) {
        return instance.export(name);
    }

    /** A number that depends on all outputs and on all bytes of the memory. */
    long digest() {
        return outputs.getValue() << Integer.SIZE | memoryDigest();
    }

    long memoryDigest() {
        CRC32 bytes = new CRC32();
        bytes.update(memory.readBytes(0, memory.pages() * Memory.PAGE_SIZE));
        return bytes.getValue();
    }

    /** Sends messages to a guest of ABI version 1. */
    final class Mailbox {

        private final ExportFunction allocate = function("wasmbox_malloc");
        private final ExportFunction send = function("wasmbox_send");
        private final ExportFunction release = function("wasmbox_free");

        Mailbox() {
            function("wasmbox_initialize").apply();
        }

        void send(String message) {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            byte[] bytes = ByteBuffer.allocate(BINCODE_LENGTH + text.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .put(text)
                    .array();
            send(bytes);
        }

        /** Returns the last output. */
        byte[] send(byte[] message) {
            int pointer = (int) allocate.apply(message.length)[0];
            memory.write(pointer, message);
            send.apply(pointer, message.length);
            release.apply(pointer, message.length);
            return lastOutput;
        }
    }

    /** All succeed and do nothing, but that the callback counts the output: the environment is empty, random bytes are 0. */
    private ImportFunction importFunction(FunctionImport entry, FunctionType type) {
        long[] result = new long[type.returns().size()];
        return new HostFunction(entry.module(), entry.name(), type, (caller, arguments) -> {
            switch (entry.name()) {
                case "wasmbox_callback" -> {
                    lastOutput = caller.exports().memory("memory").readBytes((int) arguments[0], (int) arguments[1]);
                    outputs.update(lastOutput);
                }
                case "environ_sizes_get" -> {
                    caller.exports().memory("memory").writeI32((int) arguments[0], 0);
                    caller.exports().memory("memory").writeI32((int) arguments[1], 0);
                }
                default -> {}
            }
            return result;
        });
    }
}
