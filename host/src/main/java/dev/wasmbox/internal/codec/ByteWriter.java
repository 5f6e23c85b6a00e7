package dev.wasmbox.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Collects the bytes of one message. */
public final class ByteWriter {

    private static final VarHandle SHORT = littleEndian(short[].class);
    private static final VarHandle INT = littleEndian(int[].class);
    private static final VarHandle LONG = littleEndian(long[].class);

    /** What every JVM can allocate. */
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[128];
    private int size;
    private int depth;

    private static VarHandle littleEndian(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /** Makes room for so many bytes, and says where they begin. */
    private int room(long count) {
        long needed = size + count;
        if (needed > LARGEST_ARRAY) {
            throw new Mismatch("expected a message of at most %d bytes, found more".formatted(LARGEST_ARRAY));
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.clamp(2L * bytes.length, needed, LARGEST_ARRAY));
        }
        int start = size;
        size = (int) needed;
        return start;
    }

    public void writeByte(int value) {
        int start = room(1);
        bytes[start] = (byte) value;
    }

    void writeShort(int value) {
        int start = room(Short.BYTES);
        SHORT.set(bytes, start, (short) value);
    }

    public void writeInt(int value) {
        int start = room(Integer.BYTES);
        INT.set(bytes, start, value);
    }

    public void writeLong(long value) {
        int start = room(Long.BYTES);
        LONG.set(bytes, start, value);
    }

    void writeBytes(byte[] value) {
        int start = room(value.length);
        System.arraycopy(value, 0, bytes, start, value.length);
    }

    /** Room for the next bytes as a buffer to copy into. */
    ByteBuffer writeBuffer(long count) {
        int start = room(count);
        return ByteBuffer.wrap(bytes, start, (int) count).order(ByteOrder.LITTLE_ENDIAN);
    }

    void writeString(String value) {
        long length = Utf8.length(value);
        writeLong(length);
        int start = room(length);
        Utf8.write(value, length, bytes, start);
    }

    void writeScalar(int scalar) {
        int start = room(4);
        size = Utf8.writeScalar(scalar, bytes, start);
    }

    public void enter() {
        if (++depth > Format.DEEPEST) {
            throw new Mismatch("expected at most %d levels of types within themselves".formatted(Format.DEEPEST));
        }
    }

    public void leave() {
        depth--;
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /** What was written after so many bytes, in a new array. */
    public byte[] since(int start) {
        return Arrays.copyOfRange(bytes, start, size);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
