package dev.wasmbox.internal.prepare;

/**
 * Makes a store of one byte, or of 32 of 64 bits, at a negative address the trap that it is. The engine's interpreter adds the
 * static offset to such an address before it looks, and may come out inside the memory. Its other accesses look first, and so
 * does compiled code.
 */
final class NarrowStores implements FunctionPass {

    private static final int I32_STORE_8 = 0x3A;
    private static final int I64_STORE_8 = 0x3C;
    private static final int I64_STORE_32 = 0x3E;

    /** {@code i32.const 0, i32.lt_s, if}. */
    private static final byte[] IF_NEGATIVE = {0x41, 0, 0x48, 0x04, 0x40};

    /** {@code i32.load8_u, drop, end}: there is nothing at a negative address in any memory. */
    private static final byte[] TRAP = {0x2D, 0, 0, 0x1A, 0x0B};

    private final int leastBytes;

    /**
     * A pass over functions that may be interpreted.
     *
     * @param leastBytes how long their bodies are at least
     */
    NarrowStores(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    @Override
    public FunctionBody apply(FunctionBody body) {
        if (body.byteCount() < leastBytes) {
            return body;
        }
        FunctionBody.Editor editor = null;
        int address = -1;
        int i32Value = -1;
        int i64Value = -1;
        for (int i = 0; i < body.size(); i++) {
            int opcode = body.opcode(i);
            boolean narrow = opcode == I32_STORE_8 || opcode == I64_STORE_8 || opcode == I64_STORE_32;
            if (!narrow || body.operand(i) == 0) {
                continue;
            }
            if (editor == null) {
                editor = body.edit();
                address = editor.addLocal(Types.I32);
            }
            int value;
            if (opcode == I32_STORE_8) {
                value = i32Value = i32Value < 0 ? editor.addLocal(Types.I32) : i32Value;
            } else {
                value = i64Value = i64Value < 0 ? editor.addLocal(Types.I64) : i64Value;
            }
            editor.copyBefore(i)
                    .insert()
                    .u8(InstructionReader.LOCAL_SET)
                    .u32(value)
                    .u8(InstructionReader.LOCAL_TEE)
                    .u32(address)
                    .raw(IF_NEGATIVE)
                    .u8(InstructionReader.LOCAL_GET)
                    .u32(address)
                    .raw(TRAP)
                    .u8(InstructionReader.LOCAL_GET)
                    .u32(address)
                    .u8(InstructionReader.LOCAL_GET)
                    .u32(value);
        }
        return editor == null ? body : editor.finish();
    }
}
