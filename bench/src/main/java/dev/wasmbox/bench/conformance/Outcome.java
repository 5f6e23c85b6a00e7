package dev.wasmbox.bench.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a script, or of a part of one.
 *
 * @param error the name of the error that it ended with, or nothing
 * @param message what that error says
 * @param printed what it printed, in lines
 */
record Outcome(String error, String message, List<String> printed) {

    static final String COMPLETE = "Test262:AsyncTestComplete";

    boolean failed() {
        return !error.isEmpty();
    }

    /** {@return this, and then that} */
    Outcome then(Outcome next) {
        List<String> all = new ArrayList<>(printed);
        all.addAll(next.printed);
        return new Outcome(next.error, next.message, all);
    }

    /** {@return whether it is what a test is to come to} */
    boolean passes(ConformanceTest test) {
        return test.frontmatter()
                .negative()
                .map(negative -> error.equals(negative.type()))
                .orElse(!failed() && (!test.has("async") || printed.equals(List.of(COMPLETE))));
    }

    @Override
    public String toString() {
        String lines = String.join(" | ", printed);
        return (failed() ? error + ": " + message : lines.isEmpty() ? "no error" : lines).replace('\n', ' ');
    }
}
