package dev.wasmbox.internal.prepare;

/**
 * Makes a 32-bit product one of 32 bits. The engine's interpreter leaves the upper half of a 64-bit product in its value,
 * where an {@code if}, a global or a call sees it; and functions too large for a Java method are interpreted in a compiled
 * module too. Adding zero cuts it off, and is nothing to HotSpot.
 */
final class NarrowProducts implements FunctionPass {

    private static final int I32_CONST = 0x41;
    private static final int I32_ADD = 0x6A;

    @Override
    public FunctionBody apply(FunctionBody body) {
        FunctionBody.Editor editor = null;
        for (int i = 0; i < body.size(); i++) {
            if (body.opcode(i) == InstructionReader.I32_MULTIPLY) {
                editor = editor == null ? body.edit() : editor;
                editor.copyThrough(i).insert().u8(I32_CONST).u8(0).u8(I32_ADD);
            }
        }
        return editor == null ? body : editor.finish();
    }
}
