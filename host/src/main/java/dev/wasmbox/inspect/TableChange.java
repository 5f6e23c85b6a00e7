package dev.wasmbox.inspect;

import java.util.List;

/**
 * A table that is not as it was.
 *
 * @param table its index
 * @param sizeBefore how many elements it had
 * @param sizeAfter how many it has
 * @param elements those that are not as they were
 */
public record TableChange(int table, int sizeBefore, int sizeAfter, List<Element> elements) {

    /**
     * An element that is not as it was.
     *
     * @param index its index
     * @param before the function's index, or -1 for null or where there was none
     * @param after the function's index, or -1 for null
     */
    public record Element(int index, int before, int after) {}

    /**
     * A change.
     *
     * @param table its index
     * @param sizeBefore how many elements it had
     * @param sizeAfter how many it has
     * @param elements those that are not as they were; they are copied
     */
    public TableChange {
        elements = List.copyOf(elements);
    }
}
