package dev.wasmbox.inspect;

import dev.wasmbox.MemoryContents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds text and bytes in a memory. Pages that are all zero are not looked at unless zeros are asked for. */
public final class MemorySearch {

    /** Longer texts are told in pieces. */
    private static final int MAXIMUM_TEXT = 1 << 16;

    private MemorySearch() {}

    /**
     * Text that was found.
     *
     * @param address where it begins
     * @param bytes how many bytes it takes
     * @param text the text
     */
    public record Text(int address, int bytes, String text) {}

    /**
     * Finds text in a memory, in UTF-8, of which ASCII is a part.
     *
     * @param memory the memory
     * @param minimumLength how many characters a text has at least; shorter ones are mostly chance
     * @return the texts by their addresses, found as they are asked for
     * @throws IllegalArgumentException if the length is not positive
     */
    public static Stream<Text> strings(MemoryContents memory, int minimumLength) {
        if (minimumLength < 1) {
            throw new IllegalArgumentException(
                    "a text has a length of 1 or more, and " + minimumLength + " was asked for");
        }
        return inUse(memory, 0).stream()
                .mapMulti((span, found) -> strings(new Cursor(memory), span, minimumLength, found));
    }

    private static void strings(Cursor cursor, ByteRange span, int minimumLength, Consumer<Text> found) {
        StringBuilder text = new StringBuilder();
        int start = span.address();
        for (int address = start; address < span.end(); ) {
            int character = cursor.character(address, span.end());
            boolean printable = character >= 0 && isPrintable(character);
            if (printable) {
                if (text.isEmpty()) {
                    start = address;
                }
                text.appendCodePoint(character);
                address += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            }
            if (!printable || text.length() >= MAXIMUM_TEXT || address >= span.end()) {
                if (!text.isEmpty() && text.codePointCount(0, text.length()) >= minimumLength) {
                    found.accept(new Text(start, address - start, text.toString()));
                }
                text.setLength(0);
            }
            if (!printable) {
                address++;
            }
        }
    }

    private static boolean isPrintable(int character) {
        if (character < 0x7F) {
            return character >= 0x20 || character == '\t';
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Finds bytes in a memory.
     *
     * @param memory the memory
     * @param pattern the bytes, which may overlap one another in the memory
     * @return the addresses at which they begin, ascending, found as they are asked for
     * @throws IllegalArgumentException if the pattern is empty
     */
    public static IntStream find(MemoryContents memory, byte[] pattern) {
        if (pattern.length == 0) {
            throw new IllegalArgumentException("nothing was given to be found");
        }
        byte[] sought = pattern.clone();
        boolean zeros = true;
        for (byte value : sought) {
            zeros &= value == 0;
        }
        List<ByteRange> spans =
                zeros ? List.of(new ByteRange(0, memory.sizeBytes())) : inUse(memory, sought.length - 1);
        return spans.stream().mapMultiToInt((span, found) -> find(new Cursor(memory), span, sought, found));
    }

    private static void find(Cursor cursor, ByteRange span, byte[] pattern, IntConsumer found) {
        for (int address = span.address(); address <= span.end() - pattern.length; address++) {
            int i = 0;
            while (i < pattern.length && cursor.at(address + i) == pattern[i]) {
                i++;
            }
            if (i == pattern.length) {
                found.accept(address);
            }
        }
    }

    /** The parts of a memory that are not all zero, with so many bytes before and after each. */
    private static List<ByteRange> inUse(MemoryContents memory, int margin) {
        List<ByteRange> spans = new ArrayList<>();
        memory.pagesInUse().forEach(page -> {
            long first = (long) page * MemoryContents.PAGE_BYTES;
            int start = (int) Math.max(0, first - margin);
            int end = (int) Math.min(memory.sizeBytes(), first + MemoryContents.PAGE_BYTES + margin);
            if (!spans.isEmpty() && spans.getLast().end() >= start) {
                start = spans.removeLast().address();
            }
            spans.add(new ByteRange(start, end - start));
        });
        return spans;
    }

    /** Reads a memory page by page. */
    private static final class Cursor {

        private final MemoryContents memory;
        private byte[] bytes = new byte[0];
        private int page = -1;

        Cursor(MemoryContents memory) {
            this.memory = memory;
        }

        byte at(int address) {
            int wanted = address / MemoryContents.PAGE_BYTES;
            if (wanted != page) {
                page = wanted;
                int start = page * MemoryContents.PAGE_BYTES;
                bytes = memory.read(start, Math.min(MemoryContents.PAGE_BYTES, memory.sizeBytes() - start));
            }
            return bytes[address % MemoryContents.PAGE_BYTES];
        }

        /** The character that is encoded at an address, or a negative number if none is. */
        int character(int address, int end) {
            int first = at(address);
            if (first >= 0) {
                return first;
            }
            int more = (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : (first & 0xF8) == 0xF0 ? 3 : 0;
            if (more == 0 || address + more >= end) {
                return -1;
            }
            int character = first & (0x3F >> more);
            for (int i = 1; i <= more; i++) {
                int next = at(address + i);
                if ((next & 0xC0) != 0x80) {
                    return -1;
                }
                character = character << 6 | (next & 0x3F);
            }
            int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
            return character >= least && Character.isValidCodePoint(character) ? character : -1;
        }
    }
}
