package dev.wasmbox.internal.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A guest's state as the bytes in which it differs from another state of the same module. Immutable. A page that was
 * touched costs what was changed in it, not its 4,096 bytes.
 */
public final class CompactState {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] ZEROS = new byte[Page.BYTES];

    /** The longest array there is. */
    private static final int MAXIMUM_BYTES = Integer.MAX_VALUE - 8;

    /** Equal bytes between two differences that are not worth another run. */
    private static final int RUN_HEADER = 2 * Integer.BYTES;

    private final GuestState base;
    private final int[] sizes;
    private final byte[][] differences;
    private final List<GlobalValue> globals;
    private final List<TableImage> tables;
    private final BitSet droppedData;
    private final BitSet droppedElements;

    private CompactState(GuestState state, GuestState base, int[] sizes, byte[][] differences) {
        this.base = base;
        this.sizes = sizes;
        this.differences = differences;
        this.globals = state.globals().equals(base.globals()) ? base.globals() : state.globals();
        this.tables = state.tables();
        this.droppedData = state.droppedData().equals(base.droppedData()) ? base.droppedData() : state.droppedData();
        this.droppedElements = state.droppedElements().equals(base.droppedElements())
                ? base.droppedElements()
                : state.droppedElements();
    }

    /**
     * Compacts a state.
     *
     * @param state the state
     * @param base another state of the same module, with which it shares the pages that are equal
     * @return the state as its difference from the base
     */
    public static CompactState of(GuestState state, GuestState base) {
        int count = state.memories().size();
        int[] sizes = new int[count];
        byte[][] differences = new byte[count][];
        for (int i = 0; i < count; i++) {
            PagedBytes memory = state.memories().get(i);
            sizes[i] = memory.sizeBytes();
            differences[i] = differences(memory, base.memories().get(i));
        }
        return new CompactState(state, base, sizes, differences);
    }

    /** {@return about how many bytes of the heap this takes, without what others share with it} */
    public long sizeBytes() {
        long size = 128 + (globals == base.globals() ? 0 : 40L * globals.size());
        for (byte[] each : differences) {
            size += 16 + each.length;
        }
        return size;
    }

    /** {@return the state, which shares with the base what is as it is there} */
    public GuestState expand() {
        List<PagedBytes> memories = new ArrayList<>(sizes.length);
        for (int i = 0; i < sizes.length; i++) {
            memories.add(expand(base.memories().get(i), sizes[i], differences[i]));
        }
        return new GuestState(memories, globals, tables, droppedData, droppedElements);
    }

    /*
     * differences := (page:i32 runs:i32 (offset:i32 length:i32 bytes[length])[runs])*
     */

    private static byte[] differences(PagedBytes memory, PagedBytes base) {
        Runs runs = new Runs();
        memory.forEachChange(base, page -> {
            Page before = base.pageOrZero(page);
            Page now = memory.page(page);
            runs.addPage(page, now == null ? ZEROS : now.bytes(), before == null ? ZEROS : before.bytes());
        });
        return runs.toBytes();
    }

    /** Runs of different bytes, as they are put together. */
    private static final class Runs {

        private byte[] bytes = new byte[256];
        private int length;

        void addPage(int page, byte[] now, byte[] before) {
            reserve(RUN_HEADER);
            INT.set(bytes, length, page);
            int countAt = length + Integer.BYTES;
            length += RUN_HEADER;
            int count = 0;
            for (int from = next(now, before, 0); from < Page.BYTES; count++) {
                int end = from + 1;
                int following = next(now, before, end);
                while (following < Page.BYTES && following - end <= RUN_HEADER) {
                    end = following + 1;
                    following = next(now, before, end);
                }
                addRun(now, from, end - from);
                from = following;
            }
            INT.set(bytes, countAt, count);
        }

        private static int next(byte[] now, byte[] before, int from) {
            int offset = Arrays.mismatch(now, from, Page.BYTES, before, from, Page.BYTES);
            return offset < 0 ? Page.BYTES : from + offset;
        }

        private void addRun(byte[] now, int offset, int count) {
            reserve(RUN_HEADER + count);
            INT.set(bytes, length, offset);
            INT.set(bytes, length + Integer.BYTES, count);
            System.arraycopy(now, offset, bytes, length + RUN_HEADER, count);
            length += RUN_HEADER + count;
        }

        private void reserve(int more) {
            long needed = (long) length + more;
            if (needed > MAXIMUM_BYTES) {
                throw new OutOfMemoryError("a memory differs from the base in more bytes than an array can have");
            }
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(MAXIMUM_BYTES, Math.max(needed, 2L * bytes.length)));
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }
    }

    private static PagedBytes expand(PagedBytes base, int sizeBytes, byte[] differences) {
        int count = 0;
        for (int at = 0; at < differences.length; at = afterPage(differences, at)) {
            count++;
        }
        int[] indexes = new int[count];
        Page[] pages = new Page[count];
        int at = 0;
        for (int i = 0; i < count; i++) {
            indexes[i] = (int) INT.get(differences, at);
            Page before = base.pageOrZero(indexes[i]);
            byte[] page = before == null ? new byte[Page.BYTES] : before.bytes().clone();
            int runs = (int) INT.get(differences, at + Integer.BYTES);
            at += RUN_HEADER;
            for (int run = 0; run < runs; run++) {
                int length = (int) INT.get(differences, at + Integer.BYTES);
                System.arraycopy(differences, at + RUN_HEADER, page, (int) INT.get(differences, at), length);
                at += RUN_HEADER + length;
            }
            pages[i] = Page.isZero(page) ? null : new Page(page);
        }
        return base.with(sizeBytes, indexes, pages);
    }

    private static int afterPage(byte[] differences, int at) {
        int runs = (int) INT.get(differences, at + Integer.BYTES);
        int next = at + RUN_HEADER;
        for (int run = 0; run < runs; run++) {
            next += RUN_HEADER + (int) INT.get(differences, next + Integer.BYTES);
        }
        return next;
    }
}
