package dev.wasmbox.testkit;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reader of snapshot files, written from docs/snapshot-format.md alone: it uses nothing of the library, and nothing of
 * its cleverness. What it reads, and the digests that it computes, have to be what the library reads and computes.
 *
 * <p>It is for files that are what they should be. Where they are not, it throws something, or reads nonsense.
 *
 * @param moduleDigest the SHA-256 of the module
 * @param host the host state as the file has it: 73 bytes
 * @param memories the memories
 * @param globals the globals
 * @param tables the tables
 * @param droppedData the dropped data segments
 * @param droppedElements the dropped element segments
 */
record PlainSnapshot(
        byte[] moduleDigest,
        byte[] host,
        List<Pages> memories,
        List<Global> globals,
        List<Pages> tables,
        List<Integer> droppedData,
        List<Integer> droppedElements) {

    private static final int PAGE = 4096;
    private static final int CHECKSUM = 32;

    /** A memory or a table: its size, and those of its pages that are not all zero. */
    record Pages(int sizeBytes, SortedMap<Integer, byte[]> pages) {
        static Pages empty() {
            return new Pages(0, new TreeMap<>());
        }
    }

    /** A global's type and bits. */
    record Global(int type, long low, long high) {}

    /** A section of a file of version 2. */
    record Section(String kind, int flags, byte[] contents) {}

    /** Where the files are that others are told as the difference from. */
    interface Parents {
        /** The whole file of a module's base, by the module's digest. */
        byte[] base(String moduleDigest);

        /** The file of a state, by the state's digest. */
        byte[] snapshot(String stateDigest);
    }

    static PlainSnapshot read(byte[] file) {
        return read(file, parents(Map.of()));
    }

    /** Reads a file, and checks its checksum and its state digest. */
    static PlainSnapshot read(byte[] file, Parents parents) {
        byte[] checksum = sha256(Arrays.copyOf(file, file.length - CHECKSUM));
        require("the checksum", checksum, Arrays.copyOfRange(file, file.length - CHECKSUM, file.length));
        PlainSnapshot snapshot = unchecked(file, parents);
        if (version(file) == 2) {
            byte[] said = Arrays.copyOf(sections(file).getFirst().contents(), 32);
            require("the state digest", snapshot.digest(), said);
        }
        return snapshot;
    }

    /** Reads a file that may be forged: neither its checksum nor its state digest is looked at. */
    static PlainSnapshot unchecked(byte[] file, Parents parents) {
        return version(file) == 1 ? versionOne(file) : versionTwo(file, parents);
    }

    static int version(byte[] file) {
        require("the magic", "WASMBOX\u001a".getBytes(StandardCharsets.US_ASCII), Arrays.copyOf(file, 8));
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
    }

    private static void require(String what, byte[] expected, byte[] found) {
        if (!Arrays.equals(expected, found)) {
            HexFormat hex = HexFormat.of();
            throw new IllegalArgumentException(
                    what + " is " + hex.formatHex(found) + " instead of " + hex.formatHex(expected));
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void end(ByteBuffer in) {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes are left over");
        }
    }

    // Version 2.

    /** The sections of a file, in their order. */
    static List<Section> sections(byte[] file) {
        ByteBuffer in = buffer(Arrays.copyOf(file, file.length - CHECKSUM)).position(12);
        List<Section> sections = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            String kind = new String(take(in, 4), StandardCharsets.ISO_8859_1);
            int flags = in.getInt();
            sections.add(new Section(kind, flags, take(in, Math.toIntExact(in.getLong()))));
        }
        end(in);
        return sections;
    }

    private static PlainSnapshot versionTwo(byte[] file, Parents parents) {
        Map<String, ByteBuffer> sections = new LinkedHashMap<>();
        sections(file).forEach(section -> sections.put(section.kind(), buffer(section.contents())));
        ByteBuffer identity = section(sections, "IDEN").position(32);
        byte[] moduleDigest = take(identity, 32);

        PlainSnapshot parent = null;
        ByteBuffer parentSection = sections.get("PARE");
        if (parentSection != null) {
            int kind = parentSection.getInt();
            byte[] digest = take(parentSection, 32);
            byte[] parentFile = kind == 1 ? parents.base(hex(moduleDigest)) : parents.snapshot(hex(digest));
            parent = read(parentFile, parents);
            require("the parent", digest, parent.digest());
        }

        byte[] host = take(section(sections, "HOST"), 73);

        ByteBuffer globalSection = section(sections, "GLOB");
        List<Global> globals = new ArrayList<>();
        for (int count = globalSection.getInt(); count > 0; count--) {
            int type = globalSection.get();
            globals.add(new Global(type, globalSection.getLong(), type == 0x7B ? globalSection.getLong() : 0));
        }

        ByteBuffer dropped = sections.get("DROP");
        List<Integer> droppedData = dropped == null ? List.of() : segments(dropped);
        List<Integer> droppedElements = dropped == null ? List.of() : segments(dropped);

        List<byte[]> blocks = blocks(sections.get("BLOK"));
        ByteBuffer pages = section(sections, "PAGE");
        List<Pages> memories = pages(pages, 65_536, blocks, parent == null ? List.of() : parent.memories());
        List<Pages> tables = pages(pages, 4, blocks, parent == null ? List.of() : parent.tables());

        for (String kind : List.of("IDEN", "HOST", "GLOB", "PAGE")) {
            end(section(sections, kind));
        }
        Stream.of(parentSection, dropped).filter(section -> section != null).forEach(PlainSnapshot::end);
        return new PlainSnapshot(moduleDigest, host, memories, globals, tables, droppedData, droppedElements);
    }

    private static ByteBuffer section(Map<String, ByteBuffer> sections, String kind) {
        ByteBuffer section = sections.get(kind);
        if (section == null) {
            throw new IllegalArgumentException("no section " + kind);
        }
        return section;
    }

    private static List<Integer> segments(ByteBuffer in) {
        List<Integer> segments = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            segments.add(in.getInt());
        }
        return segments;
    }

    private static List<byte[]> blocks(@Nullable ByteBuffer in) {
        List<byte[]> blocks = new ArrayList<>();
        if (in == null) {
            return blocks;
        }
        int count = in.getInt();
        while (blocks.size() < count) {
            int together = Math.min(256, count - blocks.size());
            byte[] stored = take(in, in.getInt());
            byte[] bytes = stored.length == together * PAGE ? stored : decompressed(stored, together * PAGE);
            for (int i = 0; i < together; i++) {
                blocks.add(Arrays.copyOfRange(bytes, i * PAGE, (i + 1) * PAGE));
            }
        }
        end(in);
        return blocks;
    }

    private static List<Pages> pages(ByteBuffer in, int unit, List<byte[]> blocks, List<Pages> parents) {
        List<Pages> all = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            int sizeBytes = in.getInt() * unit;
            Pages parent = all.size() < parents.size() ? parents.get(all.size()) : Pages.empty();
            SortedMap<Integer, byte[]> pages =
                    new TreeMap<>(parent.pages().headMap((int) (((long) sizeBytes + PAGE - 1) / PAGE)));
            for (int changes = in.getInt(); changes > 0; changes--) {
                int index = in.getInt();
                int content = in.getInt();
                if (content == 0) {
                    pages.remove(index);
                } else if (content > 0) {
                    pages.put(index, blocks.get(content - 1));
                } else {
                    byte[] difference = blocks.get((content & 0x7FFF_FFFF) - 1);
                    byte[] page =
                            parent.pages().getOrDefault(index, new byte[PAGE]).clone();
                    for (int i = 0; i < PAGE; i++) {
                        page[i] ^= difference[i];
                    }
                    pages.put(index, page);
                }
            }
            all.add(new Pages(sizeBytes, pages));
        }
        return all;
    }

    /** The module in a self-contained file. */
    static byte[] wasm(byte[] file) {
        ByteBuffer in = buffer(sections(file).stream()
                .filter(section -> section.kind().equals("WASM"))
                .findFirst()
                .orElseThrow()
                .contents());
        int length = Math.toIntExact(in.getLong());
        byte[] stored = take(in, in.remaining());
        return stored.length == length ? stored : decompressed(stored, length);
    }

    private static byte[] decompressed(byte[] frame, int length) {
        byte[] bytes = new byte[length];
        int actual = new ZstdJavaDecompressor().decompress(frame, 0, frame.length, bytes, 0, length);
        if (actual != length) {
            throw new IllegalArgumentException(actual + " bytes instead of " + length);
        }
        return bytes;
    }

    // Version 1.

    private static PlainSnapshot versionOne(byte[] file) {
        ByteBuffer in = buffer(Arrays.copyOf(file, file.length - CHECKSUM)).position(20);
        byte[] moduleDigest = take(in, 32);
        byte[] host = take(in, 73);
        List<Pages> memories = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            int sizeBytes = in.getInt() * 65_536;
            SortedMap<Integer, byte[]> pages = new TreeMap<>();
            for (int chunks = in.getInt(); chunks > 0; chunks--) {
                int index = in.getInt();
                pages.put(index, take(in, PAGE));
            }
            memories.add(new Pages(sizeBytes, pages));
        }
        List<Global> globals = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            globals.add(new Global(in.get(), in.getLong(), in.getLong()));
        }
        List<Pages> tables = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            int elements = in.getInt();
            byte[] table = new byte[elements * 4];
            ByteBuffer bytes = buffer(table);
            for (int i = 0; i < elements; i++) {
                bytes.putInt(in.getInt() + 1);
            }
            tables.add(paged(table));
        }
        List<Integer> droppedData = segments(in);
        List<Integer> droppedElements = segments(in);
        end(in);
        return new PlainSnapshot(moduleDigest, host, memories, globals, tables, droppedData, droppedElements);
    }

    private static Pages paged(byte[] bytes) {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int at = 0; at < bytes.length; at += PAGE) {
            byte[] page = Arrays.copyOfRange(bytes, at, at + PAGE);
            if (!Arrays.equals(page, new byte[PAGE])) {
                pages.put(at / PAGE, page);
            }
        }
        return new Pages(bytes.length, pages);
    }

    /** This state as a file of version 1, which nothing else writes any more. */
    byte[] toVersionOne() {
        byte[] file = new byte[4 << 20];
        ByteBuffer out = buffer(file);
        out.put("WASMBOX\u001a".getBytes(StandardCharsets.US_ASCII)).putInt(1).putLong(0);
        out.put(moduleDigest).put(host).putInt(memories.size());
        for (Pages memory : memories) {
            out.putInt(memory.sizeBytes() / 65_536).putInt(memory.pages().size());
            memory.pages().forEach((index, page) -> out.putInt(index).put(page));
        }
        out.putInt(globals.size());
        globals.forEach(
                global -> out.put((byte) global.type()).putLong(global.low()).putLong(global.high()));
        out.putInt(tables.size());
        for (Pages table : tables) {
            out.putInt(table.sizeBytes() / 4);
            ByteBuffer elements = buffer(whole(table));
            while (elements.hasRemaining()) {
                out.putInt(elements.getInt() - 1);
            }
        }
        for (List<Integer> segments : List.of(droppedData, droppedElements)) {
            out.putInt(segments.size());
            segments.forEach(out::putInt);
        }
        out.putLong(12, out.position() - 20);
        return sealed(Arrays.copyOf(file, out.position() + CHECKSUM));
    }

    static byte[] whole(Pages contents) {
        byte[] bytes = new byte[contents.sizeBytes()];
        contents.pages()
                .forEach((index, page) ->
                        System.arraycopy(page, 0, bytes, index * PAGE, Math.min(PAGE, bytes.length - index * PAGE)));
        return bytes;
    }

    // Digests.

    /** The digest of the state. */
    byte[] digest() {
        MessageDigest digest = start();
        digest.update("WasmBox state 1\n".getBytes(StandardCharsets.US_ASCII));
        digest.update(moduleDigest);
        digest.update(host, 0, 72);
        u32(digest, host[72]);
        u32(digest, memories.size());
        memories.forEach(memory -> describe(digest, memory));
        u32(digest, globals.size());
        for (Global global : globals) {
            u32(digest, global.type());
            u64(digest, global.low());
            u64(digest, global.high());
        }
        u32(digest, tables.size());
        tables.forEach(table -> describe(digest, table));
        for (List<Integer> segments : List.of(droppedData, droppedElements)) {
            u32(digest, segments.size());
            segments.forEach(segment -> u32(digest, segment));
        }
        return digest.digest();
    }

    private static void describe(MessageDigest digest, Pages contents) {
        SortedMap<Integer, byte[]> groups = new TreeMap<>();
        contents.pages().forEach((index, page) -> {
            byte[] digests = groups.computeIfAbsent(index / 16, _ -> new byte[16 * 32]);
            System.arraycopy(sha256(page), 0, digests, index % 16 * 32, 32);
        });
        u64(digest, contents.sizeBytes());
        u32(digest, groups.size());
        groups.forEach((index, digests) -> {
            u32(digest, index);
            digest.update(sha256(digests));
        });
    }

    private static void u32(MessageDigest digest, int value) {
        byte[] bytes = new byte[4];
        buffer(bytes).putInt(value);
        digest.update(bytes);
    }

    private static void u64(MessageDigest digest, long value) {
        byte[] bytes = new byte[8];
        buffer(bytes).putLong(value);
        digest.update(bytes);
    }

    String digestHex() {
        return hex(digest());
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] sha256(byte[] bytes) {
        return start().digest(bytes);
    }

    private static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts the right checksum at the end of a file. */
    static byte[] sealed(byte[] file) {
        byte[] checksum = sha256(Arrays.copyOf(file, file.length - CHECKSUM));
        System.arraycopy(checksum, 0, file, file.length - CHECKSUM, CHECKSUM);
        return file;
    }

    /** Parents that are in a map, by the digests of their states and of their modules. */
    static Parents parents(Map<String, byte[]> files) {
        return new Parents() {
            @Override
            public byte[] base(String moduleDigest) {
                return snapshot(moduleDigest);
            }

            @Override
            public byte[] snapshot(String stateDigest) {
                byte[] file = files.get(stateDigest);
                if (file == null) {
                    throw new IllegalArgumentException("there is no " + stateDigest);
                }
                return file;
            }
        };
    }
}
