package dev.wasmbox.jackson;

import dev.wasmbox.internal.codec.Sized;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the {@link NodeFormat} of a schema. Used once, by one thread. A type that comes back within itself gets a
 * {@link RecursiveNodeFormat} there; the least sizes are found as the least fixed point.
 */
final class NodeFormatCompiler {

    private final Schema schema;
    private final Map<String, NodeFormat> formats = new HashMap<>();
    private final List<NodeFormat> made = new ArrayList<>();

    private NodeFormatCompiler(Schema schema) {
        this.schema = schema;
    }

    static NodeFormat compile(Schema schema) {
        NodeFormatCompiler compiler = new NodeFormatCompiler(schema);
        NodeFormat root;
        try {
            root = compiler.format(schema.type());
        } catch (StackOverflowError overflow) {
            throw new IllegalArgumentException("types nested deeper than this thread's stack allows", overflow);
        }
        Sized.settle(compiler.made);
        return root;
    }

    private NodeFormat format(SchemaType type) {
        if (!(type instanceof SchemaType.Reference reference)) {
            return made(make(type));
        }
        NodeFormat known = formats.get(reference.path());
        if (known != null) {
            return known;
        }
        RecursiveNodeFormat recursion = new RecursiveNodeFormat();
        formats.put(reference.path(), recursion);
        NodeFormat format = format(schema.definition(reference));
        recursion.pointTo(format);
        formats.put(reference.path(), format);
        made(recursion);
        return format;
    }

    private NodeFormat made(NodeFormat format) {
        made.add(format);
        return format;
    }

    private NodeFormat make(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar scalar -> new ScalarNodeFormat(scalar);
            case SchemaType.Option(SchemaType content) -> new OptionNodeFormat(format(content));
            case SchemaType.Sequence(SchemaType element) -> SequenceNodeFormat.ofAny(format(element));
            case SchemaType.Unique(SchemaType element) -> SequenceNodeFormat.ofDifferent(format(element));
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> new MapNodeFormat(format(key), format(value));
            case SchemaType.FixedArray(SchemaType element, int length) ->
                SequenceNodeFormat.ofLength(format(element), length);
            case SchemaType.Tuple(List<SchemaType> elements) -> new FieldsNodeFormat(List.of(), formats(elements));
            case SchemaType.Inline(Definition definition) -> format(definition);
            case SchemaType.Reference reference -> format(reference);
        };
    }

    private List<NodeFormat> formats(List<SchemaType> types) {
        return types.stream().map(this::format).toList();
    }

    private NodeFormat format(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct -> format(struct.fields());
            case Definition.Enumeration enumeration ->
                made(new EnumNodeFormat(enumeration.variants().stream()
                        .map(variant -> new EnumNodeFormat.Variant(
                                variant.name(),
                                variant.fields().types().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(format(variant.fields()))))
                        .toList()));
        };
    }

    /** The format of what a struct or a variant holds; of a single value without a name, that of the value. */
    private NodeFormat format(Fields fields) {
        return switch (fields) {
            case Fields.Positional(List<SchemaType> types) when types.size() == 1 -> format(types.getFirst());
            case Fields.Positional(List<SchemaType> types) -> made(new FieldsNodeFormat(List.of(), formats(types)));
            case Fields.Named(List<Fields.Field> named) ->
                made(new FieldsNodeFormat(named.stream().map(Fields.Field::name).toList(), formats(fields.types())));
        };
    }
}
