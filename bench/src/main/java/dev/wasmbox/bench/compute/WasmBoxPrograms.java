package dev.wasmbox.bench.compute;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The programs in WasmBox, through its public API and with its defaults. */
public final class WasmBoxPrograms {

    private WasmBoxPrograms() {}

    /**
     * Measures them.
     *
     * @param arguments the module, and how many milliseconds each program runs in each pass
     * @throws IOException if the module cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        GuestModule module = GuestModule.load(Path.of(arguments[0]));
        // On a busy machine, a program that is still interpreted takes longer than a message may by default.
        Limits limits = Limits.standard().withTimePerMessage(Duration.ofMinutes(5));
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes().withLimits(limits))) {
            Harness.run(message -> box.send(message).getFirst(), Long.parseLong(arguments[1]));
        }
    }
}
