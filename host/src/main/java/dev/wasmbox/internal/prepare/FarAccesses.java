package dev.wasmbox.internal.prepare;

/**
 * Makes every memory access at a static offset of 2 GiB or more a trap of its own. Memories here are smaller, so it
 * would trap anyway; but the engine adds offsets as signed 32-bit numbers and might come out inside the memory.
 */
final class FarAccesses implements FunctionPass {

    @Override
    public FunctionBody apply(FunctionBody body) {
        FunctionBody.Editor editor = null;
        for (int i = 0; i < body.size(); i++) {
            if (body.accessesMemory(i) && body.operand(i) < 0) {
                editor = editor == null ? body.edit() : editor;
                editor.copyWithout(i).insert().u8(InstructionReader.UNREACHABLE);
            }
        }
        return editor == null ? body : editor.finish();
    }
}
