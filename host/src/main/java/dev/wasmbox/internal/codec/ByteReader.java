package dev.wasmbox.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Walks over the bytes of one message. Whatever it is asked for, it stays within them. */
public final class ByteReader {

    private static final VarHandle SHORT = littleEndian(short[].class);
    private static final VarHandle INT = littleEndian(int[].class);
    private static final VarHandle LONG = littleEndian(long[].class);

    private static final long MOST_VALUES = 4 * Format.MOST_ELEMENTS_WITHOUT_BYTES;

    /** Structs within structs, and units in them, are values too. */
    private static final long MOST_VALUES_PER_BYTE = 32;

    private final byte[] bytes;
    private int position;
    private int depth;
    private int elementsWithoutBytes;
    private long values;

    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    private static VarHandle littleEndian(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    int left() {
        return bytes.length - position;
    }

    /** How many bytes were read. */
    public int position() {
        return position;
    }

    /** What was read after so many bytes, in a new array. */
    public byte[] since(int start) {
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** Passes so many bytes, and says where they begin. */
    private int take(int count) {
        if (count > left()) {
            throw new Mismatch("expected %d bytes, found %d".formatted(count, left()));
        }
        int start = position;
        position += count;
        return start;
    }

    byte readByte() {
        if (position == bytes.length) {
            throw new Mismatch("expected 1 byte, found the end");
        }
        return bytes[position++];
    }

    short readShort() {
        return (short) SHORT.get(bytes, take(Short.BYTES));
    }

    public int readInt() {
        return (int) INT.get(bytes, take(Integer.BYTES));
    }

    long readLong() {
        return (long) LONG.get(bytes, take(Long.BYTES));
    }

    boolean readBoolean() {
        byte value = readByte();
        if (value != 0 && value != 1) {
            throw new Mismatch("expected 0 (false) or 1 (true), found " + Byte.toUnsignedInt(value));
        }
        return value == 1;
    }

    byte[] readBytes(int count) {
        int start = take(count);
        return Arrays.copyOfRange(bytes, start, start + count);
    }

    /** The next bytes as a buffer to copy from. */
    ByteBuffer readBuffer(int count) {
        return ByteBuffer.wrap(bytes, take(count), count).order(ByteOrder.LITTLE_ENDIAN);
    }

    String readString() {
        long count = readLong();
        if (Long.compareUnsigned(count, left()) > 0) {
            throw new Mismatch("expected %s bytes of text, found %d".formatted(Long.toUnsignedString(count), left()));
        }
        return Utf8.read(bytes, take((int) count), (int) count);
    }

    /** Reads one Unicode scalar value. */
    int readScalar() {
        int first = Byte.toUnsignedInt(readByte());
        int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        int start = take(more) - 1;
        return Utf8.read(bytes, start, more + 1).codePointAt(0);
    }

    /**
     * Reads how many elements follow, and believes it only if the bytes that are left can hold them.
     *
     * @param leastBytesEach how many bytes each takes at least
     */
    public int readCount(long leastBytesEach) {
        long count = readLong();
        if (leastBytesEach == 0) {
            countElementsWithoutBytes(count);
        } else if (Long.compareUnsigned(count, left() / leastBytesEach) > 0) {
            throw new Mismatch("expected %s elements of %d bytes or more, found %d bytes"
                    .formatted(Long.toUnsignedString(count), leastBytesEach, left()));
        }
        return (int) count;
    }

    /** Reads whether an optional value is there. */
    public boolean readPresence() {
        byte present = readByte();
        if (present != 0 && present != 1) {
            throw new Mismatch("expected 0 (None) or 1 (Some), found " + Byte.toUnsignedInt(present));
        }
        return present == 1;
    }

    /** Counts elements that take no bytes, so that few bytes cannot stand for many of them. */
    public void countElementsWithoutBytes(long count) {
        int room = Format.MOST_ELEMENTS_WITHOUT_BYTES - elementsWithoutBytes;
        if (Long.compareUnsigned(count, room) > 0) {
            throw new Mismatch("expected at most %d elements that take no bytes in a message, found %s more after %d"
                    .formatted(Format.MOST_ELEMENTS_WITHOUT_BYTES, Long.toUnsignedString(count), elementsWithoutBytes));
        }
        elementsWithoutBytes += (int) count;
    }

    /**
     * Counts a value of a type that the guest has made up. Of few bytes there cannot be many, but a type may hold twice
     * another one that holds twice another, and so on, and none of them a byte.
     */
    public void countValue() {
        if (++values > MOST_VALUES + MOST_VALUES_PER_BYTE * position) {
            throw new Mismatch("expected at most %d values within each other that take no bytes, found more"
                    .formatted(MOST_VALUES));
        }
    }

    public void enter() {
        if (++depth > Format.DEEPEST) {
            throw new Mismatch("expected at most %d levels of types within themselves".formatted(Format.DEEPEST));
        }
    }

    public void leave() {
        depth--;
    }

    public void end() {
        if (left() != 0) {
            throw new Mismatch("expected %d bytes, found %d".formatted(position, bytes.length));
        }
    }
}
