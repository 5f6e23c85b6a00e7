package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Cuts the paths in a contract to what tells them apart. */
public final class ShortNames {

    private final Map<String, String> names;

    private ShortNames(Map<String, String> names) {
        this.names = names;
    }

    /** {@return the contract with short names} */
    public static Contract of(Contract contract) {
        TreeSet<String> paths = new TreeSet<>();
        contract.input().ifPresent(schema -> paths.addAll(schema.definitions().keySet()));
        contract.output().ifPresent(schema -> paths.addAll(schema.definitions().keySet()));
        List<String[]> sorted = paths.stream()
                .map(ShortNames::lastPartFirst)
                .sorted(Arrays::compare)
                .toList();
        Map<String, String> names = new HashMap<>();
        for (int index = 0; index < sorted.size(); index++) {
            String[] parts = sorted.get(index);
            // Those with the longest end in common are next to each other.
            int shared = Math.max(
                    index == 0 ? 0 : Arrays.mismatch(parts, sorted.get(index - 1)),
                    index == sorted.size() - 1 ? 0 : Arrays.mismatch(parts, sorted.get(index + 1)));
            int needed = shared == 0 && ContractParser.isTaken(parts[0]) ? 2 : shared + 1;
            names.put(end(parts, parts.length), end(parts, Math.min(needed, parts.length)));
        }
        ShortNames shortened = new ShortNames(names);
        return new Contract(
                contract.codec(),
                contract.input().map(shortened::rename),
                contract.output().map(shortened::rename));
    }

    private static String[] lastPartFirst(String path) {
        return Arrays.asList(path.split("::")).reversed().toArray(String[]::new);
    }

    /** So many parts from the end. */
    private static String end(String[] lastPartFirst, int count) {
        return String.join("::", Arrays.asList(lastPartFirst).subList(0, count).reversed());
    }

    private Schema rename(Schema schema) {
        Map<String, Definition> definitions = new LinkedHashMap<>();
        schema.definitions().values().forEach(definition -> {
            Definition renamed = rename(definition);
            definitions.put(renamed.path(), renamed);
        });
        return new Schema(schema.codec(), rename(schema.type()), definitions);
    }

    private String name(String path) {
        return names.getOrDefault(path, path);
    }

    private Definition rename(Definition definition) {
        return switch (definition) {
            case Definition.Struct(String path, Fields fields) -> new Definition.Struct(name(path), rename(fields));
            case Definition.Enumeration(String path, List<Definition.Variant> variants) ->
                new Definition.Enumeration(
                        name(path),
                        variants.stream()
                                .map(variant -> new Definition.Variant(variant.name(), rename(variant.fields())))
                                .toList());
        };
    }

    private Fields rename(Fields fields) {
        return switch (fields) {
            case Fields.Positional(List<SchemaType> types) ->
                new Fields.Positional(types.stream().map(this::rename).toList());
            case Fields.Named(List<Fields.Field> named) ->
                new Fields.Named(named.stream()
                        .map(field -> new Fields.Field(field.name(), rename(field.type())))
                        .toList());
        };
    }

    private SchemaType rename(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar scalar -> scalar;
            case SchemaType.Option(SchemaType content) -> new SchemaType.Option(rename(content));
            case SchemaType.Sequence(SchemaType element) -> new SchemaType.Sequence(rename(element));
            case SchemaType.Unique(SchemaType element) -> new SchemaType.Unique(rename(element));
            case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                new SchemaType.Mapping(rename(key), rename(value));
            case SchemaType.FixedArray(SchemaType element, int length) ->
                new SchemaType.FixedArray(rename(element), length);
            case SchemaType.Tuple(List<SchemaType> elements) ->
                new SchemaType.Tuple(elements.stream().map(this::rename).toList());
            case SchemaType.Reference(String path) -> new SchemaType.Reference(name(path));
            case SchemaType.Inline(Definition definition) -> new SchemaType.Inline(rename(definition));
        };
    }
}
