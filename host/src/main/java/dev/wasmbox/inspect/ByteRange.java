package dev.wasmbox.inspect;

/**
 * Bytes in a row.
 *
 * @param address the address of the first
 * @param length how many they are
 */
public record ByteRange(int address, int length) {

    /** {@return the first address after them} */
    public int end() {
        return address + length;
    }
}
