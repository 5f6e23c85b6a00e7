package dev.wasmbox.bench.peers;

import dev.wasmbox.bench.compute.Harness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** The programs in GraalWasm, with its optimizing compiler on a JDK that comes without one. */
public final class GraalWasmPrograms {

    private final Value memory;
    private final Value allocate;
    private final Value send;
    private final Value release;
    private byte[] answer = {};

    private GraalWasmPrograms(Value module) {
        ProxyExecutable callback = this::callback;
        ProxyObject environment = ProxyObject.fromMap(Map.of("wasmbox_callback", callback));
        Value exports = module.newInstance(ProxyObject.fromMap(Map.of("env", environment)))
                .getMember("exports");
        memory = exports.getMember("memory");
        allocate = exports.getMember("wasmbox_malloc");
        send = exports.getMember("wasmbox_send");
        release = exports.getMember("wasmbox_free");
        exports.getMember("wasmbox_initialize").executeVoid();
    }

    private Object callback(Value... arguments) {
        answer = new byte[arguments[1].asInt()];
        memory.readBuffer(arguments[0].asInt(), answer, 0, answer.length);
        return 0;
    }

    private byte[] send(byte[] message) {
        int size = Math.max(message.length, 1);
        int pointer = allocate.execute(size).asInt();
        for (int i = 0; i < message.length; i++) {
            memory.writeBufferByte(pointer + i, message[i]);
        }
        send.executeVoid(pointer, message.length);
        release.executeVoid(pointer, size);
        return answer;
    }

    /**
     * Measures them.
     *
     * @param arguments the module, and how many milliseconds each program runs in each pass
     * @throws IOException if the module cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Source source =
                Source.newBuilder("wasm", Path.of(arguments[0]).toFile()).build();
        try (Context context = Context.newBuilder("wasm")
                .option("wasm.Builtins", "wasi_snapshot_preview1")
                .build()) {
            if (context.getEngine().getImplementationName().equals("Interpreted")) {
                throw new IllegalStateException("GraalWasm runs without its compiler, which is not worth measuring");
            }
            Harness.run(new GraalWasmPrograms(context.eval(source))::send, Long.parseLong(arguments[1]));
        }
    }
}
