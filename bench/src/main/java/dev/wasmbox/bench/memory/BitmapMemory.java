package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.wasm.types.MemoryLimits;

/** Like {@link MarkedMemory} with a bit for each page: an eighth of the marks, but a store has to read them as well. */
final class BitmapMemory extends FlatMemory {

    private long[] marks;

    BitmapMemory(MemoryLimits limits) {
        super(limits);
        marks = new long[lengthFor(size())];
    }

    private static int lengthFor(int size) {
        return (size >>> Image.SHIFT) / Long.SIZE + 1;
    }

    @Override
    void resize(int newSize) {
        super.resize(newSize);
        marks = Arrays.copyOf(marks, lengthFor(newSize));
    }

    private void mark(int address) {
        int page = address >>> Image.SHIFT;
        marks[page / Long.SIZE] |= 1L << page;
    }

    private void mark(int from, int length) {
        for (int i = 0; i < length; i += Image.PAGE) {
            mark(from + i);
        }
        if (length > 0) {
            mark(from + length - 1);
        }
    }

    @Override
    Image capture() {
        byte[][] pages = lastPages();
        int seen = 0;
        for (int i = 0; i < marks.length; i++) {
            for (long word = marks[i]; word != 0; word &= word - 1) {
                int marked = i * Long.SIZE + Long.numberOfTrailingZeros(word);
                int end = Math.min(marked + 2, pages.length);
                for (int page = Math.max(seen, marked); page < end; page++) {
                    pages = withPage(pages, page);
                }
                seen = end;
            }
            marks[i] = 0;
        }
        return remembered(pages);
    }

    @Override
    public void write(int address, byte[] data, int offset, int length) {
        super.write(address, data, offset, length);
        mark(address, length);
    }

    @Override
    public void fill(byte value, int from, int to) {
        super.fill(value, from, to);
        mark(from, to - from);
    }

    @Override
    public void copy(int destination, int source, int length) {
        super.copy(destination, source, length);
        mark(destination, length);
    }

    @Override
    public void writeByte(int address, byte value) {
        super.writeByte(address, value);
        mark(address);
    }

    @Override
    public void writeShort(int address, short value) {
        super.writeShort(address, value);
        mark(address);
    }

    @Override
    public void writeI32(int address, int value) {
        super.writeI32(address, value);
        mark(address);
    }

    @Override
    public void writeLong(int address, long value) {
        super.writeLong(address, value);
        mark(address);
    }
}
