package dev.wasmbox.internal.contract;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads contracts: a parser by recursive descent, a method for each rule of the grammar in docs/contract.md. */
public final class ContractParser {

    /** The longest text, in characters; a section has as many bytes at most. */
    public static final int MAXIMUM_LENGTH = 1 << 20;

    private static final int MAXIMUM_DEPTH = 64;

    /** What is looked for in all of them takes the square of that. */
    private static final int MAXIMUM_DEFINITIONS = 4096;

    private static final Map<String, SchemaType> SCALARS = scalars();

    /** The words of the grammar, which are no names of types. */
    private static final Set<String> TAKEN = taken();

    private final String text;
    private final List<Word> words;
    private final Map<String, Definition> definitions = new LinkedHashMap<>();
    private @Nullable String codec;
    private @Nullable SchemaType input;
    private @Nullable SchemaType output;
    private int next;
    private int depth;

    private ContractParser(String text) {
        this.text = text;
        this.words = Words.of(text);
    }

    private static Map<String, SchemaType> scalars() {
        Map<String, SchemaType> scalars = new HashMap<>();
        for (SchemaType.Scalar each : SchemaType.Scalar.values()) {
            scalars.put(each.toString(), each);
        }
        return Map.copyOf(scalars);
    }

    private static Set<String> taken() {
        Set<String> taken = new HashSet<>(SCALARS.keySet());
        taken.addAll(List.of("wasmbox", "codec", "input", "output", "struct", "enum", "Option", "Vec", "Set", "Map"));
        return Set.copyOf(taken);
    }

    /**
     * Reads a contract.
     *
     * @param text its text
     * @return the contract
     * @throws IllegalArgumentException if it is not well-formed, or of a later version
     */
    public static Contract parse(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(
                    "its text has %,d characters, but may have %,d".formatted(text.length(), MAXIMUM_LENGTH));
        }
        ContractParser parser = new ContractParser(text);
        parser.requireVersion();
        return parser.contract();
    }

    /** Before all else: of a later version nothing else may be as expected. */
    private void requireVersion() {
        String version = null;
        for (int index = 0; index + 2 < words.size(); index++) {
            Word number = words.get(index + 1);
            if (words.get(index).isWord("wasmbox")
                    && number.kind() == Word.Kind.INTEGER
                    && words.get(index + 2).is(";")) {
                if (version != null) {
                    throw malformed(words.get(index), "one statement of the version", "a second one");
                }
                version = number.text();
            }
        }
        if (version == null) {
            throw new IllegalArgumentException(
                    "it does not say its version: expected 'wasmbox %d;', found no such statement"
                            .formatted(Contract.VERSION));
        }
        if (!version.equals(String.valueOf(Contract.VERSION))) {
            throw new IllegalArgumentException(
                    "it is of version %s, but this WasmBox knows version %d; use the WasmBox that the guest was built with,"
                                    .formatted(Excerpt.of(version), Contract.VERSION)
                            + " or a later one");
        }
    }

    /** {@return whether a path has a meaning of its own, so that no type can be called so} */
    public static boolean isTaken(String path) {
        return TAKEN.contains(path);
    }

    private Contract contract() {
        while (peek().kind() != Word.Kind.END) {
            statement();
        }
        if (codec == null) {
            throw new IllegalArgumentException(
                    "it does not say its codec: expected a statement such as 'codec \"%s\";', found none"
                            .formatted(Contract.BINCODE));
        }
        return new Contract(codec, schema("input", codec, input), schema("output", codec, output));
    }

    private Optional<Schema> schema(String direction, String codec, @Nullable SchemaType type) {
        if (type == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Schema(codec, type, definitions));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the %s: %s".formatted(direction, e.getMessage()), e);
        }
    }

    private void statement() {
        Word first = take();
        if (first.isWord("wasmbox")) {
            Word version = take();
            if (version.kind() != Word.Kind.INTEGER) { // otherwise see above
                throw malformed(version, "a number, the version", version.toString());
            }
            expect(";");
        } else if (first.isWord("codec")) {
            requireFirst(first, codec);
            codec = string("the name of a codec in double quotes");
            expect(";");
        } else if (first.isWord("input")) {
            requireFirst(first, input);
            input = type();
            expect(";");
        } else if (first.isWord("output")) {
            requireFirst(first, output);
            output = type();
            expect(";");
        } else if (first.isWord("struct") || first.isWord("enum")) {
            Word place = peek();
            Definition definition = definition(first);
            Definition before = definitions.put(definition.path(), definition);
            if (before != null && !before.equals(definition)) {
                throw malformed(
                        place, definition.path() + " as it was defined before", "another definition of that name");
            }
            if (definitions.size() > MAXIMUM_DEFINITIONS) {
                throw malformed(place, "at most " + MAXIMUM_DEFINITIONS + " definitions", "more");
            }
        } else if (!first.is(";")) {
            throw malformed(first, "wasmbox, codec, input, output, struct or enum", first.toString());
        }
    }

    private void requireFirst(Word word, @Nullable Object before) {
        if (before != null) {
            throw malformed(word, "one statement of the " + word.text(), "a second one");
        }
    }

    private Definition definition(Word first) {
        String path = path();
        if (first.isWord("struct")) {
            return new Definition.Struct(path, fields());
        }
        Word open = peek();
        expect("{");
        List<Definition.Variant> variants = list("}", this::variant);
        return checked(open, () -> new Definition.Enumeration(path, variants));
    }

    private Definition.Variant variant() {
        return new Definition.Variant(name("the name of a variant"), fields());
    }

    private Fields fields() {
        Word open = peek();
        if (open.is("(")) {
            take();
            return new Fields.Positional(list(")", this::type));
        }
        if (!open.is("{")) {
            return Fields.NONE;
        }
        take();
        List<Fields.Field> fields = list("}", () -> {
            String name = name("the name of a field");
            expect(":");
            return new Fields.Field(name, type());
        });
        return fields.isEmpty() ? Fields.NONE : checked(open, () -> new Fields.Named(fields));
    }

    private SchemaType type() {
        Word first = peek();
        if (++depth > MAXIMUM_DEPTH) {
            throw malformed(first, "types that are nested at most " + MAXIMUM_DEPTH + " deep", "deeper ones");
        }
        SchemaType type = typeWithin();
        depth--;
        return type;
    }

    private SchemaType typeWithin() {
        Word first = peek();
        if (first.is("(")) {
            take();
            return new SchemaType.Tuple(list(")", this::type));
        } else if (first.is("[")) {
            take();
            SchemaType element = type();
            expect(";");
            SchemaType array = new SchemaType.FixedArray(element, length());
            expect("]");
            return array;
        } else if (first.kind() != Word.Kind.IDENTIFIER) {
            throw malformed(first, "a type", first.toString());
        }
        switch (first.text()) {
            case "Option" -> {
                return new SchemaType.Option(arguments(1).getFirst());
            }
            case "Vec" -> {
                return new SchemaType.Sequence(arguments(1).getFirst());
            }
            case "Set" -> {
                return new SchemaType.Unique(arguments(1).getFirst());
            }
            case "Map" -> {
                List<SchemaType> arguments = arguments(2);
                return new SchemaType.Mapping(arguments.getFirst(), arguments.getLast());
            }
            case "struct", "enum" -> {
                take();
                return new SchemaType.Inline(definition(first));
            }
            default -> {
                SchemaType scalar = SCALARS.get(first.text());
                if (scalar != null) {
                    take();
                    return scalar;
                }
                return new SchemaType.Reference(path());
            }
        }
    }

    private List<SchemaType> arguments(int count) {
        take();
        expect("<");
        List<SchemaType> arguments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            if (index > 0) {
                expect(",");
            }
            arguments.add(type());
        }
        expect(">");
        return arguments;
    }

    private int length() {
        Word word = take();
        if (word.kind() == Word.Kind.INTEGER) {
            try {
                return Integer.parseInt(word.text());
            } catch (NumberFormatException e) {
                // too long, as is said below
            }
        }
        throw malformed(word, "the length of an array, up to " + Integer.MAX_VALUE, word.toString());
    }

    /** Separated by commas, of which one may follow the last. */
    private <T> List<T> list(String close, Supplier<T> element) {
        List<T> elements = new ArrayList<>();
        while (!peek().is(close)) {
            elements.add(element.get());
            if (!peek().is(close)) {
                if (!peek().is(",")) {
                    throw malformed(peek(), "',' or '" + close + "'", peek().toString());
                }
                take();
            }
        }
        take();
        return elements;
    }

    private String path() {
        Word first = peek();
        StringBuilder path = new StringBuilder(identifier("the name of a type"));
        while (peek().is("::")) {
            take();
            path.append("::").append(identifier("the name of a type"));
        }
        if (TAKEN.contains(path.toString())) {
            throw malformed(first, "the name of a type", "'" + path + "', which has a meaning of its own");
        }
        return path.toString();
    }

    private String identifier(String what) {
        Word word = take();
        if (word.kind() != Word.Kind.IDENTIFIER) {
            throw malformed(word, what, word.toString());
        }
        return word.text();
    }

    private String name(String what) {
        return peek().kind() == Word.Kind.STRING ? string(what) : identifier(what);
    }

    private String string(String what) {
        Word word = take();
        if (word.kind() != Word.Kind.STRING) {
            throw malformed(word, what, word.toString());
        }
        return word.text();
    }

    private void expect(String mark) {
        Word word = take();
        if (!word.is(mark)) {
            throw malformed(word, "'" + mark + "'", word.toString());
        }
    }

    private Word peek() {
        return words.get(next);
    }

    private Word take() {
        Word word = words.get(next);
        if (word.kind() != Word.Kind.END) {
            next++;
        }
        return word;
    }

    private <T> T checked(Word place, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw malformed(place, "each name once", String.valueOf(e.getMessage()));
        }
    }

    private Malformed malformed(Word place, String expected, String found) {
        return new Malformed(text, place.position(), expected, found);
    }
}
