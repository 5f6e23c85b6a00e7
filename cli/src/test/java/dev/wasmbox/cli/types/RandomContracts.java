package dev.wasmbox.cli.types;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Contracts whose names are those that other languages have their own use for, and whose types contain each other. */
public final class RandomContracts {

    private static final List<String> NAMES = List.of(
            "x",
            "last_said",
            "LastSaid",
            "größe",
            "type",
            "a b",
            "quote\"",
            "_1",
            "2nd",
            "HTTPError",
            "class",
            "record",
            "yield",
            "self",
            "Self",
            "crate",
            "async",
            "gen",
            "String",
            "Option",
            "Vec",
            "Some",
            "List",
            "Map",
            "Optional",
            "Object",
            "Record",
            "Rust",
            "Codec",
            "hash_code",
            "to_string",
            "wait",
            "get_class",
            "Unit",
            "Tuple2",
            "Generated",
            "One",
            "ONE",
            "Three",
            "\\u000a",
            "*/x",
            "価格",
            "int",
            "i32",
            "INPUT",
            "options");

    private static final List<String> PATHS = List.of(
            "a::One", "b::One", "c::ONE", "Three", "List", "Unit", "Tuple2", "x::String", "Self", "Box", "Generated");

    private final Random random;

    /** Whether elements of sets and keys can be put in order, as Rust wants it. */
    private final boolean ordered;

    private RandomContracts(long seed, boolean ordered) {
        this.random = new Random(seed);
        this.ordered = ordered;
    }

    /** {@return a contract of the codec bincode-1, the same for the same seed} */
    public static Contract of(long seed, boolean ordered) {
        return new RandomContracts(seed, ordered).contract();
    }

    private Contract contract() {
        while (true) {
            Map<String, Definition> definitions = new LinkedHashMap<>();
            for (String path : PATHS) {
                definitions.put(path, definition(path, 2));
            }
            try {
                Contract contract = new Contract(
                        Contract.BINCODE,
                        Optional.of(new Schema(Contract.BINCODE, type(3), definitions)),
                        Optional.of(new Schema(Contract.BINCODE, type(3), definitions)));
                return Contract.parse(contract.toString());
            } catch (IllegalArgumentException endless) {
                // once more
            }
        }
    }

    private Definition definition(String path, int depth) {
        if (random.nextBoolean()) {
            return new Definition.Struct(path, fields(depth));
        }
        boolean plain = random.nextInt(3) == 0;
        List<Definition.Variant> variants = new ArrayList<>();
        for (String name : names(random.nextInt(5))) {
            variants.add(new Definition.Variant(name, plain || random.nextInt(3) == 0 ? Fields.NONE : fields(depth)));
        }
        return new Definition.Enumeration(path, variants);
    }

    private List<String> names(int count) {
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        return names.subList(0, count);
    }

    private Fields fields(int depth) {
        int count = random.nextInt(4);
        if (random.nextBoolean()) {
            return new Fields.Positional(types(count, depth));
        }
        List<Fields.Field> fields = new ArrayList<>();
        names(count).forEach(name -> fields.add(new Fields.Field(name, type(depth - 1))));
        return fields.isEmpty() ? Fields.NONE : new Fields.Named(fields);
    }

    private List<SchemaType> types(int count, int depth) {
        List<SchemaType> types = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            types.add(type(depth - 1));
        }
        return types;
    }

    private SchemaType type(int depth) {
        SchemaType.Scalar[] scalars = SchemaType.Scalar.values();
        SchemaType.Scalar scalar = scalars[random.nextInt(scalars.length)];
        if (depth <= 0) {
            return scalar;
        }
        return switch (random.nextInt(13)) {
            case 0 -> new SchemaType.Option(type(depth - 1));
            case 1 -> new SchemaType.Sequence(type(depth - 1));
            case 2 -> new SchemaType.Unique(key(depth - 1));
            case 3 -> new SchemaType.Mapping(key(depth - 1), type(depth - 1));
            case 4 -> new SchemaType.FixedArray(type(depth - 1), random.nextInt(4));
            case 5 -> new SchemaType.Tuple(types(random.nextInt(4), depth));
            case 6, 7, 8 -> new SchemaType.Reference(PATHS.get(random.nextInt(PATHS.size())));
            case 9 -> new SchemaType.Inline(definition("some::Inline", depth - 1));
            default -> scalar;
        };
    }

    private SchemaType key(int depth) {
        while (true) {
            SchemaType type = type(depth);
            boolean simple = !type.toString().contains("f32")
                    && !type.toString().contains("f64")
                    && !(type instanceof SchemaType.Reference);
            if (!ordered || (simple && PATHS.stream().noneMatch(type.toString()::contains))) {
                return type;
            }
        }
    }
}
