package dev.wasmbox.testkit;

import java.util.ArrayList;
import java.util.List;

/** A guest, its inputs, and the outputs that each of them has to cause. */
final class Scenario {

    /** An input and what it causes. */
    record Step(String input, List<String> outputs) {}

    private final String guest;
    private final List<Step> steps = new ArrayList<>();
    private String name = "";

    private Scenario(String guest) {
        this.guest = guest;
    }

    static Scenario of(String guest) {
        return new Scenario(guest);
    }

    Expectation withInput(String input) {
        return outputs -> {
            steps.add(new Step(input, List.of(outputs)));
            return this;
        };
    }

    Scenario named(String newName) {
        name = newName;
        return this;
    }

    String guest() {
        return guest;
    }

    List<Step> steps() {
        return steps;
    }

    List<String> inputs() {
        return steps.stream().map(Step::input).toList();
    }

    @Override
    public String toString() {
        return guest + ": " + name;
    }

    /** What an input has to cause. */
    @FunctionalInterface
    interface Expectation {
        Scenario expecting(String... outputs);
    }
}
