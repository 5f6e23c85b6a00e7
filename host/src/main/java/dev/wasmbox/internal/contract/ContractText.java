package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes contracts and their parts in the language of docs/contract.md, as one would by hand. */
public final class ContractText {

    /** A definition of up to so many characters is one line. */
    private static final int SHORT_LINE = 100;

    private ContractText() {}

    /** {@return the whole text, which ends a line} */
    public static String of(Contract contract) {
        StringBuilder text = new StringBuilder();
        text.append("wasmbox ").append(Contract.VERSION).append(";\n");
        text.append("codec ").append(quoted(contract.codec())).append(";\n");
        Map<String, Definition> definitions = new LinkedHashMap<>();
        contract.input().ifPresent(schema -> {
            text.append("input ").append(schema.type()).append(";\n");
            definitions.putAll(schema.definitions());
        });
        contract.output().ifPresent(schema -> {
            text.append("output ").append(schema.type()).append(";\n");
            definitions.putAll(schema.definitions());
        });
        append(text, definitions.values());
        return text.toString();
    }

    /** {@return the type, and after it what it names} */
    public static String of(Schema schema) {
        StringBuilder text = new StringBuilder(of(schema.type()));
        if (!schema.definitions().isEmpty()) {
            text.append('\n');
            append(text, schema.definitions().values());
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Collection<Definition> definitions) {
        definitions.forEach(
                definition -> text.append('\n').append(paragraph(definition)).append('\n'));
    }

    /** A definition, with a line for each of its parts if it is long. */
    private static String paragraph(Definition definition) {
        String line = of(definition);
        if (line.length() <= SHORT_LINE) {
            return line;
        }
        return switch (definition) {
            case Definition.Struct(String path, Fields.Named(List<Fields.Field> fields)) ->
                lines("struct " + path, fields.stream().map(ContractText::of).toList());
            case Definition.Enumeration(String path, List<Definition.Variant> variants) ->
                lines("enum " + path, variants.stream().map(ContractText::of).toList());
            default -> line;
        };
    }

    private static String lines(String head, List<String> parts) {
        return head + " {\n    " + String.join(",\n    ", parts) + ",\n}";
    }

    /** {@return the definition in one line} */
    public static String of(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct ->
                "struct " + struct.path() + (struct.fields().types().isEmpty() ? " {}" : of(struct.fields()));
            case Definition.Enumeration enumeration ->
                "enum " + enumeration.path()
                        + (enumeration.variants().isEmpty()
                                ? " {}"
                                : " { "
                                        + joined(enumeration.variants().stream()
                                                .map(ContractText::of)
                                                .toList()) + " }");
        };
    }

    /** {@return the variant as it stands in its enum} */
    public static String of(Definition.Variant variant) {
        return name(variant.name()) + of(variant.fields());
    }

    private static String of(Fields fields) {
        return switch (fields) {
            case Fields.Positional(List<SchemaType> types) -> types.isEmpty() ? "" : "(" + joined(types) + ")";
            case Fields.Named(List<Fields.Field> named) ->
                " { " + joined(named.stream().map(ContractText::of).toList()) + " }";
        };
    }

    private static String of(Fields.Field field) {
        return name(field.name()) + ": " + of(field.type());
    }

    /** {@return the type as it stands where it is used} */
    public static String of(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar scalar -> scalar.toString();
            case SchemaType.Option(SchemaType content) -> "Option<" + of(content) + ">";
            case SchemaType.Sequence(SchemaType element) -> "Vec<" + of(element) + ">";
            case SchemaType.Unique(SchemaType element) -> "Set<" + of(element) + ">";
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> "Map<" + of(key) + ", " + of(value) + ">";
            case SchemaType.FixedArray(SchemaType element, int length) -> "[" + of(element) + "; " + length + "]";
            case SchemaType.Tuple(List<SchemaType> elements) ->
                elements.size() == 1 ? "(" + of(elements.getFirst()) + ",)" : "(" + joined(elements) + ")";
            case SchemaType.Reference(String path) -> path;
            case SchemaType.Inline(Definition definition) -> of(definition);
        };
    }

    private static String joined(List<?> parts) {
        return String.join(", ", parts.stream().map(Object::toString).toList());
    }

    /** {@return the name of a field or a variant, as a string if it is no identifier} */
    public static String name(String name) {
        return Word.isIdentifier(name) ? name : quoted(name);
    }

    /** {@return a name of Java as an identifier: what none may have in it, such as {@code $}, is {@code _}} */
    public static String identifier(String name) {
        StringBuilder identifier = new StringBuilder();
        name.codePoints().forEach(each -> identifier.appendCodePoint(Word.continuesIdentifier(each) ? each : '_'));
        return Word.isIdentifier(identifier.toString()) ? identifier.toString() : "_" + identifier;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
