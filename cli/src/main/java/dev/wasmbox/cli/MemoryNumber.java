package dev.wasmbox.cli;

import dev.wasmbox.MemoryContents;
import java.util.List;

/** One of a guest's memories, by its number. */
final class MemoryNumber {

    private MemoryNumber() {}

    static MemoryContents of(SnapshotOptions.Opened opened, int number) {
        List<MemoryContents> memories = opened.snapshot().memories();
        if (number < 0 || number >= memories.size()) {
            throw new Failure(opened.name() + " has no memory " + number + "; "
                    + (memories.isEmpty() ? "it has none." : "its last is " + (memories.size() - 1) + "."));
        }
        return memories.get(number);
    }
}
