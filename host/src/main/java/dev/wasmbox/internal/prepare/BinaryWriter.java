package dev.wasmbox.internal.prepare;

import java.io.ByteArrayOutputStream;

/** Bytes in the making. */
final class BinaryWriter {

    private final ByteArrayOutputStream bytes;

    BinaryWriter(int expectedSize) {
        bytes = new ByteArrayOutputStream(expectedSize);
    }

    BinaryWriter u8(int value) {
        bytes.write(value);
        return this;
    }

    BinaryWriter u32(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            bytes.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write(rest);
        return this;
    }

    BinaryWriter raw(byte... source) {
        return raw(source, 0, source.length);
    }

    BinaryWriter raw(byte[] source, int start, int end) {
        bytes.write(source, start, end - start);
        return this;
    }

    BinaryWriter raw(BinaryWriter other) {
        bytes.writeBytes(other.bytes.toByteArray());
        return this;
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
