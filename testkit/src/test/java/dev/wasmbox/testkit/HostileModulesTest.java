package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules that are no guests, or whose state no snapshot could hold: each is refused when it is loaded, by name. */
class HostileModulesTest {

    /** A module and what the refusal has to say. */
    record Refused(String name, byte[] module, String... words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Refused guest(String name, String declarations, String... words) {
        return new Refused(name, Wat.assemble(Wat.guest(declarations)), words);
    }

    private static Refused without(String export, String... words) {
        String whole = Wat.guest("");
        StringBuilder text = new StringBuilder();
        whole.lines().filter(line -> !line.contains('"' + export + '"')).forEach(line -> text.append(line)
                .append('\n'));
        return new Refused("without " + export, Wat.assemble(text.toString()), words);
    }

    static Stream<Refused> exports() {
        return Stream.of(
                without("memory", "not a WasmBox guest", "does not export the memory memory", "docs/abi.md"),
                without("wasmbox_initialize", "does not export the function wasmbox_initialize of type () -> ()"),
                without("wasmbox_send", "does not export the function wasmbox_send of type (i32, i32) -> ()"),
                without("wasmbox_malloc", "does not export the function wasmbox_malloc of type (i32) -> (i32)"),
                without("wasmbox_free", "does not export the function wasmbox_free of type (i32, i32) -> ()"),
                new Refused("nothing at all", Wat.assemble("(module)"), "does not export the memory memory"),
                guest(
                        "memory under another name",
                        "(memory (export \"heap\") 1) (func (export \"memory\"))",
                        "exports memory as a function of type () -> ()",
                        "has to export the memory memory"),
                guest(
                        "a global called memory",
                        "(memory 1) (global (export \"memory\") i32 (i32.const 0))",
                        "exports memory as a global"),
                guest(
                        "initialisation with a result",
                        "(func (export \"wasmbox_initialize\") (result i32) i32.const 0)",
                        "exports wasmbox_initialize as a function of type () -> (i32)",
                        "wasmbox_initialize of type () -> ()"),
                guest(
                        "send of three parameters",
                        "(func (export \"wasmbox_send\") (param i32 i32 i32))",
                        "exports wasmbox_send as a function of type (i32, i32, i32) -> ()"),
                guest(
                        "send of longs",
                        "(func (export \"wasmbox_send\") (param i64 i64))",
                        "exports wasmbox_send as a function of type (i64, i64) -> ()"),
                guest(
                        "malloc of longs",
                        "(func (export \"wasmbox_malloc\") (param i32) (result i64) i64.const 8)",
                        "exports wasmbox_malloc as a function of type (i32) -> (i64)"),
                guest(
                        "malloc of floats",
                        "(func (export \"wasmbox_malloc\") (param f32) (result i32) i32.const 8)",
                        "exports wasmbox_malloc as a function of type (f32) -> (i32)"),
                guest(
                        "free that answers",
                        "(func (export \"wasmbox_free\") (param i32 i32) (result f64) f64.const 0)",
                        "exports wasmbox_free as a function of type (i32, i32) -> (f64)"),
                guest(
                        "a global called send",
                        "(global (export \"wasmbox_send\") i32 (i32.const 0))",
                        "wasmbox_send as a global"),
                guest(
                        "a table called malloc",
                        "(table (export \"wasmbox_malloc\") 1 funcref)",
                        "wasmbox_malloc as a table"),
                guest(
                        "a memory called free",
                        "(memory (export \"wasmbox_free\") 1) (export \"memory\" (memory 0))",
                        "wasmbox_free as a memory"),
                guest(
                        "a tag called initialise",
                        "(tag (export \"wasmbox_initialize\"))",
                        "wasmbox_initialize as a tag"),
                guest(
                        "WASI initialisation of another type",
                        "(func (export \"_initialize\") (param i32))",
                        "exports _initialize as a function of type (i32) -> ()"),
                guest(
                        "an exchange buffer that moves",
                        "(global (export \"wasmbox_exchange\") (mut i32) (i32.const 0))",
                        "exports wasmbox_exchange as a global of type mut i32",
                        "has to export the global wasmbox_exchange of type i32"),
                guest(
                        "an exchange buffer at a long",
                        "(global (export \"wasmbox_exchange\") i64 (i64.const 0))",
                        "exports wasmbox_exchange as a global of type i64"),
                guest(
                        "an exchange buffer that is a function",
                        "(func (export \"wasmbox_exchange\") (result i32) (i32.const 0))",
                        "exports wasmbox_exchange as a function of type () -> (i32)"));
    }

    private static final String PROVIDED = "which a box does not have: a guest may import the functions"
            + " env.wasmbox_callback, env.wasmbox_finished, env.wasmbox_panicked, env.wasmbox_call,"
            + " env.wasmbox_reply and those of wasi_snapshot_preview1";

    static Stream<Refused> imports() {
        return Stream.of(
                guest(
                        "unknown function",
                        "(import \"env\" \"format_disk\" (func))",
                        "imports the function env.format_disk,",
                        PROVIDED),
                guest("memory", "(import \"env\" \"memory\" (memory 1))", "imports the memory env.memory,", PROVIDED),
                guest(
                        "table",
                        "(import \"env\" \"table\" (table 1 funcref))",
                        "imports the table env.table,",
                        PROVIDED),
                guest("global", "(import \"env\" \"base\" (global i32))", "imports the global env.base,", PROVIDED),
                guest(
                        "mutable global",
                        "(import \"env\" \"base\" (global (mut i32)))",
                        "imports the global env.base,",
                        PROVIDED),
                guest("tag", "(import \"env\" \"error\" (tag (param i32)))", "imports the tag env.error,", PROVIDED),
                guest(
                        "the callback as a global",
                        "(import \"env\" \"wasmbox_callback\" (global i32))",
                        "imports the global env.wasmbox_callback,"),
                guest(
                        "the callback with a result",
                        "(import \"env\" \"wasmbox_callback\" (func (param i32 i32) (result i32)))",
                        "imports env.wasmbox_callback as a function of type (i32, i32) -> (i32), but it is one of type"
                                + " (i32, i32) -> ()"),
                guest(
                        "the callback with longs",
                        "(import \"env\" \"wasmbox_callback\" (func (param i64 i64)))",
                        "as a function of type (i64, i64) -> ()"),
                guest(
                        "random_get with longs",
                        "(import \"wasi_snapshot_preview1\" \"random_get\" (func (param i64 i64) (result i32)))",
                        "wasi_snapshot_preview1.random_get as a function of type (i64, i64) -> (i32), but it is one of type"
                                + " (i32, i32) -> (i32)"),
                guest(
                        "proc_exit with a result",
                        "(import \"wasi_snapshot_preview1\" \"proc_exit\" (func (param i32) (result i32)))",
                        "wasi_snapshot_preview1.proc_exit"),
                guest(
                        "a function that WASI does not have",
                        "(import \"wasi_snapshot_preview1\" \"fd_format\" (func))",
                        "the function wasi_snapshot_preview1.fd_format,"),
                guest(
                        "an older WASI",
                        "(import \"wasi_unstable\" \"random_get\" (func (param i32 i32) (result i32)))",
                        "wasi_unstable.random_get,",
                        "with a toolchain that knows WASI preview 1"),
                guest(
                        "a newer WASI",
                        "(import \"wasi:random/random@0.2.0\" \"get-random-u64\" (func (result i64)))",
                        "build it for wasm32-wasip1"),
                guest(
                        "a browser's module",
                        "(import \"__wbindgen_placeholder__\" \"__wbindgen_throw\" (func (param i32 i32)))",
                        "without wasm-bindgen"),
                guest(
                        "a second import is bad",
                        "(import \"env\" \"wasmbox_finished\" (func)) (import \"env\" \"x\" (func))",
                        "env.x,"));
    }

    static Stream<Refused> states() {
        return Stream.of(
                guest(
                        "shared memory",
                        "(memory (export \"memory\") 1 2 shared)",
                        "memory 0 of this module is shared between threads, which a snapshot cannot hold"),
                guest(
                        "a second, shared memory",
                        "(memory (export \"memory\") 1) (memory 1 1 shared)",
                        "memory 1 of this module is shared"),
                guest(
                        "17 memories",
                        "(memory (export \"memory\") 1)" + "(memory 0)".repeat(16),
                        "has 17 memories; at most 16"),
                guest("a memory of 64 bits", "(memory (export \"memory\") i64 1)", "64"),
                guest("a vector global", "(global (mut v128) (v128.const i64x2 1 2))", "SIMD", "without simd128"),
                guest("a start function with parameters", "(func $start (param i32)) (start $start)", "start section"),
                guest(
                        "a start function with a result",
                        "(func $start (result i32) i32.const 1) (start $start)",
                        "start section"),
                guest("a start function that is not there", "(start 99)", "start section", "99"),
                new Refused(
                        "a table of exceptions",
                        withSection(4, "01 69 00 01"),
                        "table 0",
                        "only funcref and externref"),
                new Refused("a table of any references", withSection(4, "01 6e 00 01"), "garbage-collected types"),
                new Refused("a table of nullable functions of a type", withSection(4, "01 63 00 00 01"), "table 0"),
                new Refused(
                        "a global of an exception",
                        withSection(6, "01 69 01 d0 69 0b"),
                        "global 0",
                        "only funcref and externref"),
                new Refused("a global of an i31", withSection(6, "01 6c 01 d0 6c 0b"), "i31"),
                new Refused("a global of a function of a type", withSection(6, "01 63 00 01 d0 00 0b"), "global 0"));
    }

    static Stream<Refused> files() {
        byte[] good = Wat.assemble(Wat.guest(""));
        byte[] component = good.clone();
        component[4] = 0x0d;
        component[6] = 1;
        byte[] oldVersion = good.clone();
        oldVersion[4] = 2;
        return Stream.of(
                new Refused("an empty file", new byte[0], "module"),
                new Refused("text", "(module)".getBytes(UTF_8), "module"),
                new Refused("a class file", HexFormat.of().parseHex("cafebabe00000045"), "module"),
                new Refused(
                        "half of the header",
                        List.of(0, 0x61, 0x73).stream()
                                .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::write, (a, b) -> {})
                                .toByteArray(),
                        "module"),
                new Refused("a component", component, "module"),
                new Refused("another version", oldVersion, "module"),
                new Refused("only a header", HexFormat.of().parseHex("0061736d01000000"), "does not export"),
                new Refused(
                        "a snapshot",
                        GuestModule.load(good, ModuleOptions.standard())
                                .start()
                                .snapshot()
                                .toBytes(),
                        "this is a snapshot, not a module"));
    }

    /** The smallest guest, with one section more; its number says where it belongs. */
    private static byte[] withSection(int number, String contents) {
        byte[] guest = Wat.assemble(Wat.guest(""));
        byte[] section = HexFormat.of().parseHex(contents.replace(" ", ""));
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.write(guest, 0, 8);
        boolean done = false;
        for (int at = 8; at < guest.length; ) {
            if (!done && guest[at] > number) {
                module.write(number);
                module.write(section.length);
                module.writeBytes(section);
                done = true;
            }
            int length = 2 + guest[at + 1];
            module.write(guest, at, length);
            at += length;
        }
        return module.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"exports", "imports", "states", "files"})
    void isRefused(Refused refused) {
        for (Engine engine : Engine.values()) {
            assertThatExceptionOfType(InvalidModuleException.class)
                    .isThrownBy(() -> GuestModule.load(
                            refused.module(), ModuleOptions.standard().withEngine(engine)))
                    .satisfies(e -> assertThat(e.getMessage()).contains(List.of(refused.words())))
                    .satisfies(e ->
                            assertThat(e.getMessage()).hasSizeGreaterThan(20).doesNotContain("null"));
        }
    }

    /** The guard of the tests above: what they start from is a guest. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void theGuestThatTheyAreMadeFromIsAccepted(Engine engine) {
        GuestModule module = Wat.load(Wat.guest("(import \"env\" \"wasmbox_finished\" (func))"), engine);
        assertThat(module.imports()).containsExactly("env.wasmbox_finished");
        assertThat(module.exports())
                .containsExactly("memory", "wasmbox_free", "wasmbox_initialize", "wasmbox_malloc", "wasmbox_send");
        assertThat(module.start().send("hello")).isEmpty();
        GuestModule withTable = GuestModule.load(
                withSection(4, "01 70 00 01"), ModuleOptions.standard().withEngine(engine));
        assertThat(withTable.start().send("hello")).isEmpty();
    }
}
