package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads the first version of the format, which nothing writes any more; docs/snapshot-format.md describes it.
 *
 * <pre>
 * file      := magic[8] version:u32 payloadLength:u64 payload sha256[32]   (the checksum is over all before it)
 * payload   := moduleDigest[32] host memories globals tables dropped dropped
 * host      := realtimeNanos:u64 monotonicNanos:u64 seed[32] entropyPosition:u64 messages:u64 outputs:u64 finished:u8
 * memories  := count:u32 { pages:u32 chunks:u32 { index:u32 bytes[4096] } }     (indices ascend; other chunks are zero)
 * globals   := count:u32 { type:u8 low:u64 high:u64 }
 * tables    := count:u32 { size:u32 { reference:i32 } }
 * dropped   := count:u32 { segment:u32 }                                        (data segments, then elements; ascending)
 * </pre>
 */
final class VersionOne {

    static final int NUMBER = 1;

    private VersionOne() {}

    /** Reads a whole file that begins as one of this version, and whose checksum matches. */
    static BoxImage read(byte[] file) {
        Input in = new Input(
                file, SnapshotFormat.PREFIX_BYTES, file.length - SnapshotFormat.PREFIX_BYTES - Sha256.BYTES, "state");
        long payloadLength = in.u64();
        if (payloadLength != in.remaining()) {
            throw new DamagedException("its header announces " + Long.toUnsignedString(payloadLength)
                    + " bytes of state, but there are " + in.remaining());
        }
        byte[] moduleDigest = in.bytes(Sha256.BYTES);
        HostState host = in.host();
        List<PagedBytes> memories = new ArrayList<>();
        for (int i = in.atMost(GuestState.MAXIMUM_MEMORIES, "number of memories"); i > 0; i--) {
            memories.add(readMemory(in));
        }
        List<GlobalValue> globals = new ArrayList<>();
        for (int i = in.count("globals", 17); i > 0; i--) {
            GlobalValue global = new GlobalValue(in.u8(), in.u64(), in.u64());
            if (global.high() != 0 && global.type() != GlobalValue.VECTOR) {
                throw new DamagedException("its mutable global " + globals.size() + " has more bits than its type");
            }
            globals.add(global);
        }
        List<TableImage> tables = new ArrayList<>();
        for (int i = in.atMost(GuestState.MAXIMUM_TABLES, "number of tables"); i > 0; i--) {
            int[] table = new int[in.count("table elements", Integer.BYTES)];
            if (table.length > TableImage.MAXIMUM_ELEMENTS) {
                throw new DamagedException("a table has " + table.length + " elements");
            }
            for (int j = 0; j < table.length; j++) {
                table[j] = in.u32();
            }
            tables.add(TableImage.capture(table, TableImage.empty()));
        }
        BitSet droppedData = in.segments("dropped data segments");
        BitSet droppedElements = in.segments("dropped element segments");
        in.end();
        return new BoxImage(
                moduleDigest,
                new GuestState(
                        List.copyOf(memories), List.copyOf(globals), List.copyOf(tables), droppedData, droppedElements),
                host);
    }

    private static PagedBytes readMemory(Input in) {
        int sizeBytes =
                in.atMost(SnapshotFormat.MAXIMUM_WEBASSEMBLY_PAGES, "number of a memory's pages") * Limits.PAGE_BYTES;
        int[] indexes = new int[in.count("memory chunks", Integer.BYTES + Page.BYTES)];
        Page[] pages = new Page[indexes.length];
        int previous = -1;
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = in.u32();
            if (indexes[i] <= previous || indexes[i] >= PagedBytes.pagesIn(sizeBytes)) {
                throw new DamagedException("a memory's chunk has the index " + Integer.toUnsignedString(indexes[i]));
            }
            previous = indexes[i];
            byte[] bytes = in.bytes(Page.BYTES);
            if (Page.isZero(bytes)) {
                throw new DamagedException("a memory's chunk is stored although it is zero");
            }
            pages[i] = new Page(bytes);
        }
        return PagedBytes.zeros(sizeBytes).with(sizeBytes, indexes, pages);
    }
}
