package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.runtime.Memory;

/**
 * A memory at one moment, in pages. Whoever has an image changes neither it nor its pages; images share those that
 * are equal.
 *
 * @param pages the pages in their order, each of {@link #PAGE} bytes
 */
record Image(byte[][] pages) {

    /** A constant to HotSpot, which is why it is a property of the process and no parameter. */
    static final int PAGE = Integer.getInteger("wasmbox.bench.page", 4096);

    static final int SHIFT = Integer.numberOfTrailingZeros(PAGE);

    /** All pages that are zero are this one. */
    static final byte[] ZERO = new byte[PAGE];

    static {
        if (Integer.bitCount(PAGE) != 1 || PAGE < Long.BYTES || PAGE > Memory.PAGE_SIZE) {
            throw new IllegalArgumentException("wasmbox.bench.page is " + PAGE + ", but has to be a power of two from "
                    + Long.BYTES + " to " + Memory.PAGE_SIZE);
        }
    }

    static boolean isZero(byte[] bytes, int from) {
        return Arrays.equals(bytes, from, from + PAGE, ZERO, 0, PAGE);
    }

    /** The table of pages for a memory that may have grown since. */
    static byte[][] enlarged(byte[][] pages, int count) {
        if (pages.length == count) {
            return pages;
        }
        byte[][] enlarged = Arrays.copyOf(pages, count);
        Arrays.fill(enlarged, pages.length, count, ZERO);
        return enlarged;
    }

    byte[] toBytes() {
        byte[] bytes = new byte[pages.length * PAGE];
        for (int page = 0; page < pages.length; page++) {
            System.arraycopy(pages[page], 0, bytes, page * PAGE, PAGE);
        }
        return bytes;
    }
}
