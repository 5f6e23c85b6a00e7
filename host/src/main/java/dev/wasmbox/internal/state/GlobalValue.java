package dev.wasmbox.internal.state;

/**
 * The value of a mutable global.
 *
 * @param type the type's code in the WebAssembly binary format, one byte: 0x7F for i32, 0x70 for funcref, ...
 * @param low its bits, those of a 32-bit value sign-extended; for a reference the function's index, or -1 for null
 * @param high the upper bits of a v128, otherwise zero
 */
public record GlobalValue(int type, long low, long high) {

    /** The type's code of a v128, the only one whose values have upper bits. */
    public static final int VECTOR = 0x7B;
}
