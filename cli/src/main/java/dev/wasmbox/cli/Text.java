package dev.wasmbox.cli;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.inspect.ModuleLayout;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** How things are written for people. */
final class Text {

    private Text() {}

    static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** Text of several lines in one. */
    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " | ");
    }

    /** The name of a file or of something in it, which may hold any character, on one line. */
    static String name(Object name) {
        return Style.harmless(name.toString()).replace('\n', '\u240a');
    }

    /** An address, as every answer has it. */
    static String address(int address) {
        return String.format("0x%08x", address);
    }

    /** A time that has passed, to the nanosecond. */
    static String duration(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + " s";
    }

    /** A time that somebody waited for, in three digits or so. */
    static String shortDuration(Duration duration) {
        double micros = duration.toNanos() / 1e3;
        if (micros < 1e3) {
            return String.format(Locale.ROOT, "%.0f us", micros);
        }
        return micros < 1e6
                ? String.format(Locale.ROOT, "%.3g ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    /** A change, with its sign. */
    static String signed(long number) {
        return (number > 0 ? "+" : "") + number;
    }

    /** What a global is called. */
    static String global(ModuleLayout layout, int index) {
        String name = layout.globalName(index);
        return index + (name.isEmpty() ? "" : " " + Style.harmless(name));
    }

    /** The value of a global. */
    static String value(ModuleLayout layout, GlobalContents global) {
        return global.type().equals("funcref")
                ? Style.harmless(layout.functionName((int) global.bits()))
                : global.text();
    }
}
