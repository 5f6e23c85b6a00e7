package dev.wasmbox.internal.world;

/**
 * A guest's memory as the host may touch it. Pointers and lengths are unsigned 32-bit numbers that come from the guest,
 * so every access is checked and a bad one throws {@link GuestFault}.
 */
public interface GuestMemory {

    /** {@return whether all of the range lies in the memory} */
    boolean contains(int pointer, int length);

    /** {@return a copy of the range} */
    byte[] readBytes(int pointer, int length);

    /** Copies bytes into the memory. */
    void write(int pointer, byte[] bytes);

    /** {@return the little-endian number there} */
    int readInt(int pointer);

    /** {@return the little-endian number there} */
    long readLong(int pointer);

    /** Writes a little-endian number. */
    void writeI32(int pointer, int value);

    /** Writes a little-endian number. */
    void writeLong(int pointer, long value);

    /** Writes a little-endian number. */
    void writeShort(int pointer, short value);

    /** Writes a byte. */
    void writeByte(int pointer, byte value);
}
