package dev.wasmbox.inspect;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot, or the difference between two, as a page for a browser: the memory page by page, coloured by what it is for
 * and by what changed; the bytes of each page, the globals, the tables. One HTML file that needs nothing else.
 * Immutable; each {@code with} method returns a changed copy.
 *
 * {@snippet :
 * Files.writeString(Path.of("two.html"), SnapshotPicture.of(SnapshotDiff.between(one, two), ModuleLayout.of(module)).toHtml());
 * }
 *
 * <p>It shows what the guest's memory holds, secrets included: whoever gets the page gets them, too.
 */
public final class SnapshotPicture {

    private static final int PAGE = MemoryContents.PAGE_BYTES;

    /** Where the page's data go in its template. */
    private static final String PLACE = "\"the data\"";

    private static final long STANDARD_CONTENT_BYTES = 4 << 20;

    /** How many elements of a table are shown. */
    private static final int MAXIMUM_ELEMENTS = 5_000;

    private final @Nullable Snapshot before;
    private final Snapshot after;
    private final ModuleLayout layout;
    private final String nameBefore;
    private final String nameAfter;
    private final long contentBytes;

    private SnapshotPicture(
            @Nullable Snapshot before,
            Snapshot after,
            ModuleLayout layout,
            String nameBefore,
            String nameAfter,
            long contentBytes) {
        this.before = before;
        this.after = after;
        this.layout = layout;
        this.nameBefore = nameBefore;
        this.nameAfter = nameAfter;
        this.contentBytes = contentBytes;
    }

    /**
     * The picture of a snapshot.
     *
     * @param snapshot the snapshot
     * @param layout where its module's program keeps what
     * @return the picture
     */
    public static SnapshotPicture of(Snapshot snapshot, ModuleLayout layout) {
        return new SnapshotPicture(null, snapshot, layout, "", "a snapshot", STANDARD_CONTENT_BYTES);
    }

    /**
     * The picture of a difference.
     *
     * @param diff the difference
     * @param layout where the module's program keeps what
     * @return the picture
     */
    public static SnapshotPicture of(SnapshotDiff diff, ModuleLayout layout) {
        return new SnapshotPicture(
                diff.before(), diff.after(), layout, "one snapshot", "another", STANDARD_CONTENT_BYTES);
    }

    /**
     * A copy that calls the snapshots by other names, for example those of their files.
     *
     * @param newNameBefore what the one is called; the picture of a single snapshot does not use it
     * @param newNameAfter what the other, or the only one, is called
     * @return the copy
     */
    public SnapshotPicture withNames(String newNameBefore, String newNameAfter) {
        return new SnapshotPicture(before, after, layout, newNameBefore, newNameAfter, contentBytes);
    }

    /**
     * A copy that shows the contents of other numbers of pages. Those beyond the number are in the map all the same.
     *
     * @param newContentBytes how many bytes of memory are put into the page, 4 MiB by default
     * @return the copy
     */
    public SnapshotPicture withContentBytes(long newContentBytes) {
        return new SnapshotPicture(before, after, layout, nameBefore, nameAfter, newContentBytes);
    }

    /** {@return the page} */
    public String toHtml() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("before", before == null ? null : facts(before, nameBefore));
        data.put("after", facts(after, nameAfter));
        if (before != null) {
            SnapshotDiff diff = SnapshotDiff.between(before, after);
            EntropyChange entropy = diff.entropy();
            data.put("equal", diff.isEmpty());
            data.put("sameModule", diff.sameModule());
            data.put("entropy", entropy.kind().name());
            data.put("entropyBytes", entropy.positionAfter() - entropy.positionBefore());
            data.put("droppedData", diff.droppedDataSegments().toString());
            data.put("droppedElements", diff.droppedElementSegments().toString());
        }
        data.put("layout", layout.derivation());
        data.put("memories", memories());
        data.put("globals", globals());
        data.put("tables", tables());
        return template().replace(PLACE, JsonText.of(data));
    }

    private static String template() {
        try (InputStream stream =
                Objects.requireNonNull(SnapshotPicture.class.getResourceAsStream("picture.html"), "the template")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> facts(Snapshot snapshot, String name) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("digest", snapshot.digest());
        facts.put("module", snapshot.moduleDigest());
        facts.put("clock", snapshot.clock().toString());
        facts.put("uptime", text(snapshot.uptime().toNanos()));
        facts.put("messages", snapshot.messages());
        facts.put("outputs", snapshot.outputs());
        facts.put("finished", snapshot.finished());
        facts.put("memoryBytes", snapshot.memoryBytes());
        facts.put(
                "inUse",
                snapshot.memories().stream()
                        .mapToLong(memory -> memory.pagesInUse().count())
                        .sum());
        facts.put("entropyPosition", snapshot.entropyPosition());
        return facts;
    }

    private static String text(long nanos) {
        return java.math.BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + " s";
    }

    // Memories.

    private List<Object> memories() {
        List<MemoryContents> old = before == null ? List.of() : before.memories();
        List<MemoryContents> now = after.memories();
        long[] budget = {contentBytes};
        List<Object> memories = new ArrayList<>();
        for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
            memories.add(memory(i, i < old.size() ? old.get(i) : null, i < now.size() ? now.get(i) : null, budget));
        }
        return memories;
    }

    private Map<String, Object> memory(
            int index, @Nullable MemoryContents old, @Nullable MemoryContents now, long[] budget) {
        MemoryChange change = new MemoryChange(index, old, now);
        int size = Math.max(change.bytesBefore(), change.bytesAfter());
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("index", index);
        memory.put("sizeBefore", change.bytesBefore());
        memory.put("sizeAfter", change.bytesAfter());
        List<Object> regions = new ArrayList<>();
        for (Region region : layout.regions(index, size)) {
            List<RegionChange> changes = before == null ? List.of() : change.byRegion(List.of(region));
            regions.add(List.of(
                    region.kind().label(),
                    region.start(),
                    region.end(),
                    now == null ? 0 : region.pagesInUse(now),
                    changes.isEmpty() ? 0 : changes.getFirst().changedPages(),
                    changes.isEmpty() ? 0 : changes.getFirst().changedBytes()));
        }
        memory.put("regions", regions);
        List<Object> symbols = new ArrayList<>();
        if (index == 0) {
            layout.symbols().forEach(symbol -> symbols.add(List.of(symbol.name(), symbol.address())));
        }
        memory.put("symbols", symbols);

        // Every page of which there is something to tell: its index, how many bytes are not zero, how many changed.
        List<Object> pages = new ArrayList<>();
        Map<String, Object> contents = new LinkedHashMap<>();
        long leftOut = 0;
        for (int page : interesting(change, old, now)) {
            boolean gone = (long) page * PAGE >= change.bytesAfter();
            ByteRange whole = new ByteRange(page * PAGE, Math.min(PAGE, size - page * PAGE));
            byte[] bytes = gone ? change.before(whole) : change.after(whole);
            int changed = before == null ? 0 : change.changedBytes(page);
            pages.add(page);
            pages.add(nonZero(bytes));
            pages.add(changed);
            if (before != null && changed == 0 && !gone) {
                continue; // unchanged: the map says so, and the picture of one snapshot shows the bytes
            }
            if (budget[0] < PAGE) {
                leftOut++;
                continue;
            }
            budget[0] -= PAGE;
            contents.put(String.valueOf(page), contents(change, page, bytes, changed > 0));
        }
        memory.put("pages", pages);
        memory.put("contents", contents);
        memory.put("leftOut", leftOut);
        return memory;
    }

    private int[] interesting(MemoryChange change, @Nullable MemoryContents old, @Nullable MemoryContents now) {
        TreeMap<Integer, Boolean> pages = new TreeMap<>();
        if (now != null) {
            now.pagesInUse().forEach(page -> pages.put(page, true));
        }
        if (old != null) {
            old.pagesInUse()
                    .filter(page -> (long) page * PAGE >= change.bytesAfter())
                    .forEach(page -> pages.put(page, true));
        }
        if (before != null) {
            change.pages().forEach(page -> pages.put(page, true));
        }
        return pages.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    private static int nonZero(byte[] bytes) {
        int count = 0;
        for (byte value : bytes) {
            count += value == 0 ? 0 : 1;
        }
        return count;
    }

    /** A page's bytes; where they changed, and what they were there. */
    private static Map<String, Object> contents(MemoryChange change, int page, byte[] bytes, boolean changed) {
        Map<String, Object> contents = new LinkedHashMap<>();
        Base64.Encoder base64 = Base64.getEncoder();
        contents.put("bytes", base64.encodeToString(bytes));
        if (changed) {
            List<Object> ranges = new ArrayList<>();
            var old = new java.io.ByteArrayOutputStream();
            for (ByteRange range : change.ranges(page)) {
                ranges.add(range.address() % PAGE);
                ranges.add(range.length());
                old.writeBytes(change.before(range));
            }
            contents.put("ranges", ranges);
            contents.put("old", base64.encodeToString(old.toByteArray()));
        }
        return contents;
    }

    // Globals and tables.

    private List<Object> globals() {
        List<GlobalContents> old = before == null ? List.of() : before.globals();
        List<GlobalContents> now = after.globals();
        List<Object> globals = new ArrayList<>();
        for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
            GlobalContents was = i < old.size() ? old.get(i) : null;
            GlobalContents is = i < now.size() ? now.get(i) : null;
            Map<String, @Nullable Object> global = new LinkedHashMap<>();
            global.put("index", i);
            global.put("name", layout.globalName(i));
            global.put("type", Objects.requireNonNull(is == null ? was : is).type());
            global.put("before", was == null ? null : text(was));
            global.put("after", is == null ? null : text(is));
            globals.add(global);
        }
        return globals;
    }

    private String text(GlobalContents global) {
        return switch (global.type()) {
            case "funcref" -> layout.functionName((int) global.bits());
            case "i32" -> global.text() + " (0x" + Integer.toHexString((int) global.bits()) + ")";
            default -> global.text();
        };
    }

    private List<Object> tables() {
        List<Object> tables = new ArrayList<>();
        if (before != null) {
            for (TableChange change : SnapshotDiff.between(before, after).tables()) {
                List<Object> elements = new ArrayList<>();
                change.elements().stream()
                        .limit(MAXIMUM_ELEMENTS)
                        .forEach(element -> elements.add(List.of(
                                element.index(),
                                layout.functionName(element.before()),
                                layout.functionName(element.after()))));
                tables.add(table(
                        change.table(), change.sizeAfter(), change.elements().size(), elements));
            }
            return tables;
        }
        for (int[] table : after.tables()) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < Math.min(table.length, MAXIMUM_ELEMENTS); i++) {
                elements.add(List.of(i, layout.functionName(table[i])));
            }
            tables.add(table(tables.size(), table.length, table.length, elements));
        }
        return tables;
    }

    private static Map<String, Object> table(int index, int size, int count, List<Object> elements) {
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("index", index);
        table.put("size", size);
        table.put("count", count);
        table.put("elements", elements);
        return table;
    }
}
