package dev.wasmbox.internal.state;

import java.util.BitSet;
import java.util.List;

/**
 * All that decides what a guest does next and lies inside it. Immutable, by agreement where arrays and bit sets are
 * concerned: nobody changes them after construction.
 *
 * @param memories every memory, in the module's order
 * @param globals every mutable global, in the module's order
 * @param tables every table, in the module's order
 * @param droppedData the data segments that {@code data.drop} has dropped
 * @param droppedElements the element segments that {@code elem.drop} has dropped
 */
public record GuestState(
        List<PagedBytes> memories,
        List<GlobalValue> globals,
        List<TableImage> tables,
        BitSet droppedData,
        BitSet droppedElements) {

    /** How many memories a module may have. */
    public static final int MAXIMUM_MEMORIES = 16;

    /** How many tables a module may have. */
    public static final int MAXIMUM_TABLES = 16;

    /** How many segments of each kind a module may have. */
    public static final int MAXIMUM_SEGMENTS = 1_000_000;

    /**
     * Whether no part is larger than a limit.
     *
     * @param memoryBytes the limit of each memory, in bytes
     * @param tableElements the limit of each table
     * @return whether none is
     */
    public boolean fits(long memoryBytes, int tableElements) {
        return memories.stream().allMatch(memory -> memory.sizeBytes() <= memoryBytes)
                && tables.stream().allMatch(table -> table.size() <= tableElements);
    }
}
