package dev.wasmbox.internal.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which pages of a memory were stored to: a byte for each page, so that a store marks without reading. An access of up to
 * eight bytes marks the page that it begins in, even if it goes on into the next one; so a page was possibly stored to if
 * it or the one before it is marked.
 */
public final class PageMarks {

    /** By how much an address is shifted to the right to have its page's index. */
    public static final int SHIFT = 12;

    /** What marks a page. */
    public static final byte TOUCHED = 1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private PageMarks() {}

    /** {@return a mark for each page of a memory of that size, which is a multiple of 64 KiB} */
    public static byte[] forSize(int sizeBytes) {
        return new byte[sizeBytes >>> SHIFT];
    }

    /** Marks all pages of a range, which has at least one byte. */
    public static void mark(byte[] marks, int address, int length) {
        int first = address >>> SHIFT;
        int last = (address + length - 1) >>> SHIFT;
        if (first == last) {
            marks[first] = TOUCHED;
        } else {
            Arrays.fill(marks, first, last + 1, TOUCHED);
        }
    }

    /** {@return whether a page was possibly stored to} */
    static boolean isSuspect(byte[] marks, int page) {
        return (marks[page] | (page == 0 ? 0 : marks[page - 1])) != 0;
    }

    /** {@return whether one of the 16 pages from a multiple of 16 on was possibly stored to} */
    static boolean isGroupSuspect(byte[] marks, int firstPage) {
        long marked = (long) LONG.get(marks, firstPage) | (long) LONG.get(marks, firstPage + Long.BYTES);
        return marked != 0 || (firstPage > 0 && marks[firstPage - 1] != 0);
    }
}
