package dev.wasmbox.internal.state;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** States that no guest would have, but could: of every size, of every type, with pages of every kind. */
final class RandomStates {

    private final Random random;

    RandomStates(long seed) {
        random = new Random(seed);
    }

    /** A memory or a table as a plain array. */
    byte[] contents(int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        change(bytes);
        return bytes;
    }

    /** Changes some pages, in every way in which pages change. */
    void change(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        for (int changes = random.nextInt(12); changes > 0; changes--) {
            int start = random.nextInt(bytes.length) / Page.BYTES * Page.BYTES;
            int end = Math.min(bytes.length, start + Page.BYTES);
            switch (random.nextInt(7)) {
                case 0 -> bytes[start + random.nextInt(end - start)] = (byte) random.nextInt();
                case 1 -> bytes[end - 1] ^= 1;
                case 2 -> Arrays.fill(bytes, start, end, (byte) 0);
                case 3 -> Arrays.fill(bytes, start, end, (byte) (1 + random.nextInt(3)));
                case 4 -> {
                    byte[] page = new byte[end - start];
                    random.nextBytes(page);
                    System.arraycopy(page, 0, bytes, start, page.length);
                }
                case 5 -> {
                    int other = random.nextInt(bytes.length) / Page.BYTES * Page.BYTES;
                    System.arraycopy(bytes, other, bytes, start, Math.min(end - start, bytes.length - other));
                }
                default -> {
                    int group = start / 65_536 * 65_536;
                    Arrays.fill(bytes, group, Math.min(bytes.length, group + 65_536), (byte) random.nextInt(2));
                }
            }
        }
    }

    int memoryBytes() {
        int pages = random.nextInt(4) == 0 ? random.nextInt(41) : random.nextInt(4);
        return pages * Limits.PAGE_BYTES;
    }

    int tableElements() {
        return random.nextInt(4) == 0 ? random.nextInt(40_000) : random.nextInt(1500);
    }

    /** A number, often one of those that are easily got wrong. */
    long number() {
        long[] special = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 0x7FF8_0000_0000_0001L, 0x7FC0_0001L};
        return random.nextBoolean() ? special[random.nextInt(special.length)] : random.nextLong();
    }

    HostState host() {
        byte[] seed = new byte[HostState.SEED_BYTES];
        random.nextBytes(seed);
        return new HostState(
                number() & Long.MAX_VALUE,
                number() & Long.MAX_VALUE,
                seed,
                number() & ((1L << 62) - 1),
                number() & ((1L << 62) - 1),
                1L << 62,
                random.nextBoolean());
    }

    private GlobalValue global() {
        long low = number();
        return switch (random.nextInt(8)) {
            case 0 -> new GlobalValue(0x7F, (int) low, 0);
            case 1 -> new GlobalValue(0x7E, low, 0);
            case 2 -> new GlobalValue(0x7D, (int) low, 0);
            case 3 -> new GlobalValue(0x7D, 0x7F80_0001, 0); // a signalling NaN
            case 4 -> new GlobalValue(0x7C, low, 0);
            case 5 -> new GlobalValue(GlobalValue.VECTOR, low, number());
            case 6 -> new GlobalValue(0x70, random.nextInt(3) - 1, 0);
            default -> new GlobalValue(0x6F, -1, 0);
        };
    }

    private BitSet segments() {
        BitSet segments = new BitSet();
        for (int count = random.nextInt(4); count > 0; count--) {
            segments.set(random.nextInt(5) == 0 ? GuestState.MAXIMUM_SEGMENTS - 1 : random.nextInt(100));
        }
        return segments;
    }

    /** A state that shares nothing with another. */
    BoxImage image(byte[] moduleDigest) {
        List<PagedBytes> memories = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            byte[] bytes = contents(memoryBytes());
            memories.add(PagedBytes.capture(bytes, bytes.length, PagedBytes.zeros(0)));
        }
        List<TableImage> tables = new ArrayList<>();
        for (int count = random.nextInt(3); count > 0; count--) {
            tables.add(TableImage.capture(references(new int[tableElements()]), TableImage.empty()));
        }
        return image(moduleDigest, memories, tables);
    }

    private BoxImage image(byte[] moduleDigest, List<PagedBytes> memories, List<TableImage> tables) {
        List<GlobalValue> globals = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            globals.add(global());
        }
        return new BoxImage(
                moduleDigest,
                new GuestState(
                        List.copyOf(memories), List.copyOf(globals), List.copyOf(tables), segments(), segments()),
                host());
    }

    /** Sets some elements: functions and nulls. Those that are not set are null. */
    int[] references(int[] table) {
        for (int i = 0; i < table.length; i++) {
            if (random.nextInt(10) == 0) {
                table[i] = random.nextInt(4) == 0 ? Integer.MAX_VALUE - random.nextInt(2) : random.nextInt(5) - 1;
            }
        }
        return table;
    }

    /** A later state of the same module, as a box would capture it: grown, shrunk by a restore, or changed in places. */
    BoxImage next(BoxImage before) {
        List<PagedBytes> memories = new ArrayList<>();
        for (PagedBytes memory : before.guest().memories()) {
            int size = random.nextInt(3) == 0 ? memoryBytes() : memory.sizeBytes();
            byte[] bytes = Arrays.copyOf(memory.toBytes(), size);
            change(bytes);
            memories.add(PagedBytes.capture(bytes, size, memory));
        }
        if (random.nextInt(6) == 0) {
            byte[] bytes = contents(memoryBytes());
            memories.add(PagedBytes.capture(bytes, bytes.length, PagedBytes.zeros(0)));
        } else if (random.nextInt(6) == 0 && !memories.isEmpty()) {
            memories.removeLast();
        }
        List<TableImage> tables = new ArrayList<>();
        for (TableImage table : before.guest().tables()) {
            int size = random.nextInt(3) == 0 ? tableElements() : table.size();
            int[] references = Arrays.copyOf(table.references(), size);
            tables.add(TableImage.capture(random.nextBoolean() ? references(references) : references, table));
        }
        return image(before.moduleDigest(), memories, tables);
    }
}
