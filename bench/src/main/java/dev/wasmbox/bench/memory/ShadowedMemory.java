package dev.wasmbox.bench.memory;

import java.util.Arrays;
import run.endive.wasm.types.MemoryLimits;

/**
 * Like {@link ComparedMemory}, with a second array that holds what the last image holds: so a snapshot compares 64 KiB
 * at once, and single pages only where these differ. It takes twice the memory.
 */
final class ShadowedMemory extends FlatMemory {

    private byte[] shadow = {};

    ShadowedMemory(MemoryLimits limits) {
        super(limits);
    }

    @Override
    Image capture() {
        byte[] bytes = bytes();
        if (shadow.length != bytes.length) {
            shadow = Arrays.copyOf(shadow, bytes.length);
        }
        byte[][] pages = lastPages();
        for (int from = 0, size = size(); from < size; from += PAGE_SIZE) {
            int to = from + PAGE_SIZE;
            if (!Arrays.equals(bytes, from, to, shadow, from, to)) {
                for (int page = from / Image.PAGE; page < to / Image.PAGE; page++) {
                    byte[] before = pages[page];
                    pages = withPage(pages, page);
                    if (pages[page] != before) {
                        System.arraycopy(bytes, page * Image.PAGE, shadow, page * Image.PAGE, Image.PAGE);
                    }
                }
            }
        }
        return remembered(pages);
    }
}
