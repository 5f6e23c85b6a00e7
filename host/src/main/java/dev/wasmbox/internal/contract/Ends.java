package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the definitions that have a value that ends. A struct has one if all that it contains do, an enum if one of its
 * variants does; so each row of types counts what it still waits for, and tells those that wait for it when that is nothing.
 * The time is that of reading the definitions once.
 */
final class Ends {

    /** A struct or a variant. */
    private static final class Row {

        private final String owner;
        private int missing;

        Row(String owner) {
            this.owner = owner;
        }
    }

    private final Map<String, List<Row>> waiting = new HashMap<>();
    private final Set<String> ending = new HashSet<>();
    private final Deque<String> news = new ArrayDeque<>();
    private int inlineEnums;

    private Ends() {}

    /** {@return the paths of those that have such a value} */
    static Set<String> of(Map<String, Definition> definitions) {
        Ends ends = new Ends();
        definitions.forEach(ends::add);
        while (!ends.news.isEmpty()) {
            for (Row row : ends.waiting.getOrDefault(ends.news.remove(), List.of())) {
                row.missing--;
                ends.endIfComplete(row);
            }
        }
        return ends.ending;
    }

    private void add(String owner, Definition definition) {
        switch (definition) {
            case Definition.Struct struct -> addRow(owner, struct.fields().types());
            case Definition.Enumeration(String path, List<Definition.Variant> variants) -> {
                if (variants.isEmpty()) {
                    addRow(owner, List.of());
                }
                variants.forEach(variant -> addRow(owner, variant.fields().types()));
            }
        }
    }

    private void addRow(String owner, List<SchemaType> types) {
        Set<String> needed = new HashSet<>();
        types.forEach(type -> addNeeded(type, needed));
        Row row = new Row(owner);
        row.missing = needed.size();
        needed.forEach(
                path -> waiting.computeIfAbsent(path, _ -> new ArrayList<>()).add(row));
        endIfComplete(row);
    }

    private void endIfComplete(Row row) {
        if (row.missing == 0 && ending.add(row.owner)) {
            news.add(row.owner);
        }
    }

    private void addNeeded(SchemaType type, Set<String> needed) {
        switch (type) {
            case SchemaType.Scalar _, SchemaType.Option _, SchemaType.Sequence _ -> {}
            case SchemaType.Unique _, SchemaType.Mapping _ -> {}
            case SchemaType.FixedArray(SchemaType element, int length) -> {
                if (length > 0) {
                    addNeeded(element, needed);
                }
            }
            case SchemaType.Tuple(List<SchemaType> elements) -> elements.forEach(element -> addNeeded(element, needed));
            case SchemaType.Reference(String path) -> needed.add(path);
            case SchemaType.Inline(Definition.Struct struct) ->
                struct.fields().types().forEach(each -> addNeeded(each, needed));
            case SchemaType.Inline(Definition.Enumeration enumeration) -> {
                String owner = "an enum without a path " + inlineEnums++; // no path has a space
                needed.add(owner);
                add(owner, enumeration);
            }
        }
    }
}
