package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Modules in WebAssembly's text format, assembled by {@code wat2wasm} of WABT (Debian's package {@code wabt}). The same
 * text is assembled once.
 */
public final class Wat {

    private static final List<String> PROPOSALS = List.of(
            "--enable-exceptions",
            "--enable-threads",
            "--enable-tail-call",
            "--enable-multi-memory",
            "--enable-memory64",
            "--enable-function-references");

    private static final Map<String, byte[]> ASSEMBLED = new ConcurrentHashMap<>();

    private Wat() {}

    /**
     * Assembles a module. It is not validated, so that tests can make invalid ones.
     *
     * @param text the module's text
     * @return the module's bytes, which belong to the caller
     */
    public static byte[] assemble(String text) {
        return ASSEMBLED.computeIfAbsent(text, Wat::run).clone();
    }

    /**
     * Assembles a module and loads it.
     *
     * @param text the module's text
     * @param engine how it is to be executed
     * @return the module
     */
    public static GuestModule load(String text, Engine engine) {
        return GuestModule.load(assemble(text), ModuleOptions.standard().withEngine(engine));
    }

    /**
     * A guest around some declarations: all that the contract wants, where the declarations do not have it. Its memory
     * has one page, and {@code wasmbox_malloc} answers with address 1024 whatever is asked for.
     *
     * @param declarations anything that stands in a module, imports first; it may export any of the contract's names
     *     itself
     * @return the module's text
     */
    public static String guest(String declarations) {
        StringBuilder text = new StringBuilder("(module\n").append(declarations).append('\n');
        addUnlessThere(text, "memory", "(memory (export \"memory\") 1)");
        addUnlessThere(text, "wasmbox_initialize", "(func (export \"wasmbox_initialize\"))");
        addUnlessThere(
                text, "wasmbox_malloc", "(func (export \"wasmbox_malloc\") (param i32) (result i32) i32.const 1024)");
        addUnlessThere(text, "wasmbox_free", "(func (export \"wasmbox_free\") (param i32 i32))");
        addUnlessThere(text, "wasmbox_send", "(func (export \"wasmbox_send\") (param i32 i32))");
        return text.append(")\n").toString();
    }

    /**
     * A module with a custom section more.
     *
     * @param module the module's bytes
     * @param name the section's name, of up to 127 bytes
     * @param content what is in it
     * @return the bytes, which belong to the caller
     */
    public static byte[] withCustomSection(byte[] module, String name, byte[] content) {
        byte[] encodedName = name.getBytes(UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(module);
        bytes.write(0);
        int size = 1 + encodedName.length + content.length;
        for (; size > 0x7F; size >>>= 7) {
            bytes.write(size | 0x80);
        }
        bytes.write(size);
        bytes.write(encodedName.length);
        bytes.writeBytes(encodedName);
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    /**
     * A module that states a contract.
     *
     * @param module the module's bytes
     * @param contract a text as in docs/contract.md
     * @return the bytes, which belong to the caller
     */
    public static byte[] withContract(byte[] module, String contract) {
        return withCustomSection(module, "wasmbox", contract.getBytes(UTF_8));
    }

    private static void addUnlessThere(StringBuilder text, String name, String declaration) {
        if (text.indexOf("(export \"" + name + "\"") < 0) {
            text.append("  ").append(declaration).append('\n');
        }
    }

    private static byte[] run(String text) {
        try {
            Path folder = Files.createTempDirectory("wat");
            Path source = Files.writeString(folder.resolve("module.wat"), text);
            Path target = folder.resolve("module.wasm");
            List<String> command =
                    new ArrayList<>(List.of("wat2wasm", "--no-check", source.toString(), "-o", target.toString()));
            command.addAll(PROPOSALS);
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
            throw new UncheckedIOException("wat2wasm is needed (Debian: apt-get install wabt): " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while wat2wasm ran", e);
        }
    }
}
