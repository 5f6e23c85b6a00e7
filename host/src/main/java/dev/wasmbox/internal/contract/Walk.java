package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Goes from a type to all that it names. */
public final class Walk {

    private Walk() {}

    /**
     * What a type needs of some definitions.
     *
     * @param type the type
     * @param definitions definitions by path
     * @return those that it names, in the order in which it names them; unmodifiable
     * @throws IllegalArgumentException if one is missing, or could have no value since it would contain itself without end
     */
    public static Map<String, Definition> checked(SchemaType type, Map<String, Definition> definitions) {
        Map<String, Definition> reached = new LinkedHashMap<>();
        Deque<SchemaType> waiting = new ArrayDeque<>(List.of(type));
        while (!waiting.isEmpty()) {
            SchemaType each = waiting.removeFirst();
            if (each instanceof SchemaType.Reference(String path)) {
                Definition definition = definitions.get(path);
                if (definition == null) {
                    throw new IllegalArgumentException("it names %s, which is not defined".formatted(path));
                }
                if (reached.put(path, definition) == null) {
                    waiting.addAll(typesIn(definition));
                }
            } else {
                waiting.addAll(typesIn(each));
            }
        }
        requireEnds(type, reached);
        return Collections.unmodifiableMap(reached);
    }

    private static List<SchemaType> typesIn(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct -> struct.fields().types();
            case Definition.Enumeration enumeration ->
                enumeration.variants().stream()
                        .flatMap(variant -> variant.fields().types().stream())
                        .toList();
        };
    }

    private static List<SchemaType> typesIn(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar _, SchemaType.Reference _ -> List.of();
            case SchemaType.Option(SchemaType content) -> List.of(content);
            case SchemaType.Sequence(SchemaType element) -> List.of(element);
            case SchemaType.Unique(SchemaType element) -> List.of(element);
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> List.of(key, value);
            case SchemaType.FixedArray array -> List.of(array.element());
            case SchemaType.Tuple(List<SchemaType> elements) -> elements;
            case SchemaType.Inline(Definition definition) -> typesIn(definition);
        };
    }

    /** The least fixed point: what can end with nothing known of the others can end. */
    private static void requireEnds(SchemaType type, Map<String, Definition> definitions) {
        Set<String> ending = new HashSet<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Definition each : definitions.values()) {
                changed |= !ending.contains(each.path()) && ends(each, ending) && ending.add(each.path());
            }
        }
        for (Definition each : definitions.values()) {
            if (!ending.contains(each.path())) {
                throw new IllegalArgumentException(
                        "%s contains itself without end; an Option or a Vec in between makes an end possible"
                                .formatted(each.path()));
            }
        }
    }

    private static boolean ends(Definition definition, Set<String> ending) {
        return switch (definition) {
            case Definition.Struct struct -> endAll(struct.fields().types(), ending);
            case Definition.Enumeration enumeration ->
                enumeration.variants().isEmpty()
                        || enumeration.variants().stream()
                                .anyMatch(variant -> endAll(variant.fields().types(), ending));
        };
    }

    private static boolean endAll(List<SchemaType> types, Set<String> ending) {
        return types.stream().allMatch(type -> ends(type, ending));
    }

    private static boolean ends(SchemaType type, Set<String> ending) {
        return switch (type) {
            case SchemaType.Scalar _, SchemaType.Option _, SchemaType.Sequence _, SchemaType.Unique _ -> true;
            case SchemaType.Mapping _ -> true;
            case SchemaType.FixedArray(SchemaType element, int length) -> length == 0 || ends(element, ending);
            case SchemaType.Tuple(List<SchemaType> elements) -> endAll(elements, ending);
            case SchemaType.Reference(String path) -> ending.contains(path);
            case SchemaType.Inline(Definition definition) -> ends(definition, ending);
        };
    }
}
