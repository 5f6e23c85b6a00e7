package dev.wasmbox.internal.freeze;

import dev.wasmbox.internal.prepare.BinaryReader;
import dev.wasmbox.internal.prepare.InstructionReader;
import dev.wasmbox.internal.prepare.ModuleReader.Section;
import dev.wasmbox.internal.prepare.Types;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a module's code refers to by its number.
 *
 * @param dataSegments one more than the highest index of a data segment
 * @param elementSegments one more than the highest index of an element segment
 * @param references the functions that are taken a reference to
 * @param empty the functions that do nothing
 */
record CodeUses(int dataSegments, int elementSegments, BitSet references, BitSet empty) {

    private static final int REF_FUNC = 0xD2;
    private static final int MEMORY_INIT = 0xFC08;
    private static final int DATA_DROP = 0xFC09;
    private static final int TABLE_INIT = 0xFC0C;
    private static final int ELEM_DROP = 0xFC0D;

    /** The body of a function that does nothing: no locals, the end. */
    static final byte[] EMPTY_BODY = {0, InstructionReader.END};

    /** Reads a code section, if there is one. */
    static CodeUses of(byte[] wasm, @Nullable Section code, int importedFunctions) {
        int dataSegments = 0;
        int elementSegments = 0;
        BitSet references = new BitSet();
        BitSet empty = new BitSet();
        if (code != null) {
            BinaryReader reader = new BinaryReader(wasm, code.contentStart(), code.end(), "the code section");
            int bodies = reader.count(2, "function bodies");
            for (int i = 0; i < bodies; i++) {
                BinaryReader body = reader.part("a function");
                if (body.remaining() == EMPTY_BODY.length) {
                    empty.set(importedFunctions + i); // nothing else has two bytes
                }
                for (int groups = body.count(2, "groups of locals"); groups > 0; groups--) {
                    body.u32("a number of locals");
                    Types.skipValueType(body);
                }
                InstructionReader instructions = new InstructionReader(body);
                do {
                    instructions.next();
                    switch (instructions.opcode()) {
                        case REF_FUNC -> references.set(instructions.operand());
                        case MEMORY_INIT, DATA_DROP ->
                            dataSegments = Math.max(dataSegments, instructions.operand() + 1);
                        case TABLE_INIT, ELEM_DROP ->
                            elementSegments = Math.max(elementSegments, instructions.operand() + 1);
                        default -> {}
                    }
                } while (!instructions.atEnd());
            }
        }
        return new CodeUses(dataSegments, elementSegments, references, empty);
    }
}
