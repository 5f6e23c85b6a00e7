package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's file of the second version, read as far as that is possible without its parent: its sections are whole and
 * well-formed. Nothing is decompressed yet. Immutable.
 */
public final class SnapshotFile {

    /** More than any compiler makes, and what a module may have that is loaded. */
    private static final long MAXIMUM_MODULE_BYTES = 1L << 30;

    private final byte[] bytes;
    private final Map<Section, Part> parts = new EnumMap<>(Section.class);
    private final List<Part> allParts = new ArrayList<>();

    private final byte[] stateDigest;
    private final byte[] moduleDigest;
    private final Parent.@Nullable Kind parentKind;
    private final byte[] parentDigest;
    private final HostState host;
    private final List<GlobalValue> globals;
    private final BitSet droppedData;
    private final BitSet droppedElements;
    private final List<PageList> memories = new ArrayList<>();
    private final List<PageList> tables = new ArrayList<>();
    private int blockCount;

    /**
     * A section.
     *
     * @param kind its four letters
     * @param known whether this WasmBox knows it
     * @param offset where its contents begin
     * @param length how long they are
     */
    public record Part(String kind, boolean known, int offset, int length) {}

    /** The pages of a memory or a table that are stored, and the contents that they have. */
    private record PageList(int sizeBytes, int[] indexes, int[] contents) {}

    /** Reads a whole file that begins as one of this version, and whose checksum matches. */
    SnapshotFile(byte[] bytes) {
        this.bytes = bytes;
        findParts();

        Input identity = required(Section.IDEN);
        stateDigest = identity.bytes(Sha256.BYTES);
        moduleDigest = identity.bytes(Sha256.BYTES);
        identity.end();

        Input parent = optional(Section.PARE);
        parentKind = parent == null
                ? null
                : parent.atMost(1, "kind of parent") == Parent.Kind.BASE.number()
                        ? Parent.Kind.BASE
                        : Parent.Kind.SNAPSHOT;
        parentDigest = parent == null ? new byte[0] : parent.bytes(Sha256.BYTES);
        end(parent);

        Input hostInput = required(Section.HOST);
        host = hostInput.host();
        hostInput.end();

        globals = readGlobals(required(Section.GLOB));

        Input dropped = optional(Section.DROP);
        droppedData = dropped == null ? new BitSet() : dropped.segments("dropped data segments");
        droppedElements = dropped == null ? new BitSet() : dropped.segments("dropped element segments");
        end(dropped);

        readPages(required(Section.PAGE));
        Part blocks = parts.get(Section.BLOK);
        if ((blocks == null) != (blockCount == 0)) {
            throw new DamagedException(
                    "the contents of its pages are " + (blocks == null ? "missing" : "there, but no page has any"));
        }
    }

    private void findParts() {
        Input in = new Input(
                bytes,
                SnapshotFormat.PREFIX_BYTES,
                bytes.length - SnapshotFormat.PREFIX_BYTES - Sha256.BYTES,
                "sections");
        Section previous = null;
        for (int i = in.count("sections", Section.HEADER_BYTES); i > 0; i--) {
            byte[] kind = in.bytes(Section.KIND_BYTES);
            String name = printable(kind);
            int flags = in.u32();
            long length = in.u64();
            if (length < 0 || length > in.remaining()) {
                throw new DamagedException("its section " + name + " announces " + Long.toUnsignedString(length)
                        + " bytes, but " + in.remaining() + " are left");
            }
            Section section = Section.ofKind(kind);
            Part part = new Part(name, section != null, in.position(), (int) length);
            allParts.add(part);
            in.skip(part.length());
            if (section == null) {
                skipUnknown(name, flags);
                continue;
            }
            if (flags != section.flags()) {
                throw new DamagedException("its section " + name + " has the flags " + Integer.toUnsignedString(flags));
            }
            if (previous != null && section.compareTo(previous) <= 0) {
                throw new DamagedException("its section " + name + " is there twice, or not in its order");
            }
            previous = section;
            parts.put(section, part);
        }
        in.end();
        if (allParts.isEmpty() || !allParts.getFirst().kind().equals(Section.IDEN.name())) {
            throw new DamagedException("its first section is not " + Section.IDEN);
        }
    }

    private static void skipUnknown(String name, int flags) {
        if (flags != Section.SKIPPABLE) {
            throw new UnknownSectionException(name);
        }
    }

    private static String printable(byte[] kind) {
        StringBuilder name = new StringBuilder();
        for (byte letter : kind) {
            name.append(letter > ' ' && letter < 0x7F ? (char) letter : '?');
        }
        return name.toString();
    }

    private Input required(Section section) {
        Input input = optional(section);
        if (input == null) {
            throw new DamagedException("its section " + section + " is missing");
        }
        return input;
    }

    private @Nullable Input optional(Section section) {
        Part part = parts.get(section);
        return part == null ? null : new Input(bytes, part.offset(), part.length(), "section " + section);
    }

    private static void end(@Nullable Input input) {
        if (input != null) {
            input.end();
        }
    }

    private static List<GlobalValue> readGlobals(Input in) {
        List<GlobalValue> globals = new ArrayList<>();
        for (int i = in.count("globals", 9); i > 0; i--) {
            int type = in.u8();
            globals.add(new GlobalValue(type, in.u64(), type == GlobalValue.VECTOR ? in.u64() : 0));
        }
        in.end();
        return List.copyOf(globals);
    }

    private void readPages(Input in) {
        for (int i = in.atMost(GuestState.MAXIMUM_MEMORIES, "number of memories"); i > 0; i--) {
            memories.add(readPageList(
                    in,
                    in.atMost(SnapshotFormat.MAXIMUM_WEBASSEMBLY_PAGES, "number of a memory's pages")
                            * Limits.PAGE_BYTES));
        }
        for (int i = in.atMost(GuestState.MAXIMUM_TABLES, "number of tables"); i > 0; i--) {
            tables.add(readPageList(
                    in,
                    in.atMost(TableImage.MAXIMUM_ELEMENTS, "number of a table's elements") * TableImage.ELEMENT_BYTES));
        }
        in.end();
    }

    private PageList readPageList(Input in, int sizeBytes) {
        int pageCount = PagedBytes.pagesIn(sizeBytes);
        int[] indexes = new int[in.count("pages", 2 * Integer.BYTES)];
        int[] contents = new int[indexes.length];
        int previous = -1;
        for (int i = 0; i < indexes.length; i++) {
            int index = in.u32();
            if (index <= previous || index >= pageCount) {
                throw new DamagedException("a page has the index " + Integer.toUnsignedString(index));
            }
            previous = index;
            indexes[i] = index;
            contents[i] = in.u32();
            // Contents are numbered as they are first used, so that none is there without a use.
            int number = contents[i] & ~SnapshotWriter.DIFFERENCE;
            boolean needsParent = contents[i] <= 0;
            if (number > blockCount + 1
                    || contents[i] == SnapshotWriter.DIFFERENCE
                    || (needsParent && parentKind == null)) {
                throw new DamagedException("a page has the content " + Integer.toUnsignedString(contents[i]));
            }
            blockCount = Math.max(blockCount, number);
        }
        return new PageList(sizeBytes, indexes, contents);
    }

    // What it says of itself.

    /** {@return the digest of the state that it holds, as it says} */
    public byte[] stateDigest() {
        return stateDigest;
    }

    /** {@return the digest of the module that it is of} */
    public byte[] moduleDigest() {
        return moduleDigest;
    }

    /** {@return what kind of parent it has, or null if it has none} */
    public Parent.@Nullable Kind parentKind() {
        return parentKind;
    }

    /** {@return the digest of its parent's state, empty if it has none} */
    public byte[] parentDigest() {
        return parentDigest;
    }

    /** {@return all of its sections, in their order} */
    public List<Part> sections() {
        return List.copyOf(allParts);
    }

    /** {@return how many pages are stored in it, and how many different contents they have} */
    public int[] storedPages() {
        int pages = 0;
        for (List<PageList> lists : List.of(memories, tables)) {
            for (PageList list : lists) {
                pages += list.indexes().length;
            }
        }
        return new int[] {pages, blockCount};
    }

    /** {@return whether the module is in the file} */
    public boolean hasModule() {
        return parts.containsKey(Section.WASM);
    }

    /** {@return the module, which has to be in the file} */
    byte[] wasm() {
        Input in = required(Section.WASM);
        long length = in.u64();
        long stored = in.remaining();
        if (length < stored || length > stored * SnapshotWriter.MAXIMUM_COMPRESSION || length > MAXIMUM_MODULE_BYTES) {
            throw new DamagedException(
                    "its module is said to have " + Long.toUnsignedString(length) + " bytes, but takes " + stored);
        }
        byte[] wasm = length == stored
                ? in.bytes((int) stored)
                : Zstandard.decompress(bytes, in.position(), (int) stored, (int) length);
        if (!Arrays.equals(Sha256.of(wasm), moduleDigest)) {
            throw new DamagedException("the module in it is another one than it says");
        }
        return wasm;
    }

    // The state.

    /**
     * The state that the file holds.
     *
     * @param parent the parent's state, or null if it has none
     * @return the state, whose digest is the one that the file says
     */
    BoxImage image(@Nullable BoxImage parent) {
        if (parent != null && !Arrays.equals(parent.moduleDigest(), moduleDigest)) {
            throw new DamagedException("its parent is of another module");
        }
        Page[] blocks = readBlocks();
        List<PagedBytes> memoryContents = new ArrayList<>();
        for (int i = 0; i < memories.size(); i++) {
            memoryContents.add(contents(memories.get(i), SnapshotWriter.memoryOf(parent, i), blocks));
        }
        List<TableImage> tableContents = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            tableContents.add(new TableImage(contents(tables.get(i), SnapshotWriter.tableOf(parent, i), blocks)));
        }
        BoxImage image = new BoxImage(
                moduleDigest,
                new GuestState(
                        List.copyOf(memoryContents), globals, List.copyOf(tableContents), droppedData, droppedElements),
                host);
        if (!Arrays.equals(StateDigest.of(image), stateDigest)) {
            throw new DamagedException("the state in it is not the one that it says, by its digest");
        }
        return image;
    }

    private Page[] readBlocks() {
        Page[] blocks = new Page[blockCount];
        Input in = optional(Section.BLOK);
        if (in == null) {
            return blocks;
        }
        if (in.u32() != blockCount) {
            throw new DamagedException("it has more or fewer contents than its pages use");
        }
        for (int from = 0; from < blockCount; from += SnapshotWriter.BLOCKS_TOGETHER) {
            int count = Math.min(SnapshotWriter.BLOCKS_TOGETHER, blockCount - from);
            int length = count * Page.BYTES;
            int stored = in.atMost(length, "length of compressed pages");
            int start = in.position();
            in.skip(stored);
            byte[] together = stored == length
                    ? Arrays.copyOfRange(bytes, start, start + stored)
                    : Zstandard.decompress(bytes, start, stored, length);
            for (int i = 0; i < count; i++) {
                byte[] block = Arrays.copyOfRange(together, i * Page.BYTES, (i + 1) * Page.BYTES);
                if (Page.isZero(block)) {
                    throw new DamagedException("a page is stored although it is zero");
                }
                blocks[from + i] = new Page(block);
            }
        }
        in.end();
        return blocks;
    }

    private static PagedBytes contents(PageList list, PagedBytes parent, Page[] blocks) {
        int[] indexes = list.indexes();
        @Nullable Page[] pages = new Page[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            Page before = parent.pageOrZero(indexes[i]);
            int content = list.contents()[i];
            if (content > 0) {
                pages[i] = blocks[content - 1];
            } else if (before == null) {
                throw new DamagedException("a page is told as the difference from one that its parent does not have");
            } else if (content != 0) {
                pages[i] = difference(before, blocks[(content & ~SnapshotWriter.DIFFERENCE) - 1]);
            }
        }
        return parent.with(list.sizeBytes(), indexes, pages).requireZeroTail();
    }

    private static @Nullable Page difference(Page before, Page block) {
        byte[] bytes = before.bytes().clone();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= block.bytes()[i];
        }
        if (Page.isZero(bytes)) {
            throw new DamagedException("a page is told by a difference although it is zero");
        }
        return new Page(bytes);
    }
}
