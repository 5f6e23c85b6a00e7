package dev.wasmbox.bench;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done to a box a million times a day, on the counter. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BoxBenchmark {

    /** "up" as the counter reads it. */
    private static final byte[] UP = {2, 0, 0, 0, 0, 0, 0, 0, 'u', 'p'};

    @Param({"COMPILED"})
    Engine engine = Engine.COMPILED;

    private GuestModule module;
    private WasmBox<String, String> box;
    private WasmBox<byte[], byte[]> rawBox;
    private Snapshot snapshot;
    private byte[] file;

    /** Loads the guest; the property wasmbox.guests names the folder that it is in. */
    @SuppressWarnings("NullAway.Init")
    public BoxBenchmark() {}

    @Setup
    public void load() throws IOException {
        Path counter = Path.of(System.getProperty("wasmbox.guests", "build/guests/debian"), "counter.wasm");
        module = GuestModule.load(counter, ModuleOptions.standard().withEngine(engine));
        box = module.start();
        rawBox = module.start(BoxOptions.bytes());
        box.send("up");
        snapshot = box.snapshot();
        file = snapshot.toBytes();
    }

    @Benchmark
    public List<String> message() {
        return box.send("up");
    }

    @Benchmark
    public List<byte[]> messageOfBytes() {
        return rawBox.send(UP);
    }

    @Benchmark
    public Snapshot snapshot() {
        return box.snapshot();
    }

    @Benchmark
    public byte[] snapshotToBytes() {
        return box.snapshot().toBytes();
    }

    @Benchmark
    public WasmBox<String, String> start() {
        return module.start();
    }

    @Benchmark
    public WasmBox<String, String> restore() {
        return module.restore(snapshot);
    }

    @Benchmark
    public WasmBox<String, String> restoreFromBytes() {
        return module.restore(Snapshot.of(file));
    }
}
