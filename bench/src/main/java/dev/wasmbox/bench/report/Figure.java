package dev.wasmbox.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * A figure that was measured several times.
 *
 * @param least the least
 * @param middle the median
 * @param most the most
 */
record Figure(double least, double middle, double most) {

    static Figure of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a figure of nothing");
        }
        int half = sorted.length / 2;
        double middle = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Figure(sorted[0], middle, sorted[sorted.length - 1]);
    }

    /** The median, and the range if there is one. */
    String text(DoubleFunction<String> format) {
        String text = format.apply(middle);
        return least == most ? text : text + " (" + format.apply(least) + " – " + format.apply(most) + ")";
    }

    /** How often these fit into those: round by round, or, where one has other rounds, the medians. */
    static Figure ratio(List<Double> those, List<Double> these) {
        if (those.size() != these.size()) {
            double ratio = of(those).middle / of(these).middle;
            return new Figure(ratio, ratio, ratio);
        }
        return of(IntStream.range(0, these.size())
                .mapToObj(round -> those.get(round) / these.get(round))
                .toList());
    }

    static String nanos(double nanos) {
        if (nanos < 1_000) {
            return significant(nanos) + " ns";
        } else if (nanos < 1_000_000) {
            return significant(nanos / 1_000) + " µs";
        } else if (nanos < 1_000_000_000) {
            return significant(nanos / 1_000_000) + " ms";
        }
        return significant(nanos / 1_000_000_000) + " s";
    }

    static String bytes(double bytes) {
        if (bytes < 1_000) {
            return significant(bytes) + " B";
        } else if (bytes < 1_000_000) {
            return significant(bytes / 1_000) + " KB";
        }
        return bytes < 1e9 ? significant(bytes / 1e6) + " MB" : significant(bytes / 1e9) + " GB";
    }

    static String times(double factor) {
        return significant(factor) + "×";
    }

    static String count(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }

    /** With three digits that mean something. */
    private static String significant(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
