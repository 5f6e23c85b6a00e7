package dev.wasmbox.bench.boxes;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxPool;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.PoolMetrics;
import dev.wasmbox.PoolOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** WasmBox through its public API, with boxes of their own or in a pool. */
public final class WasmBoxBoxes implements Contender<WasmBox<byte[], byte[]>, Snapshot> {

    /** Few enough for guests of a gigabyte; the guest in use and one that is made room for would do. */
    private static final int RESIDENT_BOXES = 2;

    /** The standard ones would not do for the largest guests and messages. */
    private static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes()
            .withLimits(Limits.standard()
                    .withMemoryBytes(Limits.MAXIMUM_MEMORY_BYTES)
                    .withMessageBytes(Integer.MAX_VALUE)
                    .withOutputBytes(Integer.MAX_VALUE));

    private final GuestModule module;
    private final @Nullable BoxPool pool;

    /** With boxes of which so many may be awake, or that are in no pool if this is 0. */
    WasmBoxBoxes(Path file, int residentBoxes) throws IOException {
        module = GuestModule.load(file);
        pool = residentBoxes == 0
                ? null
                : BoxPool.of(module, PoolOptions.standard().withResidentBoxes(residentBoxes));
    }

    /** {@return what the pool has done} */
    PoolMetrics metrics() {
        return Objects.requireNonNull(pool).metrics();
    }

    @Override
    public WasmBox<byte[], byte[]> start() {
        return pool == null ? module.start(OPTIONS) : pool.start(OPTIONS);
    }

    @Override
    public byte[] send(WasmBox<byte[], byte[]> box, byte[] message) {
        return box.send(message).getFirst();
    }

    @Override
    public Snapshot snapshot(WasmBox<byte[], byte[]> box) {
        return box.snapshot();
    }

    @Override
    public void restore(WasmBox<byte[], byte[]> box, Snapshot state) {
        box.restore(state);
    }

    @Override
    public WasmBox<byte[], byte[]> fork(WasmBox<byte[], byte[]> box) {
        return box.fork();
    }

    @Override
    public byte[] toBytes(Snapshot state) {
        return state.toBytes();
    }

    @Override
    public WasmBox<byte[], byte[]> wake(byte[] file) {
        Snapshot snapshot = Snapshot.of(file);
        return pool == null
                ? module.restore(snapshot, OPTIONS, RestoreOptions.standard())
                : pool.restore(snapshot, OPTIONS);
    }

    @Override
    public void close(WasmBox<byte[], byte[]> box) {
        box.close();
    }

    /**
     * Measures.
     *
     * @param arguments those of {@link Measurement#run}, and {@code pool} for boxes in a pool
     * @throws IOException if a file cannot be read
     * @throws ExecutionException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        int residentBoxes = arguments.length > 2 ? RESIDENT_BOXES : 0;
        Measurement.run(file -> new WasmBoxBoxes(file, residentBoxes), arguments);
    }
}
