package dev.wasmbox.internal.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Modules in WebAssembly's text format, assembled by {@code wat2wasm} of WABT. */
public final class Wat {

    private static final List<String> PROPOSALS = List.of(
            "--enable-exceptions",
            "--enable-threads",
            "--enable-tail-call",
            "--enable-multi-memory",
            "--enable-memory64");

    private Wat() {}

    /** {@return the bytes of the module that the text describes} */
    public static byte[] assemble(String text, String... options) {
        try {
            Path folder = Files.createTempDirectory("wat");
            Path source = Files.writeString(folder.resolve("module.wat"), text);
            Path target = folder.resolve("module.wasm");
            List<String> command = new ArrayList<>(List.of("wat2wasm", source.toString(), "-o", target.toString()));
            command.addAll(PROPOSALS);
            command.addAll(List.of(options));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("wat2wasm: " + said + "\n" + text);
            }
            byte[] wasm = Files.readAllBytes(target);
            Files.delete(source);
            Files.delete(target);
            Files.delete(folder);
            return wasm;
        } catch (IOException e) {
            throw new UncheckedIOException("wat2wasm (Debian: apt-get install wabt)", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
