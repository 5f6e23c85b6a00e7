package dev.wasmbox.examples;

import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Runs the counter, and takes it as a value in between. */
final class Embed {

    private Embed() {}

    /** Arguments: the module of the counter, and a file for its snapshot that does not exist yet. */
    static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), Path.of(arguments[1]), System.out);
    }

    static void run(Path counter, Path file, PrintStream out) throws IOException {
        // @start region="readme"
        GuestModule module = GuestModule.load(counter); // checked and compiled once, shared by any number of boxes
        try (WasmBox<String, String> box = module.start()) {
            out.println(box.send("up")); // [value=1]
            Snapshot snapshot = box.snapshot(); // the whole running program, as a value
            out.println(box.send("up")); // [value=2]
            box.restore(snapshot); // as if that had not happened
            out.println(box.send("up")); // [value=2]
            box.snapshot().write(file);
        }
        try (WasmBox<String, String> woken = module.restore(Snapshot.read(file))) { // another day, another machine
            out.println(woken.send("up")); // [value=3]
        }
        // @end
    }
}
