package dev.wasmbox.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is to tell of something: each fact as a member of a JSON object, and as a line for people. */
final class Facts {

    private static final int LABEL = 13;

    private final Json json;
    private final List<String[]> lines = new ArrayList<>();

    Facts(Json json) {
        this.json = json;
    }

    /** Adds a fact that is the same for programs and for people. */
    void add(String name, Object value) {
        add(name, value, name, value.toString());
    }

    void add(String name, Object value, String text) {
        add(name, value, name, text);
    }

    void add(String name, Object value, String label, String text) {
        json.with(name, value);
        lines.add(new String[] {label, text});
    }

    /** Adds a fact that takes any number of lines for people, of which the first has its name. */
    void add(String name, @Nullable Object value, List<String> texts) {
        json.with(name, value);
        String label = name;
        for (String text : texts) {
            lines.add(new String[] {label, text});
            label = "";
        }
    }

    Json json() {
        return json;
    }

    void print(PrintStream out, Style style) {
        for (String[] line : lines) {
            out.println("  " + style.faint(line[0] + " ".repeat(Math.max(1, LABEL - line[0].length())))
                    + Text.name(line[1]));
        }
    }
}
