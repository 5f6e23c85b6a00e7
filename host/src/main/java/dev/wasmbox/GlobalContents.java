package dev.wasmbox;

/**
 * The value of one of a guest's mutable globals at one moment.
 *
 * @param type its type, as WebAssembly's text format has it: {@code i32}, {@code i64}, {@code f32}, {@code f64},
 *     {@code v128}, {@code funcref} or {@code externref}
 * @param bits its bits, those of 32 bits sign-extended; for a reference the function's index, or -1 for null
 * @param highBits the upper bits of a {@code v128}, otherwise zero
 */
public record GlobalContents(String type, long bits, long highBits) {

    static GlobalContents of(dev.wasmbox.internal.state.GlobalValue value) {
        String type =
                switch (value.type()) {
                    case 0x7F -> "i32";
                    case 0x7E -> "i64";
                    case 0x7D -> "f32";
                    case 0x7C -> "f64";
                    case 0x7B -> "v128";
                    case 0x70 -> "funcref";
                    case 0x6F -> "externref";
                    default -> "0x" + Integer.toHexString(value.type());
                };
        return new GlobalContents(type, value.low(), value.high());
    }

    /** {@return the value as a person would write it: a number, or for a reference {@code null} or {@code func 7}} */
    public String text() {
        return switch (type) {
            case "f32" -> Float.toString(Float.intBitsToFloat((int) bits));
            case "f64" -> Double.toString(Double.longBitsToDouble(bits));
            case "v128" -> "0x%016x%016x".formatted(highBits, bits);
            case "funcref", "externref" -> bits == -1 ? "null" : "func " + bits;
            default -> Long.toString(bits);
        };
    }
}
