package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
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
                    throw new IllegalArgumentException("it names %s, which is not defined".formatted(Excerpt.of(path)));
                }
                if (reached.put(path, definition) == null) {
                    waiting.addAll(typesIn(definition));
                }
            } else {
                waiting.addAll(typesIn(each));
            }
        }
        requireEnds(reached);
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

    private static void requireEnds(Map<String, Definition> definitions) {
        Set<String> ending = Ends.of(definitions);
        for (String path : definitions.keySet()) {
            if (!ending.contains(path)) {
                throw new IllegalArgumentException(
                        "%s contains itself without end; an Option or a Vec in between makes an end possible"
                                .formatted(Excerpt.of(path)));
            }
        }
    }
}
