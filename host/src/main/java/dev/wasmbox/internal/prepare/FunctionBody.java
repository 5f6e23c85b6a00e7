package dev.wasmbox.internal.prepare;

import java.util.Arrays;

/** A function's code, taken apart into its instructions, which are numbered from 0. */
final class FunctionBody {

    /**
     * The most locals a function may have, parameters included: browsers allow as many, and the engine's classes not
     * many more.
     */
    static final int MAXIMUM_LOCALS = 50_000;

    private final FunctionType type;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private int declarations;
    private int declarationsStart;
    private int localCount;
    private int size;
    private int[] opcodes;
    private int[] operands;
    /** Where each instruction starts; with the one after the last, which is the body's end. */
    private int[] offsets;

    private boolean[] memoryAccesses;

    /** Takes apart what the reader has left. */
    FunctionBody(FunctionType type, byte[] bytes, BinaryReader reader) {
        this.type = type;
        this.bytes = bytes;
        this.start = reader.position();
        this.end = start + reader.remaining();
        readLocals(reader);

        int expectedSize = reader.remaining() / 2 + 1;
        opcodes = new int[expectedSize];
        operands = new int[expectedSize];
        offsets = new int[expectedSize + 1];
        memoryAccesses = new boolean[expectedSize];
        InstructionReader instructions = new InstructionReader(reader);
        do {
            if (size == opcodes.length) {
                int larger = 2 * size;
                opcodes = Arrays.copyOf(opcodes, larger);
                operands = Arrays.copyOf(operands, larger);
                offsets = Arrays.copyOf(offsets, larger + 1);
                memoryAccesses = Arrays.copyOf(memoryAccesses, larger);
            }
            offsets[size] = reader.position();
            instructions.next();
            opcodes[size] = instructions.opcode();
            operands[size] = instructions.operand();
            memoryAccesses[size] = instructions.accessesMemory();
            size++;
        } while (!instructions.atEnd());
        reader.expectEnd();
        offsets[size] = end;
    }

    private void readLocals(BinaryReader reader) {
        declarations = reader.count(2, "groups of locals");
        declarationsStart = reader.position();
        localCount = type.parameters();
        for (int i = 0; i < declarations; i++) {
            int offset = reader.position();
            int count = reader.u32("a number of locals");
            if (Integer.compareUnsigned(count, MAXIMUM_LOCALS - localCount) > 0) {
                throw reader.malformed(
                        offset, "at most " + MAXIMUM_LOCALS + " locals", Integer.toUnsignedString(count) + " more");
            }
            localCount += count;
            Types.skipValueType(reader);
        }
    }

    /** {@return the number of instructions} */
    int size() {
        return size;
    }

    /** {@return its length in the code section, without its size} */
    int byteCount() {
        return end - start;
    }

    int opcode(int instruction) {
        return opcodes[instruction];
    }

    /** {@return an instruction's first index, or the offset of its memory access, as unsigned bits} */
    int operand(int instruction) {
        return operands[instruction];
    }

    boolean accessesMemory(int instruction) {
        return memoryAccesses[instruction];
    }

    /** {@return the number of locals, parameters included} */
    int localCount() {
        return localCount;
    }

    /** Appends the body as it is in the code section, its size first. */
    void writeTo(BinaryWriter writer) {
        writer.u32(end - start).raw(bytes, start, end);
    }

    /** {@return the number of locals without the parameters} */
    int declaredLocals() {
        return localCount - type.parameters();
    }

    /** {@return what rewrites this body from its beginning to its end} */
    Editor edit() {
        return new Editor();
    }

    /** Copies a body's instructions in their order, with others in between, or in place of some. */
    final class Editor {

        private final BinaryWriter code = new BinaryWriter((end - offsets[0]) * 5 / 4);
        private final BinaryWriter addedLocals = new BinaryWriter(8);
        private int added;
        private int next;

        /** {@return the index of a new local of that type} */
        int addLocal(int valueType) {
            addedLocals.u32(1).u8(valueType);
            return localCount + added++;
        }

        /** Copies up to an instruction, including it. */
        Editor copyThrough(int instruction) {
            code.raw(bytes, offsets[next], offsets[instruction + 1]);
            next = instruction + 1;
            return this;
        }

        /** Copies up to an instruction, without it; it comes next. */
        Editor copyBefore(int instruction) {
            code.raw(bytes, offsets[next], offsets[instruction]);
            next = instruction;
            return this;
        }

        /** Copies up to an instruction and leaves it out. */
        Editor copyWithout(int instruction) {
            code.raw(bytes, offsets[next], offsets[instruction]);
            next = instruction + 1;
            return this;
        }

        /** Where to write instructions of one's own. */
        BinaryWriter insert() {
            return code;
        }

        /** Copies what is left and returns it all as a new body. */
        FunctionBody finish() {
            copyThrough(size - 1);
            byte[] rewritten = new BinaryWriter(code.size() + offsets[0] - start + addedLocals.size() + 5)
                    .u32(declarations + added)
                    .raw(bytes, declarationsStart, offsets[0])
                    .raw(addedLocals)
                    .raw(code)
                    .toBytes();
            return new FunctionBody(
                    type, rewritten, new BinaryReader(rewritten, 0, rewritten.length, "a rewritten function"));
        }
    }
}
