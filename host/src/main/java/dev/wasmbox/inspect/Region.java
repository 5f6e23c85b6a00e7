package dev.wasmbox.inspect;

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
}
