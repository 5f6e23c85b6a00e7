package dev.wasmbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Documents of a schema, written as docs/contract.md tells what they look like. */
public final class RandomDocuments {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** From here on, what may be nothing is nothing. */
    private static final int FEW_LEVELS = 12;

    private static final int MOST_LEVELS = 100;

    private final Schema schema;
    private final Random random;

    private RandomDocuments(Schema schema, long seed) {
        this.schema = schema;
        this.random = new Random(seed);
    }

    /**
     * Makes one.
     *
     * @return a document, the same for the same seed
     * @throws IllegalArgumentException if it would have no end
     */
    @SuppressWarnings("exports") // it is a test's
    public static JsonNode of(Schema schema, long seed) {
        return new RandomDocuments(schema, seed).node(schema.type(), 0);
    }

    private JsonNode node(SchemaType type, int depth) {
        if (depth > MOST_LEVELS) {
            throw new IllegalArgumentException("endless");
        }
        int most = depth > FEW_LEVELS ? 0 : 3;
        return switch (type) {
            case SchemaType.Scalar scalar -> scalar(scalar);
            case SchemaType.Option(SchemaType content) -> {
                if (most == 0 || random.nextBoolean()) {
                    yield NODES.nullNode();
                }
                JsonNode value = node(content, depth + 1);
                yield mayBeNull(content) ? NODES.objectNode().set("Some", value) : value;
            }
            case SchemaType.Sequence(SchemaType element) -> array(element, random.nextInt(most + 1), depth);
            case SchemaType.Unique(SchemaType element) -> {
                Set<JsonNode> elements = new LinkedHashSet<>();
                array(element, random.nextInt(most + 1), depth).forEach(elements::add);
                yield NODES.arrayNode().addAll(elements);
            }
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> {
                Set<JsonNode> keys = new LinkedHashSet<>();
                array(key, random.nextInt(most + 1), depth).forEach(keys::add);
                yield map(keys, isKey(key), value, depth);
            }
            case SchemaType.FixedArray(SchemaType element, int length) -> array(element, length, depth);
            case SchemaType.Tuple(List<SchemaType> elements) -> tuple(elements, depth);
            case SchemaType.Reference reference -> node(schema.definition(reference), depth + 1);
            case SchemaType.Inline(Definition definition) -> node(definition, depth + 1);
        };
    }

    private ArrayNode array(SchemaType element, int length, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (int index = 0; index < length; index++) {
            array.add(node(element, depth + 1));
        }
        return array;
    }

    private JsonNode map(Set<JsonNode> keys, boolean asObject, SchemaType value, int depth) {
        ObjectNode object = NODES.objectNode();
        ArrayNode pairs = NODES.arrayNode();
        for (JsonNode key : keys) {
            JsonNode each = node(value, depth + 1);
            object.set(key.asText(), each);
            pairs.add(NODES.arrayNode().add(key).add(each));
        }
        return asObject ? object : pairs;
    }

    private JsonNode tuple(List<SchemaType> types, int depth) {
        if (types.isEmpty()) {
            return NODES.nullNode();
        }
        ArrayNode array = NODES.arrayNode();
        types.forEach(type -> array.add(node(type, depth + 1)));
        return array;
    }

    private JsonNode node(Definition definition, int depth) {
        return switch (definition) {
            case Definition.Struct struct -> node(struct.fields(), depth);
            case Definition.Enumeration enumeration -> {
                List<Definition.Variant> variants = enumeration.variants();
                // Deep down those without fields, so that there is an end.
                Definition.Variant variant = depth > FEW_LEVELS
                        ? variants.stream()
                                .filter(each -> each.fields().types().isEmpty())
                                .findFirst()
                                .orElse(variants.getFirst())
                        : variants.get(random.nextInt(variants.size()));
                yield variant.fields().types().isEmpty()
                        ? NODES.textNode(variant.name())
                        : NODES.objectNode().set(variant.name(), node(variant.fields(), depth));
            }
        };
    }

    private JsonNode node(Fields fields, int depth) {
        return switch (fields) {
            case Fields.Positional(List<SchemaType> types) when types.size() == 1 -> node(types.getFirst(), depth);
            case Fields.Positional(List<SchemaType> types) -> tuple(types, depth);
            case Fields.Named(List<Fields.Field> named) -> {
                ObjectNode object = NODES.objectNode();
                named.forEach(field -> object.set(field.name(), node(field.type(), depth + 1)));
                yield object;
            }
        };
    }

    private boolean mayBeNull(SchemaType type) {
        return switch (type) {
            case SchemaType.Option _ -> true;
            case SchemaType.Tuple(List<SchemaType> elements) -> elements.isEmpty();
            case SchemaType.Reference reference -> mayBeNull(schema.definition(reference));
            case SchemaType.Inline(Definition definition) -> mayBeNull(definition);
            default -> false;
        };
    }

    private boolean mayBeNull(Definition definition) {
        return definition instanceof Definition.Struct struct
                && (struct.fields().types().isEmpty()
                        || (struct.fields() instanceof Fields.Positional(List<SchemaType> types)
                                && types.size() == 1
                                && mayBeNull(types.getFirst())));
    }

    private boolean isKey(SchemaType type) {
        return switch (type) {
            case SchemaType.Scalar scalar ->
                switch (scalar) {
                    case F32, F64, DURATION, SYSTEM_TIME -> false;
                    default -> true;
                };
            case SchemaType.Reference reference -> isKey(schema.definition(reference));
            case SchemaType.Inline(Definition definition) -> isKey(definition);
            default -> false;
        };
    }

    private boolean isKey(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct ->
                struct.fields() instanceof Fields.Positional(List<SchemaType> types)
                        && types.size() == 1
                        && isKey(types.getFirst());
            case Definition.Enumeration enumeration ->
                enumeration.variants().stream()
                        .allMatch(variant -> variant.fields().types().isEmpty());
        };
    }

    private JsonNode scalar(SchemaType.Scalar scalar) {
        return switch (scalar) {
            case BOOL -> NODES.booleanNode(random.nextBoolean());
            case CHAR -> NODES.textNode(Character.toString(random.nextBoolean() ? 'x' : 0x1F980));
            case STRING -> NODES.textNode(List.of("", "grüße 🦀", "\"\n", "3").get(random.nextInt(4)));
            case F32 -> real(Float.intBitsToFloat(random.nextInt()), 8);
            case F64 -> real(Double.longBitsToDouble(random.nextLong()), 16);
            case U8, U16, U32, U64, U128 ->
                integer(Integer.parseInt(scalar.toString().substring(1)), false);
            case I8, I16, I32, I64, I128 ->
                integer(Integer.parseInt(scalar.toString().substring(1)), true);
            case DURATION ->
                NODES.textNode(Duration.ofSeconds(random.nextLong(1L << 40), random.nextInt(1_000_000_000))
                        .toString());
            case SYSTEM_TIME ->
                NODES.textNode(Instant.ofEpochSecond(random.nextLong(1L << 40), random.nextInt(1_000_000_000))
                        .toString());
        };
    }

    private JsonNode real(Number number, int digits) {
        if (random.nextInt(4) == 0) {
            return NODES.textNode(List.of("NaN", "Infinity", "-Infinity", "NaN(0x" + "f".repeat(digits) + ")")
                    .get(random.nextInt(4)));
        }
        double value = Double.parseDouble(number.toString());
        return NODES.numberNode(Double.isFinite(value) ? value : -0.0);
    }

    private JsonNode integer(int bits, boolean signed) {
        BigInteger value = new BigInteger(random.nextBoolean() ? bits : 4, random);
        return NODES.numberNode(signed ? value.subtract(BigInteger.ONE.shiftLeft(bits - 1)) : value);
    }
}
