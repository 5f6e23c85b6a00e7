package dev.wasmbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What a guest states is made of what the host has: told in other words, of another age, or with an error. Whatever is
 * accepted, the bytes of a guest are read to the last one, and written as they were.
 */
class SchemaAdaptationPropertyTest {

    sealed interface Tree {
        record Leaf() implements Tree {}

        record Named(String name, Optional<Tree> child) implements Tree {}

        record Pair(Tree left, Tree right) implements Tree {}

        record Wrapped(Leaves leaves) implements Tree {}

        record Forest(List<Tree> trees, Map<String, Tree> byName) implements Tree {}

        enum Kind implements Tree {
            OAK,
            ELM
        }

        record Noted(Note note, OptionalInt page, Optional<Note> other) implements Tree {}
    }

    record Leaves(Optional<Leaves> more) {}

    record Note(Text text, @Rust("[2]") List<Point> corners, byte[] image) {}

    record Text(String value) {}

    record Point(int x, @Rust("u64") long y, Optional<Generic<Text>> label, Optional<Duration> since) {}

    record Generic<T>(T one, Optional<Generic<T>> more) {}

    private static final Codec<Tree> CODEC = Codecs.bincode(Tree.class);
    private static final Schema HOST = CODEC.schema().orElseThrow();

    /** Writes a schema in another way. */
    private static final class Change {

        private final Random random;
        private final Schema original;
        private final boolean isCompatible;
        private final Map<String, Definition> definitions = new HashMap<>();
        private boolean hasMore;

        Change(Random random, Schema original, boolean isCompatible) {
            this.random = random;
            this.original = original;
            this.isCompatible = isCompatible;
        }

        Schema made() {
            original.definitions().forEach((path, definition) -> definitions.put(path, changed(path, definition)));
            return new Schema(Contract.BINCODE, changed(original.type(), 0), definitions);
        }

        private boolean rarely() {
            return random.nextInt(10) == 0;
        }

        private Definition changed(String path, Definition definition) {
            return switch (definition) {
                case Definition.Struct(String ignored, Fields fields) ->
                    new Definition.Struct(path, changed(fields, 1));
                case Definition.Enumeration(String ignored, List<Definition.Variant> all) -> {
                    List<Definition.Variant> variants = new ArrayList<>();
                    for (Definition.Variant variant : all) {
                        variants.add(new Definition.Variant(variant.name(), changed(variant.fields(), 1)));
                    }
                    // The first ones are those that end.
                    while (rarely() && variants.size() > 2) {
                        variants.removeLast();
                    }
                    if (rarely() && variants.size() == all.size()) {
                        variants.add(new Definition.Variant("More", Fields.NONE));
                    }
                    yield new Definition.Enumeration(path, variants);
                }
            };
        }

        private Fields changed(Fields original, int depth) {
            if (!(original instanceof Fields.Named(List<Fields.Field> all))) {
                return original instanceof Fields.Positional(List<SchemaType> types)
                        ? new Fields.Positional(
                                types.stream().map(type -> changed(type, depth)).toList())
                        : Fields.NONE;
            }
            List<Fields.Field> fields = new ArrayList<>();
            all.forEach(field -> fields.add(new Fields.Field(field.name(), changed(field.type(), depth))));
            if (random.nextInt(4) == 0) {
                return new Fields.Positional(
                        fields.stream().map(Fields.Field::type).toList());
            }
            while (rarely() && !fields.isEmpty() && all.get(fields.size() - 1).type() instanceof SchemaType.Option) {
                fields.removeLast();
            }
            while (rarely() && fields.size() >= all.size()) {
                hasMore = true;
                SchemaType any = all.get(random.nextInt(all.size())).type();
                fields.add(new Fields.Field("more" + fields.size(), new SchemaType.Option(any)));
            }
            return fields.isEmpty() ? Fields.NONE : new Fields.Named(fields);
        }

        private SchemaType changed(SchemaType type, int depth) {
            SchemaType same =
                    switch (type) {
                        case SchemaType.Scalar scalar ->
                            !isCompatible && random.nextInt(60) == 0 ? SchemaType.Scalar.U16 : scalar;
                        case SchemaType.Option(SchemaType content) -> new SchemaType.Option(changed(content, depth));
                        case SchemaType.Sequence(SchemaType element) ->
                            new SchemaType.Sequence(changed(element, depth));
                        case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                            new SchemaType.Mapping(changed(key, depth), changed(value, depth));
                        case SchemaType.FixedArray(SchemaType element, int length) ->
                            new SchemaType.FixedArray(changed(element, depth), length);
                        case SchemaType.Reference reference
                        when depth < 3 && random.nextInt(4) == 0 -> unrolled(reference, depth);
                        default -> type;
                    };
            return switch (random.nextInt(12)) {
                case 0 -> new SchemaType.Tuple(List.of(same));
                case 1 -> new SchemaType.Inline(new Definition.Struct("W", new Fields.Positional(List.of(same))));
                case 2 ->
                    isCompatible
                            ? same
                            : new SchemaType.Inline(new Definition.Struct(
                                    "W", new Fields.Named(List.of(new Fields.Field("more", same)))));
                default -> same;
            };
        }

        private SchemaType unrolled(SchemaType.Reference reference, int depth) {
            return new SchemaType.Inline(
                    switch (original.definition(reference)) {
                        case Definition.Struct(String path, Fields fields) ->
                            new Definition.Struct(path, changed(fields, depth + 1));
                        case Definition.Enumeration(String path, List<Definition.Variant> variants) ->
                            new Definition.Enumeration(
                                    path,
                                    variants.stream()
                                            .map(variant -> new Definition.Variant(
                                                    variant.name(), changed(variant.fields(), depth + 1)))
                                            .toList());
                    });
        }
    }

    /** A guest that sends anything of its type. */
    private static final class Guest {

        private final Random random;
        private final Schema schema;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Guest(Random random, Schema schema) {
            this.random = random;
            this.schema = schema;
        }

        byte[] message() {
            write(schema.type(), 12);
            return bytes.toByteArray();
        }

        private void number(int size, long value) {
            for (int index = 0; index < size; index++) {
                bytes.write((int) (value >> (8 * index)));
            }
        }

        private int count(int depth) {
            return depth <= 0 ? 0 : random.nextInt(3);
        }

        private void write(SchemaType type, int depth) {
            switch (type) {
                case SchemaType.Scalar.STRING -> {
                    number(8, 2);
                    number(2, 'a' + random.nextInt(26) + ('a' + random.nextInt(26)) * 256);
                }
                case SchemaType.Scalar.DURATION -> {
                    number(8, random.nextInt() & 0xFFFF_FFFFL);
                    number(4, random.nextInt(1_000_000_000));
                }
                case SchemaType.Scalar.U64 -> number(8, random.nextInt() & 0xFFFF_FFFFL);
                case SchemaType.Scalar.I32 -> number(4, random.nextInt());
                case SchemaType.Scalar.U16 -> number(2, random.nextInt());
                case SchemaType.Scalar _ -> number(1, random.nextInt());
                case SchemaType.Option(SchemaType content) -> {
                    int some = Math.min(1, count(depth));
                    number(1, some);
                    if (some == 1) {
                        write(content, depth - 1);
                    }
                }
                case SchemaType.Sequence(SchemaType element) -> {
                    int count = count(depth);
                    number(8, count);
                    for (int index = 0; index < count; index++) {
                        write(element, depth - 1);
                    }
                }
                case SchemaType.Unique _ -> throw new AssertionError("not in the types above");
                case SchemaType.Mapping(SchemaType key, SchemaType value) -> {
                    int count = Math.min(1, count(depth));
                    number(8, count);
                    for (int index = 0; index < count; index++) {
                        write(key, depth - 1);
                        write(value, depth - 1);
                    }
                }
                case SchemaType.FixedArray(SchemaType element, int length) -> {
                    for (int index = 0; index < length; index++) {
                        write(element, depth - 1);
                    }
                }
                case SchemaType.Tuple(List<SchemaType> elements) -> elements.forEach(each -> write(each, depth - 1));
                case SchemaType.Reference reference -> write(schema.definition(reference), depth);
                case SchemaType.Inline(Definition definition) -> write(definition, depth);
            }
        }

        private void write(Definition definition, int depth) {
            switch (definition) {
                case Definition.Struct struct -> struct.fields().types().forEach(each -> write(each, depth - 1));
                case Definition.Enumeration(String path, List<Definition.Variant> variants) -> {
                    int index = depth <= 0 ? 0 : random.nextInt(variants.size());
                    number(4, index);
                    variants.get(index).fields().types().forEach(each -> write(each, depth - 1));
                }
            }
        }
    }

    @Property(tries = 2000)
    void what_a_guest_of_another_age_sends_is_read(@ForAll long seed) {
        Random random = new Random(seed);
        Change change = new Change(random, HOST, true);
        Schema guest = change.made();
        exchange(random, guest, CODEC.resolve(guest), change.hasMore);
    }

    @Property(tries = 2000)
    void what_a_guest_sends_is_read_if_its_types_were_accepted(@ForAll long seed) {
        Random random = new Random(seed);
        Change change = new Change(random, HOST, false);
        Schema guest = change.made();
        Codec<Tree> codec;
        try {
            codec = CODEC.resolve(guest);
        } catch (TypeMismatchException refused) {
            assertThat(refused).hasMessageContaining("guest ");
            return;
        }
        exchange(random, guest, codec, change.hasMore);
    }

    private static void exchange(Random random, Schema guest, Codec<Tree> codec, boolean hasMore) {
        byte[] sent = new Guest(random, guest).message();
        Tree tree;
        try {
            tree = codec.decode(sent);
        } catch (CodecException unknown) {
            assertThat(unknown).hasMessageEndingWith("More of a newer guest");
            return;
        }
        byte[] written = codec.encode(tree);
        if (!hasMore) {
            assertThat(written).isEqualTo(sent);
        }
        assertThat(CODEC.encode(codec.decode(written))).isEqualTo(CODEC.encode(tree));
    }
}
