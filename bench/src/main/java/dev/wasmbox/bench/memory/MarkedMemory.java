package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.wasm.types.MemoryLimits;

/**
 * Each store sets a byte that marks where it wrote; a snapshot compares the pages that are marked. A store that goes
 * over the end of what a mark stands for sets the first of the two marks only, so that it need not look: a snapshot
 * looks at the page after those that are marked, too.
 */
final class MarkedMemory extends FlatMemory {

    /** How many bytes one mark stands for; a constant to HotSpot. */
    private static final int GRAIN = Math.max(Image.PAGE, Integer.getInteger("wasmbox.bench.grain", Image.PAGE));

    private static final int SHIFT = Integer.numberOfTrailingZeros(GRAIN);

    /** Longer than needed, so that eight marks can be looked at at once. */
    private byte[] marks;

    MarkedMemory(MemoryLimits limits) {
        super(limits);
        marks = new byte[lengthFor(size())];
    }

    private static int lengthFor(int size) {
        return ((size >>> SHIFT) + Long.BYTES) & -Long.BYTES;
    }

    @Override
    void resize(int newSize) {
        super.resize(newSize);
        marks = Arrays.copyOf(marks, lengthFor(newSize));
    }

    private void mark(int from, int length) {
        if (length > 0) {
            Arrays.fill(marks, from >>> SHIFT, ((from + length - 1) >>> SHIFT) + 1, (byte) 1);
        }
    }

    @Override
    Image capture() {
        byte[][] pages = lastPages();
        int pagesPerMark = GRAIN / Image.PAGE;
        int seen = 0;
        for (int group = 0; group < marks.length; group += Long.BYTES) {
            if ((long) LONG.get(marks, group) == 0) {
                continue;
            }
            for (int mark = group; mark < group + Long.BYTES; mark++) {
                if (marks[mark] != 0) {
                    marks[mark] = 0;
                    int end = Math.min((mark + 1) * pagesPerMark + 1, pages.length);
                    for (int page = Math.max(seen, mark * pagesPerMark); page < end; page++) {
                        pages = withPage(pages, page);
                    }
                    seen = end;
                }
            }
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
        marks[address >>> SHIFT] = 1;
    }

    @Override
    public void writeShort(int address, short value) {
        super.writeShort(address, value);
        marks[address >>> SHIFT] = 1;
    }

    @Override
    public void writeI32(int address, int value) {
        super.writeI32(address, value);
        marks[address >>> SHIFT] = 1;
    }

    @Override
    public void writeLong(int address, long value) {
        super.writeLong(address, value);
        marks[address >>> SHIFT] = 1;
    }
}
