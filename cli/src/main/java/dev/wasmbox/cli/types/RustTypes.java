package dev.wasmbox.cli.types;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.SchemaType;
import dev.wasmbox.schema.SchemaType.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A contract's types in Rust: a module with structs and enums that a guest's messages are made of. */
public final class RustTypes {

    /** The longest array that serde reads and writes. */
    private static final int LONGEST_ARRAY = 32;

    /** The longest tuple that Rust compares and prints. */
    private static final int LONGEST_TUPLE = 12;

    /** What rustfmt writes a variant with named fields in one line up to. */
    private static final int SHORT_VARIANT = 35;

    private static final Set<String> KEYWORDS = Set.of(
            """
            abstract as async await become box break const continue do dyn else enum extern false final fn for
            gen if impl in let loop macro match mod move mut override priv pub ref return static struct trait
            true try type typeof unsafe unsized use virtual where while yield"""
                    .split("\\s"));

    /** Keywords that are none as {@code r#...} either. */
    private static final Set<String> NEVER = Set.of("crate", "self", "super", "Self");

    /** What the file may mean by these names. */
    private static final Set<String> USED = Set.of(
            """
            BTreeMap BTreeSet Box Clone Debug Deserialize Duration Eq Option Ord PartialEq PartialOrd Schema
            Self Serialize String SystemTime Vec"""
                    .split("\\s"));

    /** How Rust wants fields to be called. */
    private static final Pattern FIELD = Pattern.compile("_*[\\p{L}&&[^\\p{Lu}]][\\p{L}\\p{Nd}_&&[^\\p{Lu}]]*");

    private final Contract contract;
    private final NamedTypes types;
    private final SortedMap<String, SortedSet<String>> imports = new TreeMap<>();
    private final StringBuilder body = new StringBuilder();

    /** Which types are compared to put them in order, as keys and as elements of sets are. */
    private final Set<SchemaType> ordered = new HashSet<>();

    /** For each type, those that take room within it. */
    private final Map<SchemaType, Set<SchemaType>> laidOut = new HashMap<>();

    private RustTypes(Contract contract) {
        this.contract = contract;
        this.types = new NamedTypes(contract, new Scope(USED::contains));
    }

    /**
     * Writes a source file.
     *
     * @param contract a contract of the codec bincode-1 that states both directions
     * @param origin what it was written from, for a comment
     * @return the file
     * @throws IllegalArgumentException if something cannot be expressed in Rust; the message is a sentence
     */
    public static String of(Contract contract, String origin) {
        return new RustTypes(contract.withShortNames()).file(origin);
    }

    private String file(String origin) {
        SchemaType input = contract.input().orElseThrow().type();
        SchemaType output = contract.output().orElseThrow().type();
        findOrdered(input);
        findOrdered(output);
        String head =
                """
                //! The messages of `%s`. Written from its contract by `wasmbox types --rust`: when its types change,
                //! write it anew.
                //!
                //! As `messages.rs` beside a guest that begins like this, and has `serde` and `serde_derive` in its Cargo.toml:
                //!
                //! ```ignore
                //! mod messages;
                //!
                //! use messages::*;
                //! use wasmbox::prelude::*;
                //!
                //! #[wasmbox]
                //! async fn run(ctx: WasmBoxContext<%s, %s>) {
                //! ```
                """
                        .formatted(
                                origin.replaceAll("[^\\p{L}\\p{Nd} ._-]", "_"), type(input, null), type(output, null));
        imports.clear(); // that was a comment
        types.definitions().keySet().forEach(type -> laidOut.put(type, laidOutWithin(type)));
        types.definitions().forEach(this::declare);
        if (body.isEmpty()) {
            return head; // the line above is all that a guest without types of its own needs
        }
        imported("serde_derive", "Deserialize");
        imported("serde_derive", "Serialize");
        imported("wasmbox", "Schema");
        StringBuilder uses = new StringBuilder("\n");
        imports.forEach((module, names) -> uses.append("use ")
                .append(module)
                .append("::")
                .append(names.size() == 1 ? names.first() : "{" + String.join(", ", names) + "}")
                .append(";\n"));
        return head + uses + body;
    }

    private void findOrdered(SchemaType root) {
        Deque<SchemaType> waiting = new ArrayDeque<>(List.of(root));
        Set<SchemaType> seen = new HashSet<>();
        while (!waiting.isEmpty()) {
            SchemaType type = waiting.removeFirst();
            switch (type) {
                case SchemaType.Unique(SchemaType element) -> requireOrder(element);
                case SchemaType.Mapping mapping -> requireOrder(mapping.key());
                default -> {}
            }
            if (seen.add(type)) {
                waiting.addAll(partsWithin(type));
            }
        }
    }

    private void requireOrder(SchemaType root) {
        Deque<SchemaType> waiting = new ArrayDeque<>(List.of(root));
        while (!waiting.isEmpty()) {
            SchemaType type = waiting.removeFirst();
            if (type == Scalar.F32 || type == Scalar.F64) {
                throw new IllegalArgumentException(
                        "%s is in a set or a key of a map, which Rust needs an order or a hash for, but %s has none"
                                .formatted(root, type));
            }
            if (ordered.add(type)) {
                waiting.addAll(partsWithin(type));
            }
        }
    }

    private List<SchemaType> partsWithin(SchemaType type) {
        Definition definition = types.definitions().get(type);
        return definition == null ? NamedTypes.parts(type) : NamedTypes.parts(definition);
    }

    /** What takes room within a type, as opposed to what it points to. */
    private Set<SchemaType> laidOutWithin(SchemaType root) {
        Set<SchemaType> found = new LinkedHashSet<>();
        Deque<SchemaType> waiting = new ArrayDeque<>(partsWithin(root));
        while (!waiting.isEmpty()) {
            SchemaType type = waiting.removeFirst();
            boolean pointed = type instanceof SchemaType.Sequence
                    || type instanceof SchemaType.Unique
                    || type instanceof SchemaType.Mapping;
            if (!pointed && found.add(type)) {
                waiting.addAll(partsWithin(type));
            }
        }
        return found;
    }

    private void declare(SchemaType type, Definition definition) {
        String name = types.name(type);
        body.append("\n#[derive(Clone, Debug, PartialEq, ")
                .append(ordered.contains(type) ? "Eq, PartialOrd, Ord, " : "")
                .append("Serialize, Deserialize, Schema)]\n");
        switch (definition) {
            case Definition.Struct struct -> {
                body.append("pub struct ").append(name);
                switch (struct.fields()) {
                    case Fields.Positional(List<SchemaType> fields) ->
                        body.append(positional(type, fields, "pub ")).append(";\n");
                    case Fields.Named(List<Fields.Field> fields) -> body.append(block(named(type, fields, "pub ")));
                }
            }
            case Definition.Enumeration enumeration -> {
                Scope names = new Scope(NEVER::contains);
                List<String> lines = new ArrayList<>();
                enumeration.variants().forEach(variant -> lines.addAll(variant(type, variant, names)));
                body.append("pub enum ").append(name).append(block(lines));
            }
        }
    }

    /** Lines in braces, each with an indent, or the braces alone. */
    private static String block(List<String> lines) {
        return lines.isEmpty()
                ? " {}\n"
                : lines.stream().map(line -> "    " + line + "\n").collect(Collectors.joining("", " {\n", "}\n"));
    }

    private List<String> variant(SchemaType type, Definition.Variant variant, Scope names) {
        List<String> lines = new ArrayList<>();
        String name = names.underscored(Name.ofType(variant.name()));
        rename(variant.name(), name, lines);
        switch (variant.fields()) {
            case Fields.Positional(List<SchemaType> fields) -> lines.add(name + positional(type, fields, "") + ",");
            case Fields.Named(List<Fields.Field> named) -> {
                List<String> fields = named(type, named, "");
                String all = String.join(" ", fields);
                String line = name + " { " + all.substring(0, all.length() - 1) + " }";
                if (line.length() <= SHORT_VARIANT && fields.size() == named.size()) {
                    lines.add(line + ",");
                } else {
                    lines.add(name + " {");
                    fields.forEach(field -> lines.add("    " + field));
                    lines.add("},");
                }
            }
        }
        return lines;
    }

    private String positional(SchemaType type, List<SchemaType> fields, String visibility) {
        return fields.isEmpty()
                ? ""
                : fields.stream()
                        .map(field -> visibility + type(field, type))
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private List<String> named(SchemaType type, List<Fields.Field> fields, String visibility) {
        List<String> lines = new ArrayList<>();
        Scope names = new Scope(NEVER::contains);
        for (Fields.Field field : fields) {
            String wished = FIELD.matcher(field.name()).matches()
                    ? field.name()
                    : Name.of(field.name()).lowerSnake();
            String name = names.underscored(wished);
            rename(field.name(), name, lines);
            lines.add(
                    visibility + (KEYWORDS.contains(name) ? "r#" : "") + name + ": " + type(field.type(), type) + ",");
        }
        return lines;
    }

    /** What tells serde how the guest writes a name, where that is not as it is called here. */
    private static void rename(String stated, String name, List<String> lines) {
        if (!stated.equals(name)) {
            lines.add("#[serde(rename = " + quoted(stated) + ")]");
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (Character.isLetterOrDigit(point) || (point >= ' ' && point <= '~')) {
                quoted.appendCodePoint(point);
            } else {
                quoted.append("\\u{%x}".formatted(point));
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * A type as it is written.
     *
     * @param type the type
     * @param inside what it is laid out within, or null if what it is within points to it
     */
    private String type(SchemaType type, @Nullable SchemaType inside) {
        return switch (type) {
            case Scalar.DURATION, Scalar.SYSTEM_TIME -> imported("std::time", type.toString());
            case Scalar scalar -> scalar.toString();
            case SchemaType.Option(SchemaType content) -> "Option<" + type(content, inside) + ">";
            case SchemaType.Sequence(SchemaType element) -> "Vec<" + type(element, null) + ">";
            case SchemaType.Unique(SchemaType element) ->
                imported("std::collections", "BTreeSet") + "<" + type(element, null) + ">";
            case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                imported("std::collections", "BTreeMap") + "<" + type(key, null) + ", " + type(value, null) + ">";
            case SchemaType.FixedArray(SchemaType element, int length) -> {
                if (length > LONGEST_ARRAY) {
                    throw new IllegalArgumentException(
                            "%s cannot be written in Rust: serde knows arrays of up to %d elements"
                                    .formatted(type, LONGEST_ARRAY));
                }
                yield "[" + type(element, inside) + "; " + length + "]";
            }
            case SchemaType.Tuple(List<SchemaType> elements) -> {
                if (elements.size() > LONGEST_TUPLE) {
                    throw new IllegalArgumentException(
                            "%s cannot be written in Rust: it compares and prints tuples of up to %d elements"
                                    .formatted(type, LONGEST_TUPLE));
                }
                yield elements.stream()
                        .map(element -> type(element, inside))
                        .collect(Collectors.joining(", ", "(", elements.size() == 1 ? ",)" : ")"));
            }
            case SchemaType.Reference _, SchemaType.Inline _ -> {
                boolean endless = inside != null
                        && (type.equals(inside)
                                || laidOut.getOrDefault(type, Set.of()).contains(inside));
                yield endless ? "Box<" + types.name(type) + ">" : types.name(type);
            }
        };
    }

    private String imported(String module, String name) {
        imports.computeIfAbsent(module, _ -> new TreeSet<>()).add(name);
        return name;
    }
}
