package dev.wasmbox.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** What was to be reached, and whether it was. */
final class Goals {

    private final List<List<String>> rows = new ArrayList<>();

    /** A figure that is to be at most so much. */
    void atMost(double bound, String what, Optional<Figure> figure, DoubleFunction<String> format) {
        figure.ifPresentOrElse(
                measured -> add(
                        what,
                        "at most " + format.apply(bound),
                        measured,
                        format,
                        bound >= measured.middle(),
                        bound >= measured.most()),
                () -> addMissing(what, "at most " + format.apply(bound)));
    }

    /** A figure that is to be at least so much. */
    void atLeast(double bound, String what, Optional<Figure> figure, DoubleFunction<String> format) {
        figure.ifPresentOrElse(
                measured -> add(
                        what,
                        "at least " + format.apply(bound),
                        measured,
                        format,
                        bound <= measured.middle(),
                        bound <= measured.least()),
                () -> addMissing(what, "at least " + format.apply(bound)));
    }

    private void add(
            String what, String bound, Figure figure, DoubleFunction<String> format, boolean met, boolean always) {
        String verdict = !met ? "**missed**" : always ? "met" : "met, though not in each round";
        rows.add(List.of(what, bound, figure.text(format), verdict));
    }

    private void addMissing(String what, String bound) {
        rows.add(List.of(what, bound, "", "not measured"));
    }

    List<List<String>> rows() {
        return rows;
    }

    long missed() {
        return rows.stream().filter(row -> row.getLast().equals("**missed**")).count();
    }
}
