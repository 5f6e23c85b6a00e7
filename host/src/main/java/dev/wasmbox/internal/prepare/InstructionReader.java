package dev.wasmbox.internal.prepare;

import dev.wasmbox.InvalidModuleException;
import java.util.Arrays;

/**
 * Reads one instruction after the other and knows what follows each opcode. The opcode of an instruction with a prefix
 * is the prefix times 256 plus what follows it.
 */
public final class InstructionReader {

    static final int I32_MULTIPLY = 0x6C;
    static final int UNREACHABLE = 0x00;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    /** The opcode that ends an expression. */
    public static final int END = 0x0B;

    static final int TRY_TABLE = 0x1F;
    static final int LOCAL_GET = 0x20;
    static final int LOCAL_SET = 0x21;
    static final int LOCAL_TEE = 0x22;

    private static final int TABLE_PREFIX = 0xFC;
    private static final int ATOMIC_PREFIX = 0xFE;

    /** What follows an opcode. */
    private enum Immediates {
        ILLEGAL,
        NONE,
        BYTE,
        INDEX,
        INDEX_INDEX,
        LABEL,
        BLOCK_TYPE,
        BLOCK_TYPE_HANDLERS,
        LABELS,
        VALUE_TYPES,
        MEMORY_ACCESS,
        SIGNED_32,
        SIGNED_64,
        BYTES_4,
        BYTES_8,
        HEAP_TYPE,
        LEGACY_EXCEPTIONS,
        EXCEPTION_REFERENCE,
        TAIL_CALL,
        GARBAGE_COLLECTION,
        VECTORS
    }

    private static final Immediates[] PLAIN = new Immediates[256];
    private static final Immediates[] TABLE_PREFIXED = new Immediates[0x12];
    private static final Immediates[] ATOMIC_PREFIXED = new Immediates[0x4F];

    static {
        Arrays.fill(PLAIN, Immediates.ILLEGAL);
        set(Immediates.NONE, UNREACHABLE, 0x01, ELSE, END, 0x0F, 0x1A, 0x1B, 0xD1, 0xD3, 0xD4);
        set(Immediates.BLOCK_TYPE, BLOCK, LOOP, IF);
        set(Immediates.BLOCK_TYPE_HANDLERS, TRY_TABLE);
        set(Immediates.LEGACY_EXCEPTIONS, 0x06, 0x07, 0x09, 0x18, 0x19);
        set(Immediates.INDEX, 0x08, 0x10, 0x14, 0x3F, 0x40, 0xD2);
        set(Immediates.TAIL_CALL, 0x12, 0x13, 0x15);
        set(Immediates.EXCEPTION_REFERENCE, 0x0A);
        set(Immediates.LABEL, 0x0C, 0x0D, 0xD5, 0xD6);
        Arrays.fill(PLAIN, LOCAL_GET, 0x27, Immediates.INDEX);
        set(Immediates.INDEX_INDEX, 0x11);
        set(Immediates.LABELS, 0x0E);
        set(Immediates.VALUE_TYPES, 0x1C);
        Arrays.fill(PLAIN, 0x28, 0x3F, Immediates.MEMORY_ACCESS);
        set(Immediates.SIGNED_32, 0x41);
        set(Immediates.SIGNED_64, 0x42);
        set(Immediates.BYTES_4, 0x43);
        set(Immediates.BYTES_8, 0x44);
        Arrays.fill(PLAIN, 0x45, 0xC5, Immediates.NONE);
        set(Immediates.HEAP_TYPE, 0xD0);
        set(Immediates.GARBAGE_COLLECTION, 0xFB);
        set(Immediates.VECTORS, 0xFD);

        Arrays.fill(TABLE_PREFIXED, 0x00, 0x08, Immediates.NONE);
        Arrays.fill(TABLE_PREFIXED, 0x08, 0x12, Immediates.INDEX);
        for (int twice : new int[] {0x08, 0x0A, 0x0C, 0x0E}) {
            TABLE_PREFIXED[twice] = Immediates.INDEX_INDEX;
        }

        Arrays.fill(ATOMIC_PREFIXED, Immediates.ILLEGAL);
        Arrays.fill(ATOMIC_PREFIXED, 0x00, 0x03, Immediates.MEMORY_ACCESS);
        ATOMIC_PREFIXED[0x03] = Immediates.BYTE;
        Arrays.fill(ATOMIC_PREFIXED, 0x10, 0x4F, Immediates.MEMORY_ACCESS);
    }

    private final BinaryReader reader;
    private int opcode;
    private int operand;
    private boolean accessesMemory;
    private int depth;
    /** At which depths an {@code else} may come. */
    private boolean[] inThen = new boolean[16];

    /** Reads instructions from there on. */
    public InstructionReader(BinaryReader reader) {
        this.reader = reader;
    }

    /** Passes over a constant expression: what gives a global, an offset or an element its first value. */
    public static void skipExpression(BinaryReader reader) {
        InstructionReader instructions = new InstructionReader(reader);
        do {
            instructions.next();
        } while (!instructions.atEnd());
    }

    /** Reads one instruction. */
    public void next() {
        int start = reader.position();
        opcode = reader.u8("an instruction");
        Immediates immediates = PLAIN[opcode];
        if (opcode == TABLE_PREFIX) {
            immediates = prefixed(TABLE_PREFIXED);
        } else if (opcode == ATOMIC_PREFIX) {
            immediates = prefixed(ATOMIC_PREFIXED);
        }
        operand = 0;
        accessesMemory = immediates == Immediates.MEMORY_ACCESS;
        switch (immediates) {
            case ILLEGAL -> throw reader.malformed(start, "an instruction", "opcode 0x" + Integer.toHexString(opcode));
            case NONE -> {
                if (opcode == END) {
                    depth--;
                } else if (opcode == ELSE) {
                    leaveThen(start);
                }
            }
            case BYTE -> operand = reader.u8("an operand");
            case INDEX -> operand = reader.u32("an index");
            case INDEX_INDEX -> {
                operand = reader.u32("an index");
                reader.u32("an index");
            }
            case LABEL -> operand = reader.index(depth + 1, "a label");
            case BLOCK_TYPE -> blockType();
            case BLOCK_TYPE_HANDLERS -> {
                blockType();
                handlers();
            }
            case LABELS -> {
                for (int labels = reader.count(1, "labels"); labels >= 0; labels--) {
                    reader.index(depth + 1, "a label");
                }
            }
            case VALUE_TYPES -> Types.skipValueTypes(reader);
            case MEMORY_ACCESS -> memoryAccess();
            case SIGNED_32 -> reader.signed(32, "a constant");
            case SIGNED_64 -> reader.signed(64, "a constant");
            case BYTES_4 -> reader.skip(4, "a constant");
            case BYTES_8 -> reader.skip(8, "a constant");
            case HEAP_TYPE -> Types.skipHeapType(reader);
            case LEGACY_EXCEPTIONS ->
                throw reader.unsupported(
                        "the first version of exception handling (try, catch, delegate)",
                        "the engine does not run: let the compiler emit try_table instead");
            case EXCEPTION_REFERENCE -> throw exceptionReference();
            case TAIL_CALL ->
                throw reader.unsupported(
                        "tail calls (return_call)",
                        "the engine's interpreter runs wrongly: it leaves operands of the callee to the caller");
            case GARBAGE_COLLECTION -> throw Types.garbageCollection(reader);
            case VECTORS -> throw Types.vectors(reader);
        }
    }

    /** {@return the opcode of the instruction just read} */
    public int opcode() {
        return opcode;
    }

    /** {@return the first index, or the offset of a memory access, as unsigned bits; 0 if it has none} */
    public int operand() {
        return operand;
    }

    /** {@return whether the instruction reads or writes memory at a static offset, which is its operand} */
    boolean accessesMemory() {
        return accessesMemory;
    }

    /** {@return whether the instruction just read ends the expression} */
    public boolean atEnd() {
        return depth < 0;
    }

    private Immediates prefixed(Immediates[] table) {
        int start = reader.position();
        int second = reader.u32("an instruction");
        if (Integer.compareUnsigned(second, table.length) >= 0) {
            throw reader.malformed(start, "an instruction", "0x%x after the prefix 0x%x".formatted(second, opcode));
        }
        opcode = (opcode << 8) | second;
        return table[second];
    }

    private void leaveThen(int offset) {
        if (!inThen[depth]) {
            throw reader.malformed(offset, "an else only after the first part of an if", "one elsewhere");
        }
        inThen[depth] = false;
    }

    private void blockType() {
        depth++;
        if (depth == inThen.length) {
            inThen = Arrays.copyOf(inThen, 2 * depth);
        }
        inThen[depth] = opcode == IF;
        int start = reader.position();
        int first = reader.peek();
        if (first == 0x40) {
            reader.skip(1, "a block type");
        } else if (first >= 0x40 && first < 0x80) {
            Types.skipValueType(reader);
        } else if (reader.signed(33, "a block type") < 0) {
            throw reader.malformed(start, "a block type", "a negative type index");
        }
    }

    private void handlers() {
        for (int handlers = reader.count(2, "exception handlers"); handlers > 0; handlers--) {
            int start = reader.position();
            int kind = reader.u8("an exception handler");
            if (kind > 3) {
                throw reader.malformed(start, "an exception handler (0 to 3)", String.valueOf(kind));
            }
            if ((kind & 1) != 0) {
                throw exceptionReference();
            }
            if (kind < 2) {
                reader.u32("a tag");
            }
            reader.index(depth, "a label"); // not its own
        }
    }

    private InvalidModuleException exceptionReference() {
        return reader.unsupported(
                "references to exceptions (catch_ref, catch_all_ref, throw_ref)",
                "the engine runs wrongly: it keeps one exception per tag");
    }

    private void memoryAccess() {
        int start = reader.position();
        int flags = reader.u32("an alignment");
        if (Integer.compareUnsigned(flags, 0x80) >= 0) {
            throw reader.malformed(start, "an alignment", Integer.toUnsignedString(flags));
        }
        if ((flags & 0x40) != 0) {
            reader.u32("a memory");
        }
        operand = reader.u32("an offset");
    }

    private static void set(Immediates immediates, int... opcodes) {
        for (int opcode : opcodes) {
            PLAIN[opcode] = immediates;
        }
    }
}
