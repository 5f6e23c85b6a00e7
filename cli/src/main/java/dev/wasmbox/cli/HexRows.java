package dev.wasmbox.cli;

import dev.wasmbox.inspect.ByteRange;
import dev.wasmbox.inspect.MemoryChange;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.Region;
import java.io.PrintStream;

/** Bytes in rows of sixteen, and those of them that changed. */
final class HexRows {

    private static final int ROW = 16;

    private final PrintStream out;
    private final Style style;
    private final ModuleLayout layout;
    private int left;
    private long leftOut;

    /**
     * Rows.
     *
     * @param out where they go
     * @param style how what changed is marked
     * @param layout what the memory is for
     * @param most how many rows are shown
     */
    HexRows(PrintStream out, Style style, ModuleLayout layout, int most) {
        this.out = out;
        this.style = style;
        this.layout = layout;
        this.left = most;
    }

    /** How many rows were not shown. */
    long leftOut() {
        return leftOut;
    }

    /** Shows each row in which something changed as it was, and as it is. */
    void print(MemoryChange memory) {
        int[] shown = {-1};
        memory.ranges().forEach(range -> {
            int first = Math.max(range.address() / ROW, shown[0] + 1);
            int last = (range.end() - 1) / ROW;
            for (int row = first; row <= last; row++) {
                if (left == 0) {
                    leftOut++;
                } else {
                    left--;
                    print(memory, row);
                }
            }
            shown[0] = Math.max(shown[0], last);
        });
    }

    private void print(MemoryChange memory, int row) {
        ByteRange range = new ByteRange(row * ROW, Math.min(ROW, memory.bytesAfter() - row * ROW));
        byte[] before = memory.before(range);
        byte[] after = memory.after(range);
        Region.Kind kind = layout.regionAt(memory.memory(), range.address());
        String address = Text.address(range.address()) + "  ";
        out.println(style.red("-") + " " + style.faint(address) + marked(before, after, false) + "  " + text(before)
                + (kind == Region.Kind.OTHER ? "" : "  " + style.faint(kind.label())));
        out.println(style.green("+") + " " + style.faint(address) + marked(after, before, true) + "  " + text(after));
    }

    private String marked(byte[] bytes, byte[] others, boolean isNew) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROW; i++) {
            separate(text, i);
            if (i >= bytes.length) {
                text.append("  ");
                continue;
            }
            String hex = String.format("%02x", bytes[i] & 0xFF);
            text.append(bytes[i] == others[i] ? style.faint(hex) : isNew ? style.green(hex) : style.red(hex));
        }
        return text.toString();
    }

    /** Sixteen bytes or fewer, in hexadecimal. */
    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROW; i++) {
            separate(text, i);
            text.append(i < bytes.length ? String.format("%02x", bytes[i] & 0xFF) : "  ");
        }
        return text.toString();
    }

    private static void separate(StringBuilder text, int column) {
        if (column > 0) {
            text.append(column == ROW / 2 ? "  " : " ");
        }
    }

    /** Bytes as the ASCII that they may be. */
    static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte value : bytes) {
            text.append(value >= 0x20 && value < 0x7F ? (char) value : '.');
        }
        return text.toString();
    }
}
