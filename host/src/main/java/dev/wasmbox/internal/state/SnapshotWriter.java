package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the second version of the format; docs/snapshot-format.md describes it.
 *
 * <p>A page that is told as a difference is the exclusive or of what it is and what it was: where little changed that is
 * nearly all zero, and takes a few bytes once it is compressed.
 */
final class SnapshotWriter {

    /** The version of the format that is written. */
    static final int VERSION = 2;

    /** How many blocks are compressed together. */
    static final int BLOCKS_TOGETHER = 256;

    /** What marks a page's content as a difference from what it was. */
    static final int DIFFERENCE = 1 << 31;

    /** The most that a module may have been compressed, so that its file accounts for what reading it allocates. */
    static final int MAXIMUM_COMPRESSION = 512;

    /** A page of which more bytes changed is told by what it is, not by what changed. */
    private static final int MANY_CHANGES = Page.BYTES / 4;

    private final BoxImage image;
    private final Output file = new Output();
    private int sections;

    /** The number of each content (in a tree: a guest could make all of its pages hash alike), and the contents in their order. */
    private final Map<byte[], Integer> numbers = new TreeMap<>(Arrays::compare);

    private final List<byte[]> blocks = new ArrayList<>();

    private SnapshotWriter(BoxImage image) {
        this.image = image;
    }

    /**
     * Writes a state.
     *
     * @param image the state
     * @param parent what it is told as the difference from, or null
     * @param wasm its module if that is to be in the file, or null
     * @return a new array
     */
    static byte[] write(BoxImage image, @Nullable Parent parent, byte @Nullable [] wasm) {
        return new SnapshotWriter(image).file(parent, wasm);
    }

    private byte[] file(@Nullable Parent parent, byte @Nullable [] wasm) {
        Output body = new Output();
        section(body, Section.IDEN, identity());
        if (parent != null) {
            section(body, Section.PARE, parent(parent));
        }
        section(body, Section.HOST, host());
        section(body, Section.GLOB, globals());
        GuestState guest = image.guest();
        if (!guest.droppedData().isEmpty() || !guest.droppedElements().isEmpty()) {
            section(body, Section.DROP, dropped());
        }
        section(body, Section.PAGE, pages(parent == null ? null : parent.image()));
        if (!blocks.isEmpty()) {
            section(body, Section.BLOK, blocks());
        }
        if (wasm != null) {
            section(body, Section.WASM, module(wasm));
        }
        file.bytes(SnapshotFormat.magic());
        file.u32(VERSION);
        file.u32(sections);
        file.append(body);
        file.bytes(file.sha256());
        return file.toByteArray();
    }

    private void section(Output body, Section section, Output contents) {
        sections++;
        body.bytes(section.kind());
        body.u32(section.flags());
        body.u64(contents.size());
        body.append(contents);
    }

    private Output identity() {
        Output out = new Output();
        out.bytes(StateDigest.of(image));
        out.bytes(image.moduleDigest());
        return out;
    }

    private static Output parent(Parent parent) {
        Output out = new Output();
        out.u32(parent.kind().number());
        out.bytes(StateDigest.of(parent.image()));
        return out;
    }

    private Output host() {
        Output out = new Output();
        out.host(image.host());
        return out;
    }

    private Output globals() {
        Output out = new Output();
        out.u32(image.guest().globals().size());
        for (GlobalValue global : image.guest().globals()) {
            out.u8(global.type());
            out.u64(global.low());
            if (global.type() == GlobalValue.VECTOR) {
                out.u64(global.high());
            }
        }
        return out;
    }

    private Output dropped() {
        Output out = new Output();
        out.segments(image.guest().droppedData());
        out.segments(image.guest().droppedElements());
        return out;
    }

    private Output pages(@Nullable BoxImage parent) {
        Output out = new Output();
        List<PagedBytes> memories = image.guest().memories();
        out.u32(memories.size());
        for (int i = 0; i < memories.size(); i++) {
            out.u32(memories.get(i).sizeBytes() / Limits.PAGE_BYTES);
            pages(out, memories.get(i), memoryOf(parent, i));
        }
        List<TableImage> tables = image.guest().tables();
        out.u32(tables.size());
        for (int i = 0; i < tables.size(); i++) {
            out.u32(tables.get(i).size());
            pages(out, tables.get(i).contents(), tableOf(parent, i));
        }
        return out;
    }

    /** {@return a memory of a parent; one that it does not have counts as empty} */
    static PagedBytes memoryOf(@Nullable BoxImage parent, int index) {
        return parent == null || index >= parent.guest().memories().size()
                ? PagedBytes.zeros(0)
                : parent.guest().memories().get(index);
    }

    /** {@return a table of a parent; one that it does not have counts as empty} */
    static PagedBytes tableOf(@Nullable BoxImage parent, int index) {
        return parent == null || index >= parent.guest().tables().size()
                ? PagedBytes.zeros(0)
                : parent.guest().tables().get(index).contents();
    }

    private void pages(Output out, PagedBytes contents, PagedBytes before) {
        Output entries = new Output();
        int[] count = {0};
        contents.forEachChange(before, index -> {
            Page page = contents.page(index);
            entries.u32(index);
            entries.u32(page == null ? 0 : content(page, before.pageOrZero(index)));
            count[0]++;
        });
        out.u32(count[0]);
        out.append(entries);
    }

    /** The number of the block that tells a page, and whether the block is a difference. */
    private int content(Page page, @Nullable Page before) {
        byte[] now = page.bytes();
        if (before == null) {
            return number(now);
        }
        byte[] then = before.bytes();
        byte[] difference = new byte[Page.BYTES];
        int changes = 0;
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (byte) (now[i] ^ then[i]);
            changes += difference[i] == 0 ? 0 : 1;
        }
        return changes > MANY_CHANGES ? number(now) : DIFFERENCE | number(difference);
    }

    private int number(byte[] block) {
        return numbers.computeIfAbsent(block, _ -> {
            blocks.add(block);
            return blocks.size();
        });
    }

    private Output blocks() {
        Output out = new Output();
        out.u32(blocks.size());
        for (int from = 0; from < blocks.size(); from += BLOCKS_TOGETHER) {
            int to = Math.min(from + BLOCKS_TOGETHER, blocks.size());
            byte[] together = new byte[(to - from) * Page.BYTES];
            for (int i = from; i < to; i++) {
                System.arraycopy(blocks.get(i), 0, together, (i - from) * Page.BYTES, Page.BYTES);
            }
            byte[] compressed = Zstandard.compress(together);
            byte[] stored = compressed == null ? together : compressed;
            out.u32(stored.length);
            out.bytes(stored);
        }
        return out;
    }

    private static Output module(byte[] wasm) {
        byte[] compressed = Zstandard.compress(wasm);
        boolean worthwhile = compressed != null && (long) compressed.length * MAXIMUM_COMPRESSION >= wasm.length;
        Output out = new Output();
        out.u64(wasm.length);
        out.bytes(compressed != null && worthwhile ? compressed : wasm);
        return out;
    }
}
