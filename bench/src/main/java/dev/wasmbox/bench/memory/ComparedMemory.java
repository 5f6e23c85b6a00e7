package dev.wasmbox.bench.memory;

import run.endive.wasm.types.MemoryLimits;

/** A store is a store; a snapshot compares each page with that of the last image. */
final class ComparedMemory extends FlatMemory {

    ComparedMemory(MemoryLimits limits) {
        super(limits);
    }

    @Override
    Image capture() {
        byte[][] pages = lastPages();
        for (int page = 0, count = pages.length; page < count; page++) {
            pages = withPage(pages, page);
        }
        return remembered(pages);
    }
}
