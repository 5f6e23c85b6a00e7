package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.wasm.types.MemoryLimits;

/**
 * Pages that are copied when they are written: a snapshot takes them all, and from then on owns them together with the
 * memory. The first store into a page that the memory does not own alone makes it a copy.
 *
 * <p>The table has exactly as many pages as the memory, so that its bounds are the memory's.
 */
final class PagedMemory extends MeasuredMemory {

    private static final int SHIFT = Image.SHIFT;
    private static final int MASK = Image.PAGE - 1;

    /** What reads see. */
    private byte[][] pages;

    /** What stores may change: the same pages, and null for those that images have too. */
    private byte[][] owned;

    PagedMemory(MemoryLimits limits) {
        super(limits);
        int count = limits.initialPages() * (PAGE_SIZE / Image.PAGE);
        pages = Image.enlarged(new byte[0][], count);
        owned = new byte[count][];
    }

    @Override
    int size() {
        return pages.length * Image.PAGE;
    }

    @Override
    void resize(int newSize) {
        pages = Image.enlarged(pages, newSize / Image.PAGE);
        owned = Arrays.copyOf(owned, newSize / Image.PAGE);
    }

    @Override
    Image capture() {
        Arrays.fill(owned, null);
        return new Image(pages.clone());
    }

    // Each access finds its page; those over the end of a page go byte by byte.

    private byte[] readable(int address) {
        int page = address >>> SHIFT;
        if (page >= pages.length) {
            throw outOfBounds(address);
        }
        return pages[page];
    }

    private byte[] writable(int address) {
        int page = address >>> SHIFT;
        if (page >= owned.length) {
            throw outOfBounds(address);
        }
        byte[] bytes = owned[page];
        return bytes != null ? bytes : claimed(page);
    }

    private byte[] claimed(int page) {
        byte[] copy = pages[page].clone();
        pages[page] = copy;
        owned[page] = copy;
        return copy;
    }

    private long readSlowly(int address, int length) {
        check(address, length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (read(address + i) & 0xFFL) << (Byte.SIZE * i);
        }
        return value;
    }

    private void writeSlowly(int address, int length, long value) {
        check(address, length);
        for (int i = 0; i < length; i++) {
            writeByte(address + i, (byte) (value >>> (Byte.SIZE * i)));
        }
    }

    @Override
    public byte read(int address) {
        return readable(address)[address & MASK];
    }

    @Override
    public void writeByte(int address, byte value) {
        writable(address)[address & MASK] = value;
    }

    @Override
    public short readShort(int address) {
        int within = address & MASK;
        return within <= Image.PAGE - Short.BYTES
                ? (short) SHORT.get(readable(address), within)
                : (short) readSlowly(address, Short.BYTES);
    }

    @Override
    public void writeShort(int address, short value) {
        int within = address & MASK;
        if (within <= Image.PAGE - Short.BYTES) {
            SHORT.set(writable(address), within, value);
        } else {
            writeSlowly(address, Short.BYTES, value);
        }
    }

    @Override
    public int readInt(int address) {
        int within = address & MASK;
        return within <= Image.PAGE - Integer.BYTES
                ? (int) INT.get(readable(address), within)
                : (int) readSlowly(address, Integer.BYTES);
    }

    @Override
    public void writeI32(int address, int value) {
        int within = address & MASK;
        if (within <= Image.PAGE - Integer.BYTES) {
            INT.set(writable(address), within, value);
        } else {
            writeSlowly(address, Integer.BYTES, value);
        }
    }

    @Override
    public long readLong(int address) {
        int within = address & MASK;
        return within <= Image.PAGE - Long.BYTES
                ? (long) LONG.get(readable(address), within)
                : readSlowly(address, Long.BYTES);
    }

    @Override
    public void writeLong(int address, long value) {
        int within = address & MASK;
        if (within <= Image.PAGE - Long.BYTES) {
            LONG.set(writable(address), within, value);
        } else {
            writeSlowly(address, Long.BYTES, value);
        }
    }

    // Bulk access, page by page.

    private static int lengthWithinPage(int address, int length) {
        return Math.min(length, Image.PAGE - (address & MASK));
    }

    @Override
    public void write(int address, byte[] data, int offset, int length) {
        check(address, length);
        for (int done = 0, part; done < length; done += part) {
            part = lengthWithinPage(address + done, length - done);
            System.arraycopy(data, offset + done, writable(address + done), (address + done) & MASK, part);
        }
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        byte[] bytes = new byte[length];
        for (int done = 0, part; done < length; done += part) {
            part = lengthWithinPage(address + done, length - done);
            System.arraycopy(readable(address + done), (address + done) & MASK, bytes, done, part);
        }
        return bytes;
    }

    @Override
    public void fill(byte value, int from, int to) {
        check(from, to - from);
        for (int at = from, part; at < to; at += part) {
            part = lengthWithinPage(at, to - at);
            Arrays.fill(writable(at), at & MASK, (at & MASK) + part, value);
        }
    }

    @Override
    public void copy(int destination, int source, int length) {
        check(destination, length);
        check(source, length);
        // Backwards where the end of the source would be overwritten before it is read.
        boolean backwards = destination > source;
        for (int left = length, part; left > 0; left -= part) {
            if (backwards) {
                part = Math.min(
                        left, Math.min(((source + left - 1) & MASK) + 1, ((destination + left - 1) & MASK) + 1));
                copyWithinPages(destination + left - part, source + left - part, part);
            } else {
                int done = length - left;
                part = lengthWithinPage(destination + done, lengthWithinPage(source + done, left));
                copyWithinPages(destination + done, source + done, part);
            }
        }
    }

    private void copyWithinPages(int destination, int source, int length) {
        byte[] to = writable(destination);
        System.arraycopy(readable(source), source & MASK, to, destination & MASK, length);
    }
}
