package dev.wasmbox.bench.peers;

import dev.wasmbox.bench.boxes.Contender;
import dev.wasmbox.bench.boxes.Measurement;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** GraalWasm: an engine that holds the code, and a context for each box. */
public final class GraalWasmBoxes implements Contender<GraalWasmBoxes.Box, Void> {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Engine engine = Engine.create("wasm");
    private final Source source;

    private GraalWasmBoxes(Path file) throws IOException {
        source = Source.newBuilder("wasm", file.toFile()).build();
        if (engine.getImplementationName().equals("Interpreted")) {
            throw new IllegalStateException("GraalWasm runs without its compiler, which is not worth measuring");
        }
    }

    /** A context, and what of its instance is called. */
    public static final class Box {

        private final Context context;
        private final Value memory;
        private final Value allocate;
        private final Value send;
        private final Value release;
        private byte[] answer = {};

        private Box(Engine engine, Source source) {
            context = Context.newBuilder("wasm")
                    .engine(engine)
                    .option("wasm.Builtins", "wasi_snapshot_preview1")
                    .build();
            ProxyExecutable callback = this::callback;
            ProxyExecutable refused = arguments -> {
                throw new IllegalStateException("a guest finished or panicked");
            };
            ProxyObject environment = ProxyObject.fromMap(Map.of(
                    "wasmbox_callback", callback, "wasmbox_finished", refused, "wasmbox_panicked", refused));
            Value exports = context.eval(source)
                    .newInstance(ProxyObject.fromMap(Map.of("env", environment)))
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
    }

    @Override
    public Box start() {
        return new Box(engine, source);
    }

    @Override
    public byte[] send(Box box, byte[] message) {
        int size = Math.max(message.length, 1);
        int pointer = box.allocate.execute(size).asInt();
        // There is nothing that writes an array at once.
        int position = 0;
        for (; position + Long.BYTES <= message.length; position += Long.BYTES) {
            box.memory.writeBufferLong(ByteOrder.LITTLE_ENDIAN, pointer + position, (long) LONGS.get(message, position));
        }
        for (; position < message.length; position++) {
            box.memory.writeBufferByte(pointer + position, message[position]);
        }
        box.send.executeVoid(pointer, message.length);
        box.release.executeVoid(pointer, size);
        return box.answer;
    }

    @Override
    public void close(Box box) {
        box.context.close();
    }

    /**
     * Measures.
     *
     * @param arguments those of {@link Measurement#run}
     * @throws IOException if a file cannot be read
     * @throws ExecutionException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        Measurement.run(GraalWasmBoxes::new, arguments);
    }
}
