package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.wasm.types.MemoryLimits;

/** A memory in one array, as the library's is. The subclasses differ in how they find what has changed. */
abstract class FlatMemory extends MeasuredMemory {

    private byte[] bytes;
    private int size;
    private byte[][] lastPages = {};

    FlatMemory(MemoryLimits limits) {
        super(limits);
        size = limits.initialPages() * PAGE_SIZE;
        bytes = new byte[size];
    }

    @Override
    final int size() {
        return size;
    }

    final byte[] bytes() {
        return bytes;
    }

    @Override
    void resize(int newSize) {
        if (newSize > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, (int) Math.min((long) maximumPages() * PAGE_SIZE, Math.max(newSize, newSize * 3L / 2)));
        }
        size = newSize;
    }

    // Snapshots.

    /** The pages of the last image, and pages of zero for what was not there yet. */
    final byte[][] lastPages() {
        lastPages = Image.enlarged(lastPages, size / Image.PAGE);
        return lastPages;
    }

    final Image remembered(byte[][] pages) {
        lastPages = pages;
        return new Image(pages);
    }

    /** Puts a page into a new image if it differs from the last one's: {@code pages}, or a copy of the table. */
    final byte[][] withPage(byte[][] pages, int page) {
        int from = page * Image.PAGE;
        if (Arrays.equals(bytes, from, from + Image.PAGE, lastPages[page], 0, Image.PAGE)) {
            return pages;
        }
        byte[][] changed = pages == lastPages ? pages.clone() : pages;
        changed[page] = Image.isZero(bytes, from) ? Image.ZERO : Arrays.copyOfRange(bytes, from, from + Image.PAGE);
        return changed;
    }

    // Access.

    @Override
    public void write(int address, byte[] data, int offset, int length) {
        check(address, length);
        System.arraycopy(data, offset, bytes, address, length);
    }

    @Override
    public final byte[] readBytes(int address, int length) {
        check(address, length);
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public void fill(byte value, int from, int to) {
        check(from, to - from);
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void copy(int destination, int source, int length) {
        check(destination, length);
        check(source, length);
        System.arraycopy(bytes, source, bytes, destination, length);
    }

    @Override
    public final byte read(int address) {
        if (address < 0 || address >= size) {
            throw outOfBounds(address);
        }
        return bytes[address];
    }

    @Override
    public void writeByte(int address, byte value) {
        if (address < 0 || address >= size) {
            throw outOfBounds(address);
        }
        bytes[address] = value;
    }

    @Override
    public final short readShort(int address) {
        if (address < 0 || address > size - Short.BYTES) {
            throw outOfBounds(address);
        }
        return (short) SHORT.get(bytes, address);
    }

    @Override
    public void writeShort(int address, short value) {
        if (address < 0 || address > size - Short.BYTES) {
            throw outOfBounds(address);
        }
        SHORT.set(bytes, address, value);
    }

    @Override
    public final int readInt(int address) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address);
        }
        return (int) INT.get(bytes, address);
    }

    @Override
    public void writeI32(int address, int value) {
        if (address < 0 || address > size - Integer.BYTES) {
            throw outOfBounds(address);
        }
        INT.set(bytes, address, value);
    }

    @Override
    public final long readLong(int address) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address);
        }
        return (long) LONG.get(bytes, address);
    }

    @Override
    public void writeLong(int address, long value) {
        if (address < 0 || address > size - Long.BYTES) {
            throw outOfBounds(address);
        }
        LONG.set(bytes, address, value);
    }
}
