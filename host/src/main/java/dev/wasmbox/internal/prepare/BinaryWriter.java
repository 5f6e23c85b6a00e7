package dev.wasmbox.internal.prepare;

import java.io.ByteArrayOutputStream;

/** Bytes in the making. */
public final class BinaryWriter {

    private final ByteArrayOutputStream bytes;

    /** None yet. */
    public BinaryWriter(int expectedSize) {
        bytes = new ByteArrayOutputStream(expectedSize);
    }

    /** Appends a byte. */
    public BinaryWriter u8(int value) {
        bytes.write(value);
        return this;
    }

    /** Appends an unsigned number of 32 bits in LEB128. */
    public BinaryWriter u32(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            bytes.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write(rest);
        return this;
    }

    /** Appends a signed number in LEB128. */
    public BinaryWriter signed(long value) {
        long rest = value;
        while (rest < -0x40 || rest >= 0x40) {
            bytes.write((int) (rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        bytes.write((int) (rest & 0x7F));
        return this;
    }

    /** Appends bytes as they are. */
    public BinaryWriter raw(byte... source) {
        return raw(source, 0, source.length);
    }

    /** Appends a range of bytes as they are. */
    public BinaryWriter raw(byte[] source, int start, int end) {
        bytes.write(source, start, end - start);
        return this;
    }

    /** Appends all that another has. */
    public BinaryWriter raw(BinaryWriter other) {
        bytes.writeBytes(other.bytes.toByteArray());
        return this;
    }

    /** {@return how many bytes there are} */
    public int size() {
        return bytes.size();
    }

    /** {@return all of them, in a new array} */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
