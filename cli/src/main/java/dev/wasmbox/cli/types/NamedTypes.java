package dev.wasmbox.cli.types;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What of a contract gets a name of its own in another language: structs and enums, also those defined where they are used. */
final class NamedTypes {

    /** By reference or inline definition, those of the inputs first, in the order in which they are named. */
    private final Map<SchemaType, Definition> definitions = new LinkedHashMap<>();

    private final Map<SchemaType, String> names = new HashMap<>();

    /**
     * Looks for them, and names them.
     *
     * @param contract a contract with short names
     * @param scope where they stand
     */
    NamedTypes(Contract contract, Scope scope) {
        contract.input().ifPresent(this::collect);
        contract.output().ifPresent(this::collect);
        definitions.forEach((type, definition) -> {
            if (type instanceof SchemaType.Reference) {
                names.put(type, scope.underscored(nameOf(definition.path())));
            }
        });
        definitions.forEach((type, definition) -> {
            if (type instanceof SchemaType.Inline) {
                names.put(type, scope.numbered(Name.ofType(definition.simpleName())));
            }
        });
    }

    private void collect(Schema schema) {
        Deque<SchemaType> waiting = new ArrayDeque<>(List.of(schema.type()));
        while (!waiting.isEmpty()) {
            SchemaType type = waiting.removeFirst();
            Definition definition =
                    switch (type) {
                        case SchemaType.Reference reference -> schema.definition(reference);
                        case SchemaType.Inline(Definition inline) -> inline;
                        default -> null;
                    };
            if (definition == null) {
                waiting.addAll(parts(type));
            } else if (definitions.put(type, definition) == null) {
                waiting.addAll(parts(definition));
            }
        }
    }

    /** What a type is made of directly, whatever has a name of its own excepted. */
    static List<SchemaType> parts(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar _, SchemaType.Reference _, SchemaType.Inline _ -> List.of();
            case SchemaType.Option(SchemaType content) -> List.of(content);
            case SchemaType.Sequence(SchemaType element) -> List.of(element);
            case SchemaType.Unique(SchemaType element) -> List.of(element);
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> List.of(key, value);
            case SchemaType.FixedArray array -> List.of(array.element());
            case SchemaType.Tuple(List<SchemaType> elements) -> elements;
        };
    }

    /** The types of all fields. */
    static List<SchemaType> parts(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct -> struct.fields().types();
            case Definition.Enumeration enumeration ->
                enumeration.variants().stream()
                        .flatMap(variant -> variant.fields().types().stream())
                        .toList();
        };
    }

    /** All parts of a short path, which has more than one where that tells types apart. */
    private static String nameOf(String path) {
        return Arrays.stream(path.split("::")).map(Name::ofType).collect(Collectors.joining());
    }

    Map<SchemaType, Definition> definitions() {
        return Collections.unmodifiableMap(definitions);
    }

    /** The name of a reference or an inline definition. */
    String name(SchemaType type) {
        return Objects.requireNonNull(names.get(type));
    }
}
