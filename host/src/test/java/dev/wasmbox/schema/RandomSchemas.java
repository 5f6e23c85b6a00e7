package dev.wasmbox.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Schemas of every kind: types that are nested, named and recursive. */
public final class RandomSchemas {

    private static final List<String> FIELD_NAMES = List.of("x", "last_said", "größe", "type", "a b", "quote\"", "_1");
    private static final List<String> PATHS = List.of("a::One", "a::Two", "b::One", "Three");

    private final Random random;

    private RandomSchemas(long seed) {
        this.random = new Random(seed);
    }

    /** {@return a schema of the codec bincode-1, the same for the same seed} */
    public static Schema of(long seed) {
        return new RandomSchemas(seed).schema();
    }

    private Schema schema() {
        while (true) {
            Map<String, Definition> definitions = new HashMap<>();
            for (String path : PATHS) {
                definitions.put(path, definition(path, 2));
            }
            try {
                return new Schema(Contract.BINCODE, type(3), definitions);
            } catch (IllegalArgumentException endless) {
                // once more
            }
        }
    }

    private Definition definition(String path, int depth) {
        if (random.nextBoolean()) {
            return new Definition.Struct(path, fields(depth));
        }
        List<Definition.Variant> variants = new ArrayList<>();
        for (int index = 0; index <= random.nextInt(4); index++) {
            variants.add(
                    new Definition.Variant("Variant" + index, random.nextInt(3) == 0 ? Fields.NONE : fields(depth)));
        }
        return new Definition.Enumeration(path, variants);
    }

    private Fields fields(int depth) {
        int count = random.nextInt(4);
        if (count == 0) {
            return Fields.NONE;
        }
        if (random.nextBoolean()) {
            return new Fields.Positional(types(count, depth));
        }
        List<Fields.Field> fields = new ArrayList<>();
        int first = random.nextInt(FIELD_NAMES.size());
        for (SchemaType type : types(count, depth)) {
            fields.add(new Fields.Field(FIELD_NAMES.get((first + fields.size()) % FIELD_NAMES.size()), type));
        }
        return new Fields.Named(fields);
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
        return switch (random.nextInt(12)) {
            case 0 -> new SchemaType.Option(type(depth - 1));
            case 1 -> new SchemaType.Sequence(type(depth - 1));
            case 2 -> new SchemaType.Unique(scalar);
            case 3 -> new SchemaType.Mapping(scalar, type(depth - 1));
            case 4 -> new SchemaType.FixedArray(type(depth - 1), random.nextInt(4));
            case 5 -> new SchemaType.Tuple(types(random.nextInt(4), depth));
            case 6, 7 -> new SchemaType.Reference(PATHS.get(random.nextInt(PATHS.size())));
            case 8 -> new SchemaType.Inline(definition("Inline", depth - 1));
            default -> scalar;
        };
    }
}
