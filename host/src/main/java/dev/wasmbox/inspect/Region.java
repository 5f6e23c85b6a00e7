package dev.wasmbox.inspect;

import dev.wasmbox.MemoryContents;
import java.util.Locale;

/**
 * A part of a memory that a program uses for one purpose.
 *
 * @param kind the purpose
 * @param start the first address in it
 * @param end the first address after it
 */
public record Region(Kind kind, int start, int end) {

    /** What a part of a memory is for. */
    public enum Kind {
        /** The variables of running functions whose address is taken. */
        STACK,
        /** Constants and static variables. */
        DATA,
        /** What the program allocates. */
        HEAP,
        /** Not known. */
        OTHER;

        /** {@return its name in small letters} */
        public String label() {
            return this == OTHER ? "memory" : name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@return its length in bytes} */
    public int length() {
        return end - start;
    }

    /**
     * Whether an address lies in it.
     *
     * @param address the address
     * @return whether it does
     */
    public boolean contains(int address) {
        return address >= start && address < end;
    }

    /**
     * In how many of a memory's pages something of the region is not zero. A page on the border of two regions can count
     * for both.
     *
     * @param memory the memory that it is a region of
     * @return how many pages
     */
    public int pagesInUse(MemoryContents memory) {
        return (int) memory.pagesInUse().filter(page -> isInUse(memory, page)).count();
    }

    private boolean isInUse(MemoryContents memory, int page) {
        int first = page * MemoryContents.PAGE_BYTES;
        int from = Math.max(start, first);
        int to = (int) Math.min(Math.min(end, memory.sizeBytes()), (long) first + MemoryContents.PAGE_BYTES);
        if (to <= from) {
            return false;
        }
        for (byte value : memory.read(from, to - from)) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }
}
