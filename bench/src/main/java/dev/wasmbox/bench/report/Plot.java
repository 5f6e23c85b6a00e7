package dev.wasmbox.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Curves in a picture, which gnuplot draws. */
final class Plot {

    /** Colours that can be told apart by those who see few, from the palette of Okabe and Ito. */
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000");

    /** A picture is white, or black where whoever looks prefers it dark; what is drawn keeps its hue. */
    private static final String DARK =
            "<style>@media (prefers-color-scheme: dark) { svg { filter: invert(0.93) hue-rotate(180deg); } }</style>\n";

    /** What is on the vertical axis. */
    enum Vertical {
        SECONDS,
        BYTES,
        NUMBER
    }

    /** A point of a curve. */
    private record Point(double x, Figure y) {}

    private final String title;
    private final String horizontal;
    private final String unit;
    private final Vertical vertical;
    private final boolean logarithmic;
    private final Map<String, List<Point>> curves = new LinkedHashMap<>();

    /**
     * A plot without curves.
     *
     * @param title what it shows
     * @param horizontal what is on the horizontal axis
     * @param unit the unit of that
     * @param vertical the unit of the vertical axis
     * @param logarithmic whether both axes are
     */
    Plot(String title, String horizontal, String unit, Vertical vertical, boolean logarithmic) {
        this.title = title;
        this.horizontal = horizontal;
        this.unit = unit;
        this.vertical = vertical;
        this.logarithmic = logarithmic;
    }

    void add(String curve, double x, Figure y) {
        // What is nothing, within what can be measured, has no place on a logarithmic axis.
        if (!logarithmic || y.least() > 0) {
            curves.computeIfAbsent(curve, absent -> new ArrayList<>()).add(new Point(x, y));
        }
    }

    String title() {
        return title;
    }

    boolean isEmpty() {
        return curves.isEmpty();
    }

    /** Draws it as SVG. Returns false, and says why, if there is no gnuplot. */
    boolean draw(Path file) throws IOException, InterruptedException {
        Process gnuplot;
        try {
            gnuplot = new ProcessBuilder("gnuplot")
                    .redirectOutput(file.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            System.err.println(file.getFileName() + " is left out: " + e.getMessage());
            return false;
        }
        try (Writer script = gnuplot.outputWriter(UTF_8)) {
            script.write(script());
        }
        if (gnuplot.waitFor() != 0) {
            throw new IOException("gnuplot failed at " + file);
        }
        String svg = Files.readString(file);
        int end = svg.indexOf("<g id=\"gnuplot_canvas\">");
        Files.writeString(file, svg.substring(0, end) + DARK + svg.substring(end));
        return true;
    }

    private DoubleStream horizontals() {
        return curves.values().stream().flatMap(List::stream).mapToDouble(Point::x);
    }

    private double least() {
        return horizontals().min().orElseThrow();
    }

    private double most() {
        return horizontals().max().orElseThrow();
    }

    /** Times as they are written, for which gnuplot has no sign. */
    private static String decades() {
        List<String> tics = new ArrayList<>();
        List<String> units = List.of("ns", "µs", "ms", "s");
        for (int exponent = -9; exponent <= 2; exponent++) {
            String number = "1" + "0".repeat((exponent + 9) % 3);
            tics.add("'%s %s' 1e%d".formatted(number, units.get((exponent + 9) / 3), exponent));
        }
        return String.join(", ", tics);
    }

    private String script() {
        StringBuilder script = new StringBuilder(
                """
                set encoding utf8
                set terminal svg size 820,500 fixed font 'sans-serif,14' background '#ffffff' linewidth 1.2
                set border 3 linecolor '#555555'
                set tics nomirror textcolor '#333333'
                set grid linecolor '#dddddd' linetype 1
                set pointintervalbox 0
                set key below Left reverse samplen 2 spacing 1.3 maxrows 3
                """);
        script.append("set title '").append(title).append("'\n");
        script.append("set xlabel '").append(horizontal).append("' offset 0,0.3\n");
        if (logarithmic) {
            script.append("set logscale xy\nset xrange [%s:%s]\n".formatted(least() / 1.15, most() * 1.15));
            script.append("set format x '%.0s %c").append(unit).append("'\n");
        } else {
            script.append("set xrange [%s:%s]\nset xtics 1\nset yrange [0:*]\n".formatted(least() - 0.1, most() + 0.1));
        }
        script.append(
                switch (vertical) {
                    case SECONDS -> "set ytics (%s)\n".formatted(decades());
                    case BYTES -> "set format y '%.0s %cB'\n";
                    case NUMBER -> logarithmic ? "set format y '%.0s %c'\n" : "";
                });
        List<String> drawn = new ArrayList<>();
        int index = 0;
        for (var curve : curves.entrySet()) {
            script.append("$data").append(index).append(" << END\n");
            for (Point point : curve.getValue()) {
                script.append("%s %s %s %s%n".formatted(point.x, point.y.middle(), point.y.least(), point.y.most()));
            }
            script.append("END\n");
            String colour = COLOURS.get(index % COLOURS.size());
            drawn.add("$data%d with yerrorbars linecolor '%s' pointtype 7 pointsize 0.5 notitle"
                    .formatted(index, colour));
            drawn.add(
                    "$data%d using 1:2 with linespoints linecolor '%s' linewidth 2 pointtype 7 pointsize 0.5 title '%s'"
                            .formatted(index, colour, curve.getKey()));
            index++;
        }
        return script.append("plot ")
                .append(String.join(", ", drawn))
                .append('\n')
                .toString();
    }
}
