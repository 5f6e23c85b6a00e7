package dev.wasmbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.internal.freeze.FrozenModule;
import dev.wasmbox.internal.freeze.FrozenModule.Bounds;
import dev.wasmbox.internal.prepare.BinaryReader;
import dev.wasmbox.internal.prepare.BinaryWriter;
import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.prepare.ModuleReader;
import dev.wasmbox.internal.prepare.ModuleReader.Section;
import dev.wasmbox.internal.prepare.Wat;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What engines take, what custom sections say, and states that are not the module's. */
class FrozenModuleTest {

    /** Two memories with a byte here and there, and a table with every second reference. */
    private static final String TEXT =
            """
            (module
              (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
              (memory (export "memory") 1)
              (memory $second 1)
              (table $functions 40 funcref)
              (global $count (mut i32) (i32.const 0))
              (data (i32.const 0) "a")
              (data (i32.const 100) "b")
              (data (i32.const 400) "c")
              (data (memory $second) (i32.const 65535) "d")
              (elem declare func $one)
              (func $one (export "one"))
              (func (export "wasmbox_initialize") (local $i i32)
                (loop $next
                  (table.set $functions (local.get $i) (ref.func $one))
                  (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (i32.const 40)))))
              (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
              (func (export "wasmbox_free") (param i32 i32))
              (func (export "wasmbox_send") (param i32 i32)))
            """;

    private static GuestModule load(byte[] wasm) {
        return GuestModule.load(wasm, ModuleOptions.standard().withEngine(Engine.INTERPRETED));
    }

    private static BoxImage image(GuestModule module) {
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            return box.snapshot().image();
        }
    }

    private static int count(byte[] wasm, int number) {
        Section section = new ModuleReader(wasm)
                .sections().stream()
                        .filter(it -> it.number() == number)
                        .findFirst()
                        .orElseThrow();
        return new BinaryReader(wasm, section.contentStart(), section.end(), "a section").u32("a number");
    }

    // What engines take.

    @Test
    void segmentsAreMergedUntilTheyAreFewEnough() {
        byte[] wasm = Wat.assemble(TEXT);
        GuestState state = image(load(wasm)).guest();
        assertThat(count(FrozenModule.of(wasm, state), 11)).isEqualTo(4);
        assertThat(count(FrozenModule.of(wasm, state), 9)).isEqualTo(21);
        for (Bounds bounds : List.of(
                new Bounds(4, 21, 1000), new Bounds(3, 20, 1000), new Bounds(2, 3, 1000), new Bounds(2, 2, 1000))) {
            byte[] frozen = FrozenModule.of(wasm, state, bounds);
            assertThat(count(frozen, 11)).isLessThanOrEqualTo(bounds.dataSegments());
            assertThat(count(frozen, 9)).isLessThanOrEqualTo(bounds.elementSegments());
            GuestModule module = load(frozen);
            assertThat(module.freeze(new Snapshot(image(module))))
                    .as("it is the same state, whatever the segments")
                    .isEqualTo(FrozenModule.of(wasm, state));
        }
    }

    @Test
    void whatStillIsTooMuchIsRefused() {
        byte[] wasm = Wat.assemble(TEXT);
        GuestState state = image(load(wasm)).guest();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> FrozenModule.of(wasm, state, new Bounds(1, 100, 1000)))
                .withMessage("this snapshot cannot be frozen: the module's own 0 data segments leave no room for the"
                        + " state's among the 1 that a module may have; restore the snapshot into a box instead");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> FrozenModule.of(wasm, state, new Bounds(100, 1, 1000)))
                .withMessageContaining("element segments leave no room");
        int size = FrozenModule.of(wasm, state).length;
        assertThat(FrozenModule.of(wasm, state, new Bounds(100, 100, size))).hasSize(size);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> FrozenModule.of(wasm, state, new Bounds(100, 100, size - 1)))
                .withMessage("this snapshot cannot be frozen: the module would have more than " + (size - 1)
                        + " bytes, which is the most that a module may have; restore the snapshot into a box instead");
        assertThatExceptionOfType(SnapshotException.class)
                .as("seen before it is written")
                .isThrownBy(() -> FrozenModule.of(wasm, state, new Bounds(2, 100, 300)));
    }

    // States that do not come from a box.

    @Test
    void aStateThatIsNotTheModulesIsRefused() {
        GuestModule module = load(Wat.assemble(TEXT));
        GuestModule other = load(Wat.assemble(TEXT.replace("(mut i32) (i32.const 0)", "(mut i64) (i64.const 0)")));
        BoxImage foreign = image(other);
        byte[] digest = image(module).moduleDigest();
        Snapshot forged = new Snapshot(new BoxImage(digest, foreign.guest(), foreign.host()));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> module.freeze(forged))
                .withMessageStartingWith("mutable global 0 is of type 126 in this snapshot");
    }

    @Test
    void aGlobalWithoutAConstantIsRefused() {
        byte[] wasm = Wat.assemble(TEXT);
        GuestState state = image(load(wasm)).guest();
        GuestState vector = new GuestState(
                state.memories(),
                List.of(new GlobalValue(0x7B, 1, 2)),
                state.tables(),
                state.droppedData(),
                state.droppedElements());
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> FrozenModule.of(wasm, vector))
                .withMessage("this snapshot cannot be frozen: global 0 is of type 0x7b, whose values have no constant;"
                        + " restore the snapshot into a box instead");
    }

    /** Otherwise one that cannot change would be another one after freezing. */
    @Test
    void noConstantRefersToAGlobalThatCanChange() {
        String text = TEXT.replace(
                "(global $count (mut i32) (i32.const 0))",
                "(global $count (mut i32) (i32.const 0)) (global i32 (global.get $count))");
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> load(Wat.assemble(text, "--no-check")));
    }

    @Test
    void noCodeRefersToASegmentThatIsNotThere() {
        for (String use : List.of("(data.drop 4)", "(elem.drop 1)")) {
            String text = TEXT.replace("(func $one (export \"one\"))", "(func $one (export \"one\") " + use + ")");
            assertThatExceptionOfType(InvalidModuleException.class)
                    .isThrownBy(() -> load(Wat.assemble(text, "--no-check")));
        }
    }

    // Custom sections.

    private static byte[] withCustom(byte[] wasm, String name, byte[] content) {
        BinaryWriter section = new BinaryWriter(64)
                .u32(name.length())
                .raw(name.getBytes(UTF_8))
                .raw(content);
        return new BinaryWriter(wasm.length + 64)
                .raw(wasm)
                .u8(0)
                .u32(section.size())
                .raw(section)
                .toBytes();
    }

    private static byte[] freeze(byte[] wasm) {
        return FrozenModule.of(wasm, image(load(wasm)).guest());
    }

    @Test
    void namesAreKeptExceptThoseOfSegments() {
        byte[] functions = {1, 6, 1, 1, 3, 'o', 'n', 'e'};
        byte[] elements = {8, 4, 1, 0, 1, 'e'};
        byte[] data = {9, 4, 1, 0, 1, 'd'};
        byte[] extended = {11, 1, 0};
        byte[] names = new BinaryWriter(32)
                .raw(functions)
                .raw(elements)
                .raw(data)
                .raw(extended)
                .toBytes();
        byte[] damaged = {1, 100, 0};
        byte[] wasm = withCustom(withCustom(Wat.assemble(TEXT), "first", names), "name", names);
        Map<String, List<byte[]>> sections =
                ModulePreparation.prepare(freeze(wasm)).customSections();
        assertThat(sections.get("first")).containsExactly(names);
        assertThat(sections.get("name"))
                .containsExactly(
                        new BinaryWriter(32).raw(functions).raw(extended).toBytes());
        GuestState state = image(load(wasm)).guest();
        byte[] frozen = FrozenModule.of(withCustom(Wat.assemble(TEXT), "name", damaged), state);
        assertThat(ModulePreparation.prepare(frozen).customSections().get("name"))
                .containsExactly(damaged);
    }

    /** The name section has to come after the data, which this module has none of before. */
    @Test
    void sectionsThatAreAddedComeBeforeCustomSections() {
        byte[] wasm = Wat.assemble(
                """
                (module
                  (memory (export "memory") 1)
                  (func (export "wasmbox_initialize") (i32.store (i32.const 8) (i32.const 8)))
                  (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
                  (func (export "wasmbox_free") (param i32 i32))
                  (func (export "wasmbox_send") (param i32 i32)))
                """);
        List<Section> sections = new ModuleReader(freeze(withCustom(wasm, "name", new byte[0]))).sections();
        assertThat(sections).extracting(Section::number).containsExactly(1, 3, 5, 7, 10, 11, 0);
    }

    /** DWARF counts from where the code section's content begins, and some compilers write numbers wider than needed. */
    @Test
    void functionsStayWhereTheyAreInTheCodeSection() {
        byte[] wasm = Wat.assemble(TEXT);
        Section code = code(wasm);
        BinaryReader reader = new BinaryReader(wasm, code.contentStart(), code.end(), "the code");
        int functions = reader.u32("a number");
        byte[] padded = new BinaryWriter(wasm.length + 8)
                .raw(wasm, 0, code.start())
                .u8(10)
                .u32(code.end() - reader.position() + 3)
                .u8(functions | 0x80)
                .u8(0x80)
                .u8(0)
                .raw(wasm, reader.position(), wasm.length)
                .toBytes();
        byte[] frozen = freeze(padded);
        Section before = code(padded);
        Section after = code(frozen);
        byte[] bodies = Arrays.copyOfRange(padded, before.contentStart() + 3, before.end());
        assertThat(Arrays.copyOfRange(frozen, after.contentStart() + 3, after.contentStart() + 3 + bodies.length))
                .isEqualTo(bodies);
        assertThat(count(frozen, 10)).isEqualTo(functions + 1);
    }

    private static Section code(byte[] wasm) {
        return new ModuleReader(wasm)
                .sections().stream()
                        .filter(it -> it.number() == ModuleReader.CODE)
                        .findFirst()
                        .orElseThrow();
    }
}
