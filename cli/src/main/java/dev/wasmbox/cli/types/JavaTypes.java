package dev.wasmbox.cli.types;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.SchemaType;
import dev.wasmbox.schema.SchemaType.Scalar;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A contract's types in Java: a class around records, sealed interfaces and enums that the codec {@code Codecs.bincode}
 * makes the bytes of. docs/contract.md says what becomes what.
 */
public final class JavaTypes {

    private static final int LINE = 120;

    /** What a constructor takes: {@code this} and each parameter one, {@code long} and {@code double} two. */
    private static final int MOST_SLOTS = 255;

    private static final Set<String> KEYWORDS = Set.of(
            """
            _ abstract assert boolean break byte case catch char class const continue default do double else
            enum extends false final finally float for goto if implements import instanceof int interface long
            native new null package private protected public return short static strictfp super switch
            synchronized this throw throws transient true try void volatile while"""
                    .split("\\s"));

    /** The methods of each object without parameters, after which no component of a record can be called. */
    private static final Set<String> METHODS =
            Set.of("clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

    /** What the file may mean by these names, besides what is in java.lang. */
    private static final Set<String> USED = Set.of(
            """
            BigInteger BoxOptions Codec Codecs Duration Instant List Map Optional Rust Set TypeOf"""
                    .split("\\s"));

    private static final List<String> ORDINALS = List.of(
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth");

    private static final Pattern IDENTIFIER = Pattern.compile("[\\p{L}_$][\\p{L}\\p{Nd}_$]*");

    private final String outer;
    private final Contract contract;
    private final Scope scope;
    private final NamedTypes types;
    private final SortedSet<String> imports = new TreeSet<>();
    private final SortedMap<Integer, String> tuples = new TreeMap<>();
    private final StringBuilder body = new StringBuilder();

    /** The names of the variants of the enum that is being written, where they hide others. */
    private Set<String> variants = Set.of();

    private boolean hasU64;

    private JavaTypes(Contract contract, String outer) {
        this.outer = outer;
        this.contract = contract;
        this.scope = new Scope(name -> name.equals(outer) || isTaken(name));
        this.types = new NamedTypes(contract, scope);
    }

    /**
     * Writes a source file.
     *
     * @param contract a contract of the codec bincode-1 that states both directions
     * @param origin what it was written from, for a comment
     * @param packageName the package, or nothing for the unnamed one
     * @param name the name of the class
     * @return the file
     * @throws IllegalArgumentException if something cannot be expressed in Java; the message is a sentence
     */
    public static String of(Contract contract, String origin, String packageName, String name) {
        for (String part : packageName.isEmpty() ? List.<String>of() : List.of(packageName.split("\\.", -1))) {
            requireIdentifier(part, "'" + packageName + "' is no name of a package in Java");
        }
        requireIdentifier(name, "'" + name + "' is no name of a class in Java");
        if (isTaken(name)) {
            throw new IllegalArgumentException(
                    "a class around these types cannot be called " + name + ", as something that Java or they need is");
        }
        return new JavaTypes(contract.withShortNames(), name).file(origin, packageName);
    }

    /** {@return the name of a class after a file} */
    public static String nameAfter(String file) {
        return Name.of(file).upperCamel();
    }

    /** Whether the file may mean something else by a name, or whoever uses it. */
    private static boolean isTaken(String name) {
        if (USED.contains(name)) {
            return true;
        }
        try {
            return Modifier.isPublic(
                    Class.forName("java.lang." + name, false, null).getModifiers());
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // also if it is another name but for case, where files have none
        }
    }

    private static void requireIdentifier(String text, String sentence) {
        if (!IDENTIFIER.matcher(text).matches() || KEYWORDS.contains(text)) {
            throw new IllegalArgumentException(sentence);
        }
    }

    private String file(String origin, String packageName) {
        SchemaType input = contract.input().orElseThrow().type();
        SchemaType output = contract.output().orElseThrow().type();
        types.definitions().forEach(this::declare);
        String options = "BoxOptions<%s, %s>".formatted(boxed(input), boxed(output));
        String inputCodec = codec(input);
        String outputCodec = codec(output);
        tuples.forEach(this::declareTuple);
        imports.add("dev.wasmbox.BoxOptions");
        imports.add("dev.wasmbox.Codec");
        imports.add("dev.wasmbox.Codecs");

        StringBuilder file = new StringBuilder();
        if (!packageName.isEmpty()) {
            file.append("package ").append(packageName).append(";\n\n");
        }
        imports.forEach(each -> file.append("import ").append(each).append(";\n"));
        file.append(
                """

                /**
                 * The messages of {@code %s}. Written from its contract by {@code wasmbox types --java}: when the guest's
                 * types change, write it anew.%s
                 */
                public final class %s {

                    /** What the guest takes. */
                    public static final Codec<%s> INPUT = %s;

                    /** What the guest sends. */
                    public static final Codec<%s> OUTPUT = %s;

                    private %s() {}

                    /** {@return options for boxes with such messages} */
                    public static %s options() {
                        return BoxOptions.of(INPUT, OUTPUT);
                    }
                """
                        .formatted(
                                origin.replaceAll("[^\\p{L}\\p{Nd} ._-]", "_"),
                                hasU64
                                        ? "\n *\n * <p>A {@code u64} is a {@code long} here: values of 2<sup>63</sup> and more are refused."
                                        : "",
                                outer,
                                boxed(input),
                                inputCodec,
                                boxed(output),
                                outputCodec,
                                outer,
                                options));
        return file.append(body).append("}\n").toString();
    }

    private String codec(SchemaType type) {
        return switch (type) {
            case Scalar.STRING -> "Codecs.string()";
            case SchemaType.Reference _, SchemaType.Inline _ -> "Codecs.bincode(" + types.name(type) + ".class)";
            default -> {
                imports.add("dev.wasmbox.TypeOf");
                yield "Codecs.bincode(new TypeOf<" + boxed(type) + ">() {})";
            }
        };
    }

    private void declare(SchemaType type, Definition definition) {
        String name = types.name(type);
        body.append('\n');
        switch (definition) {
            case Definition.Struct struct -> record("    ", "public ", name, definition, struct.fields(), "");
            case Definition.Enumeration enumeration
            when NamedTypes.parts(enumeration).isEmpty() -> constants(name, enumeration.variants());
            case Definition.Enumeration enumeration -> sealed(name, enumeration);
        }
    }

    private void sealed(String name, Definition.Enumeration enumeration) {
        Scope variantScope = new Scope(each -> each.equals(name) || each.equals(outer) || isTaken(each));
        Map<String, Fields> records = new LinkedHashMap<>();
        enumeration
                .variants()
                .forEach(variant ->
                        records.put(variantScope.underscored(Name.ofType(variant.name())), variant.fields()));
        variants = records.keySet();
        body.append("    public sealed interface ").append(name).append(" {\n");
        records.forEach(
                (variant, fields) -> record("        ", "", variant, enumeration, fields, " implements " + name));
        body.append("    }\n");
        variants = Set.of();
    }

    private void constants(String name, List<Definition.Variant> variants) {
        Scope constants = new Scope(KEYWORDS::contains);
        body.append("    public enum ").append(name).append(" {\n");
        body.append(variants.stream()
                .map(variant -> "        "
                        + constants.underscored(Name.of(variant.name()).upperSnake()))
                .collect(Collectors.joining(",\n")));
        body.append(variants.isEmpty() ? "    }\n" : "\n    }\n");
    }

    private void record(
            String indent, String modifiers, String name, Definition definition, Fields fields, String clause) {
        requireSlots(definition, fields);
        List<String> components = components(fields);
        String head = indent + modifiers + "record " + name + "(";
        String tail = ")" + clause + " {}";
        String line = head + String.join(", ", components) + tail;
        String next = "\n" + indent + "        ";
        body.append(line.length() <= LINE ? line : head + next + String.join("," + next, components) + tail)
                .append('\n');
    }

    private void requireSlots(Definition definition, Fields fields) {
        int slots = 1
                + fields.types().size()
                + (int) fields.types().stream()
                        .map(type -> type(type, Place.COMPONENT))
                        .filter(type -> type.endsWith("long") || type.endsWith("double"))
                        .count();
        if (slots > MOST_SLOTS) {
            throw new IllegalArgumentException(
                    "%s has %d fields in a row, which are more than a record of Java can have"
                            .formatted(definition.path(), fields.types().size()));
        }
    }

    private List<String> components(Fields fields) {
        Scope names = new Scope(name -> KEYWORDS.contains(name) || METHODS.contains(name));
        return switch (fields) {
            case Fields.Named(List<Fields.Field> named) ->
                named.stream()
                        .map(field -> type(field.type(), Place.COMPONENT) + " "
                                + names.underscored(Name.of(field.name()).lowerCamel()))
                        .toList();
            case Fields.Positional(List<SchemaType> positional) ->
                IntStream.range(0, positional.size())
                        .mapToObj(index -> type(positional.get(index), Place.COMPONENT) + " "
                                + (positional.size() == 1 ? "value" : ordinal(index)))
                        .toList();
        };
    }

    private static String ordinal(int index) {
        return index < ORDINALS.size() ? ORDINALS.get(index) : "field" + (index + 1);
    }

    /** The unit, or a tuple of any types. */
    private void declareTuple(int arity, String name) {
        List<String> parameters = new ArrayList<>();
        List<String> components = new ArrayList<>();
        for (int index = 0; index < arity; index++) {
            parameters.add(index < 26 ? String.valueOf((char) ('A' + index)) : "T" + (index + 1));
            components.add(parameters.getLast() + " " + ordinal(index));
        }
        body.append("\n    public record ")
                .append(name)
                .append(arity == 0 ? "" : "<" + String.join(", ", parameters) + ">")
                .append('(')
                .append(String.join(", ", components))
                .append(") {}\n");
    }

    /** Where a type stands. */
    private enum Place {
        /** As a component of a record. */
        COMPONENT,
        /** As an argument of another type. */
        ARGUMENT,
        /** As an argument where values are compared, which arrays cannot be. */
        KEY
    }

    private String boxed(SchemaType type) {
        return type(type, Place.ARGUMENT);
    }

    private String type(SchemaType type, Place place) {
        return switch (type) {
            case Scalar scalar -> place == Place.COMPONENT ? scalar(scalar) : boxedScalar(scalar);
            case SchemaType.Option(SchemaType content) -> collection("Optional", content, place);
            case SchemaType.Sequence(SchemaType element) when isByte(element) && place != Place.KEY -> "byte[]";
            case SchemaType.Sequence(SchemaType element) -> collection("List", element, place);
            case SchemaType.Unique(SchemaType element) -> collection("Set", element, Place.KEY);
            case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                "%s<%s, %s>".formatted(imported("java.util.Map"), type(key, Place.KEY), within(value, place));
            case SchemaType.FixedArray(SchemaType element, int length) -> {
                String annotation = annotation("[" + length + "]");
                yield isByte(element) && place != Place.KEY
                        ? "byte " + annotation + " []"
                        : annotation + " " + collection("List", element, place);
            }
            case SchemaType.Tuple(List<SchemaType> elements) -> {
                String name = nested(tuples.computeIfAbsent(
                        elements.size(), arity -> scope.underscored(arity == 0 ? "Unit" : "Tuple" + arity)));
                yield elements.isEmpty()
                        ? name
                        : elements.stream()
                                .map(element -> within(element, place))
                                .collect(Collectors.joining(", ", name + "<", ">"));
            }
            case SchemaType.Reference _, SchemaType.Inline _ -> nested(types.name(type));
        };
    }

    private String collection(String name, SchemaType element, Place place) {
        return imported("java.util." + name) + "<" + within(element, place) + ">";
    }

    /** An argument of something in a place. */
    private String within(SchemaType type, Place place) {
        return type(type, place == Place.KEY ? Place.KEY : Place.ARGUMENT);
    }

    /** A type that is declared in this file, by its simple name unless a variant hides it. */
    private String nested(String name) {
        return variants.contains(name) ? outer + "." + name : name;
    }

    private static boolean isByte(SchemaType type) {
        return type == Scalar.U8 || type == Scalar.I8;
    }

    private String scalar(Scalar scalar) {
        return switch (scalar) {
            case BOOL -> "boolean";
            case CHAR, U8, U16 -> annotation(scalar.toString()) + " int";
            case F32 -> "float";
            case F64 -> "double";
            case U32, U64 -> {
                hasU64 |= scalar == Scalar.U64;
                yield annotation(scalar.toString()) + " long";
            }
            case I8 -> "byte";
            case I16 -> "short";
            case I32 -> "int";
            case I64 -> "long";
            case STRING -> "String";
            case U128, I128 -> annotation(scalar.toString()) + " " + imported("java.math.BigInteger");
            case DURATION -> imported("java.time.Duration");
            case SYSTEM_TIME -> imported("java.time.Instant");
        };
    }

    private String boxedScalar(Scalar scalar) {
        String type = scalar(scalar);
        int end = type.lastIndexOf(' ') + 1;
        String box =
                switch (type.substring(end)) {
                    case "boolean" -> "Boolean";
                    case "byte" -> "Byte";
                    case "short" -> "Short";
                    case "int" -> "Integer";
                    case "long" -> "Long";
                    case "float" -> "Float";
                    case "double" -> "Double";
                    default -> type.substring(end);
                };
        return type.substring(0, end) + box;
    }

    private String annotation(String value) {
        return "@" + imported("dev.wasmbox.Rust") + "(\"" + value + "\")";
    }

    private String imported(String className) {
        imports.add(className);
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
