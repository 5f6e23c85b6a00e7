package dev.wasmbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.Codec;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Values of a schema as JSON, to show what it looks like. They are small: a type does not come back within itself, which is
 * always possible, and one that takes much room otherwise has no example. What is made here are bytes of bincode, for the
 * codec to make JSON of.
 */
final class Examples {

    private static final int MOST_EXAMPLES = 1_000;

    /** How many values may be in one. */
    private static final int MOST_VALUES = 60;

    /** The first second of 2026. */
    private static final long TIME = 1_767_225_600;

    private static final byte[] NOTHING = {};

    private final Schema schema;

    /** The paths of the types that the value which is being made is in. */
    private final Set<String> around;

    private int values;

    private Examples(Schema schema, Set<String> around) {
        this.schema = schema;
        this.around = new HashSet<>(around);
    }

    /** {@return one for each variant of an enum, or one of any other type; fewer where there is none} */
    static List<String> of(Schema schema) {
        Codec<String> codec = new JsonLineCodec(new Schema(Contract.BINCODE, schema.type(), schema.definitions()));
        return (switch (schema.type()) {
                    case SchemaType.Reference reference
                    when schema.definition(reference) instanceof Definition.Enumeration enumeration ->
                        ofVariants(schema, enumeration, Set.of(reference.path()));
                    case SchemaType.Inline(Definition.Enumeration enumeration) ->
                        ofVariants(schema, enumeration, Set.of());
                    case SchemaType other -> Stream.of(new Examples(schema, Set.of()).value(other));
                })
                .flatMap(Optional::stream)
                .map(codec::decode)
                .toList();
    }

    private static Stream<Optional<byte[]>> ofVariants(
            Schema schema, Definition.Enumeration enumeration, Set<String> around) {
        return IntStream.range(0, Math.min(enumeration.variants().size(), MOST_EXAMPLES))
                .mapToObj(index -> new Examples(schema, around).variant(enumeration, index));
    }

    /** A value, unless it would have to be within another of its type, or is too large. */
    private Optional<byte[]> value(SchemaType type) {
        if (++values > MOST_VALUES) {
            return Optional.empty();
        }
        return switch (type) {
            case SchemaType.Scalar scalar -> Optional.of(scalar(scalar));
            case SchemaType.Option(SchemaType content) ->
                Optional.of(
                        value(content).map(value -> joined(number(1, 1), value)).orElse(number(0, 1)));
            case SchemaType.Sequence(SchemaType element) -> Optional.of(counted(value(element)));
            case SchemaType.Unique(SchemaType element) -> Optional.of(counted(value(element)));
            case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                Optional.of(counted(values(List.of(key, value))));
            case SchemaType.FixedArray(SchemaType element, int length) -> {
                Optional<byte[]> all = Optional.of(NOTHING);
                for (int index = 0; index < length && all.isPresent(); index++) {
                    all = both(all, value(element));
                }
                yield all;
            }
            case SchemaType.Tuple(List<SchemaType> elements) -> values(elements);
            case SchemaType.Inline(Definition definition) -> value(definition);
            case SchemaType.Reference reference -> {
                boolean entered = around.add(reference.path());
                Optional<byte[]> value = entered ? value(schema.definition(reference)) : Optional.empty();
                if (entered) {
                    around.remove(reference.path());
                }
                yield value;
            }
        };
    }

    private Optional<byte[]> values(List<SchemaType> types) {
        Optional<byte[]> all = Optional.of(NOTHING);
        for (SchemaType type : types) {
            all = both(all, value(type));
        }
        return all;
    }

    private Optional<byte[]> value(Definition definition) {
        return switch (definition) {
            case Definition.Struct struct -> values(struct.fields().types());
            case Definition.Enumeration enumeration -> {
                Optional<byte[]> value = Optional.empty();
                for (int index = 0; index < enumeration.variants().size() && value.isEmpty(); index++) {
                    value = variant(enumeration, index);
                }
                yield value;
            }
        };
    }

    private Optional<byte[]> variant(Definition.Enumeration enumeration, int index) {
        return both(
                Optional.of(number(index, Integer.BYTES)),
                values(enumeration.variants().get(index).fields().types()));
    }

    private static byte[] scalar(SchemaType.Scalar scalar) {
        return switch (scalar) {
            case CHAR -> "x".getBytes(UTF_8);
            case STRING -> joined(number(4, Long.BYTES), "text".getBytes(UTF_8));
            case F32 -> number(Float.floatToIntBits(1.5f), Float.BYTES);
            case F64 -> number(Double.doubleToLongBits(1.5), Double.BYTES);
            case BOOL, U8, I8 -> number(1, 1);
            case U16, I16 -> number(1, Short.BYTES);
            case U32, I32 -> number(1, Integer.BYTES);
            case U64, I64 -> number(1, Long.BYTES);
            case U128, I128 -> number(1, 2 * Long.BYTES);
            case DURATION -> number(60, Long.BYTES + Integer.BYTES);
            case SYSTEM_TIME -> number(TIME, Long.BYTES + Integer.BYTES);
        };
    }

    /** An integer in little endian, with as many zero bytes behind it as there is room for. */
    private static byte[] number(long number, int length) {
        byte[] bytes = new byte[length];
        for (int index = 0; index < Math.min(length, Long.BYTES); index++) {
            bytes[index] = (byte) (number >> (Byte.SIZE * index));
        }
        return bytes;
    }

    private static byte[] counted(Optional<byte[]> element) {
        return joined(number(element.isPresent() ? 1 : 0, Long.BYTES), element.orElse(NOTHING));
    }

    private static Optional<byte[]> both(Optional<byte[]> one, Optional<byte[]> other) {
        return one.flatMap(first -> other.map(second -> joined(first, second)));
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }
}
