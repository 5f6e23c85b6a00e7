package dev.wasmbox.internal.prepare;

import static dev.wasmbox.internal.prepare.ModulePreparationTest.bytes;
import static dev.wasmbox.internal.prepare.ModulePreparationTest.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.InvalidModuleException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;

/** Whatever the bytes are, they are a module or one sentence says where they are not; soon, and in little memory. */
class DamagedModulesTest {

    private static final String PREAMBLE = "00 61 73 6d 01 00 00 00 ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ''                                | this is not a WebAssembly module
            00 61 73                          | this is not a WebAssembly module
            68 65 6c 6c 6f                    | this is not a WebAssembly module
            00 61 73 6d 01 00                 | the first eight bytes of a WebAssembly module, found the end
            00 61 73 6d 02 00 00 00           | at offset 0x4: expected the first eight bytes
            00 61 73 6d 01 00 00 00 0e 00     | expected a section (0 to 13), found 14
            00 61 73 6d 01 00 00 00 01        | the number of bytes of the type section
            00 61 73 6d 01 00 00 00 01 05 00  | than fit into the 1 bytes that are left of the module, found 5
            00 61 73 6d 01 00 00 00 03 01 00 01 01 00 | each section once and in its order, found the type section
            00 61 73 6d 01 00 00 00 01 01 00 01 01 00 | each section once and in its order, found the type section
            """)
    void a_damaged_frame_is_told(String hexadecimal, String sentence) {
        refused(bytes(hexadecimal), sentence);
    }

    @Test
    void counts_and_lengths_of_4_gib_are_not_believed() {
        String huge = "ff ff ff ff 0f";
        for (int section = 0; section <= 13; section++) {
            refused(bytes(PREAMBLE + "%02x %s".formatted(section, huge)), "4294967295");
            if (section != 8 && section != 12) { // these hold an index and a number, not a count
                refused(bytes(PREAMBLE + "%02x 05 %s".formatted(section, huge)), "");
            }
        }
        refused(module("03 02 01 00", "0e " + huge), "labels");
        refused(module("03 02 01 00", "1f 40 " + huge), "exception handlers");
        refused(module("03 02 01 00", "1c " + huge), "types");
        refused(bytes(PREAMBLE + "01 07 01 60 " + huge), "parameters");
        refused(bytes(PREAMBLE + "02 06 01 " + huge), "the module of an import");
        refused(bytes(PREAMBLE + "0b 0a 01 01 " + huge + " 00 00 00"), "bytes of a data segment");
        refused(bytes(PREAMBLE + "09 09 01 00 41 00 0b " + huge.substring(3)), "elements");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "41 80 80 80 80 80 00", // i32.const in six bytes
                "41 80 80 80 80 70 1a", // i32.const with bits beyond the 32nd
                "42 80 80 80 80 80 80 80 80 80 02 1a", // i64.const with bits beyond the 64th
                "20 80 80 80 80 10 1a", // an index with bits beyond the 32nd
                "41 00 28 02 80 80 80 80 80 00 1a", // an offset of 64 bits
                "02 80 80 80 80 20 0b" // a block type of more than 33 bits
            })
    void numbers_that_are_too_long_are_told(String code) {
        refused(module("03 02 01 00", code), "function 0 of the code section at offset");
        refused(module("03 02 01 00", code), "found a longer number");
    }

    @Test
    void padded_numbers_are_numbers() {
        ModulePreparation.prepare(module("03 02 01 00", "41 ff ff ff ff 7f 1a"));
        ModulePreparation.prepare(module("03 02 01 00", "42 80 80 80 80 80 80 80 80 80 7f 1a"));
        ModulePreparation.prepare(module("03 02 01 00", "02 40 0c 80 80 80 80 00 0b"));
    }

    @Test
    void a_damaged_body_is_told_with_its_function() {
        String function = PREAMBLE + "01 04 01 60 00 00 02 07 01 01 61 01 62 00 00 03 02 01 00 0a ";
        refused(bytes(function + "04 01 02 00 01"), "function 1 of the code section at offset 0x21");
        refused(bytes(function + "05 01 03 00 0b 0b"), "expected the end of function 1 of the code section");
        refused(bytes(function + "06 01 04 00 02 40 0b"), "expected an instruction, found the end");
        refused(bytes(function + "05 01 03 00 27 0b"), "expected an instruction, found opcode 0x27");
        refused(bytes(function + "06 01 04 00 fc 12 0b"), "0x12 after the prefix 0xfc");
        refused(bytes(function + "06 01 04 00 fe 04 0b"), "opcode 0xfe04");
        refused(bytes(function + "05 01 03 00 05 0b"), "expected an else only after the first part of an if");
        refused(bytes(function + "08 01 06 00 02 40 05 0b 0b"), "expected an else only after the first part of an if");
        refused(
                bytes(function + "06 01 04 00 0c 01 0b"),
                "expected the index of a label, of which there are 1, found 1");
        refused(bytes(function + "03 01 01 00"), "expected an instruction, found the end");
        refused(bytes(function + "07 02 02 00 0b 02 00 0b"), "expected 1 function bodies, found 2");
        refused(bytes(PREAMBLE + "01 04 01 60 00 00 03 02 01 00"), "expected a code section, found none");
        refused(
                bytes(PREAMBLE + "01 04 01 60 00 00 03 02 01 01"),
                "the index of a type, of which there are 1, found 1");
    }

    @Test
    void locals_that_a_module_declares_but_could_not_use_are_refused() {
        String body = PREAMBLE + "01 04 01 60 00 00 03 02 01 00 0a ";
        refused(bytes(body + "0a 01 08 01 ff ff ff ff 0f 7f 0b"), "at most 50000 locals, found 4294967295 more");
        refused(bytes(body + "0a 01 08 02 d0 86 03 7f 01 7f 0b"), "at most 50000 locals");

        int functions = 10_000;
        ByteArrayOutputStream wasm = new ByteArrayOutputStream();
        wasm.writeBytes(bytes(PREAMBLE + "01 04 01 60 00 00"));
        BinaryWriter indices = new BinaryWriter(functions).u32(functions).raw(new byte[functions]);
        BinaryWriter bodies = new BinaryWriter(8 * functions).u32(functions);
        for (int i = 0; i < functions; i++) {
            bodies.raw(bytes("06 01 d0 86 03 7c 0b"));
        }
        wasm.writeBytes(
                new BinaryWriter(16).u8(3).u32(indices.size()).raw(indices).toBytes());
        wasm.writeBytes(
                new BinaryWriter(16).u8(10).u32(bodies.size()).raw(bodies).toBytes());
        refused(wasm.toByteArray(), "not more locals in all functions than the module has bytes");
    }

    @Test
    @Timeout(20)
    void large_modules_take_time_in_proportion_to_their_size() {
        int size = 4_000_000;
        for (String repeated : List.of("02 40", "01", "44 00 00 00 00 00 00 f0 3f 9f 1a", "20 00 a0", "20 00 21 00")) {
            BinaryWriter body = new BinaryWriter(size).raw(bytes("01 01 7c"));
            byte[] unit = bytes(repeated);
            while (body.size() < size) {
                body.raw(unit);
            }
            BinaryWriter code = new BinaryWriter(size).u32(1).u32(body.size()).raw(body);
            byte[] wasm = new BinaryWriter(size)
                    .raw(bytes(PREAMBLE + "01 04 01 60 00 00 03 02 01 00 0a"))
                    .u32(code.size())
                    .raw(code)
                    .toBytes();
            refused(wasm, "expected an instruction, found the end");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    @Timeout(60)
    void any_mutation_is_a_module_or_refused_and_stays_as_valid_as_it_was(long seed) {
        byte[] original = Wat.assemble(
                RandomPrograms.module(new RandomPrograms(seed).programs(3))
                        .replace(
                                "(module",
                                """
                        (module (import "env" "f" (func $imported (param f64))) (table 3 funcref)
                          (global (mut f64) (f64.const 1)) (elem (i32.const 0) func $imported)
                          (data (i32.const 0) "data") (func $start) (start $start)
                        """),
                "--debug-names");
        Random random = new Random(seed);
        for (int i = 0; i < 1_500; i++) {
            byte[] wasm = mutate(original, random);
            try {
                byte[] prepared = ModulePreparation.prepare(wasm).wasm();
                if (i % 5 == 0 && isAccepted(wasm)) {
                    assertThat(isAccepted(prepared)).isTrue();
                }
            } catch (InvalidModuleException e) {
                assertThat(e)
                        .hasMessageMatching(
                                "(this module (is damaged in|uses)|this is not a WebAssembly module:) [^\\n]*[^.]");
            }
        }
    }

    @Test
    void every_truncation_inside_a_section_is_refused() {
        byte[] wasm = Wat.assemble(RandomPrograms.module(new RandomPrograms(7).programs(2)));
        List<Integer> ends = new ModuleReader(wasm)
                .sections().stream().map(ModuleReader.Section::end).toList();
        for (int length = 0; length < wasm.length; length++) {
            byte[] truncated = Arrays.copyOf(wasm, length);
            if (length != 8 && !ends.contains(length)) { // the preamble alone is the empty module
                refused(truncated, length < 4 ? "not a WebAssembly module" : "expected");
            }
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] wasm = original.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(wasm.length);
            switch (random.nextInt(5)) {
                case 0 -> wasm[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> wasm[at] = (byte) random.nextInt(256);
                case 2 -> wasm[at] = (byte) 0xFF;
                case 3 -> {
                    int length = random.nextInt(Math.min(16, wasm.length - at));
                    System.arraycopy(original, random.nextInt(original.length - length), wasm, at, length);
                }
                default -> wasm = random.nextInt(20) == 0 && at > 0 ? Arrays.copyOf(wasm, at) : wasm;
            }
        }
        return wasm;
    }

    private static boolean isAccepted(byte[] wasm) {
        try {
            Parser.parse(wasm);
            return true;
        } catch (WasmEngineException | IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    private static void refused(byte[] wasm, String sentence) {
        assertThatThrownBy(() -> ModulePreparation.prepare(wasm))
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining(sentence);
    }
}
