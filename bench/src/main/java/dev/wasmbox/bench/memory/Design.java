package dev.wasmbox.bench.memory;

import java.util.List;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MemoryLimits;

/** What is compared. Each is measured in processes of its own: HotSpot inlines the only implementation it has seen. */
enum Design {
    /** What the others are told as a ratio of. */
    FLAT("flat", 4, 4),
    FLAT_1("flat, 1 KiB", 1, 1),
    FLAT_16("flat, 16 KiB", 16, 16),
    SHADOW("flat, shadow", 4, 4),
    MARKS("marks", 4, 4),
    MARKS_64("marks of 64 KiB", 4, 64),
    BITS("marks in bits", 4, 4),
    PAGES_4("pages", 4, 4),
    PAGES_64("pages of 64 KiB", 64, 64),
    /** As it comes: for its speed only, it has no snapshots. */
    ENGINE("the engine's", 4, 4);

    /** Those whose stores and loads differ. */
    static final List<Design> TO_COMPUTE_WITH = List.of(FLAT, MARKS, MARKS_64, BITS, PAGES_4, PAGES_64, ENGINE);

    static final List<Design> TO_TAKE_SNAPSHOTS_OF =
            List.of(FLAT, FLAT_1, FLAT_16, SHADOW, MARKS, MARKS_64, BITS, PAGES_4, PAGES_64);

    final String title;
    private final int pageKib;
    private final int grainKib;

    Design(String title, int pageKib, int grainKib) {
        this.title = title;
        this.pageKib = pageKib;
        this.grainKib = grainKib;
    }

    /** The options of a Java virtual machine that measures this design. */
    List<String> options() {
        return List.of("-Dwasmbox.bench.page=" + pageKib * 1024, "-Dwasmbox.bench.grain=" + grainKib * 1024);
    }

    Memory newMemory(MemoryLimits limits) {
        return switch (this) {
            case FLAT, FLAT_1, FLAT_16 -> new ComparedMemory(limits);
            case SHADOW -> new ShadowedMemory(limits);
            case MARKS, MARKS_64 -> new MarkedMemory(limits);
            case BITS -> new BitmapMemory(limits);
            case PAGES_4, PAGES_64 -> new PagedMemory(limits);
            case ENGINE -> new ByteArrayMemory(limits);
        };
    }
}
