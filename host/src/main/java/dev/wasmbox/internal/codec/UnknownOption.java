package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An optional field of which the host does not know, since it is older. What is in it is passed over, without recursion:
 * how deep it goes is the guest's to say.
 */
final class UnknownOption {

    /** More than any type needs that contains itself {@link Format#DEEPEST} times. */
    private static final int MOST_RUNS = 32 * Format.DEEPEST;

    private final SchemaType content;
    private final Schema guest;

    UnknownOption(SchemaType content, Schema guest) {
        this.content = content;
        this.guest = guest;
    }

    /** Types that come in turn, some rounds long. */
    private static final class Run {

        private final List<SchemaType> types;
        private long rounds;
        private int next;

        /** Begins a run of so many rounds; negative numbers are very large ones. */
        Run(List<SchemaType> types, long rounds) {
            this.types = types;
            this.rounds = rounds;
        }

        /** The next type, or null when all rounds are over. */
        @Nullable
        SchemaType next() {
            while (rounds != 0 && next == types.size()) {
                next = 0;
                rounds--;
            }
            return rounds == 0 ? null : types.get(next++);
        }
    }

    void writeNone(ByteWriter out) {
        out.writeByte(0);
    }

    /** Passes over it, if it is there. */
    void pass(ByteReader in) {
        Deque<Run> runs = new ArrayDeque<>();
        runs.push(new Run(List.of(new SchemaType.Option(content)), 1));
        while (!runs.isEmpty()) {
            in.countValue();
            SchemaType type = runs.peek().next();
            Run within = type == null ? null : within(type, in);
            if (type == null) {
                runs.pop();
            } else if (within != null) {
                runs.push(within);
                if (runs.size() > MOST_RUNS) {
                    throw new Mismatch("expected at most %d levels of types, found more".formatted(MOST_RUNS));
                }
            }
        }
    }

    /** Passes over the beginning of a value, and returns what is in it, if there is something. */
    private @Nullable Run within(SchemaType type, ByteReader in) {
        return switch (type) {
            case SchemaType.Scalar scalar -> {
                pass(scalar, in);
                yield null;
            }
            case SchemaType.Option(SchemaType inner) -> in.readPresence() ? once(List.of(inner)) : null;
            case SchemaType.Sequence(SchemaType element) -> new Run(List.of(element), in.readLong());
            case SchemaType.Unique(SchemaType element) -> new Run(List.of(element), in.readLong());
            case SchemaType.Mapping(SchemaType key, SchemaType value) -> new Run(List.of(key, value), in.readLong());
            case SchemaType.FixedArray(SchemaType element, int length) -> new Run(List.of(element), length);
            case SchemaType.Tuple(List<SchemaType> elements) -> once(elements);
            case SchemaType.Reference reference -> within(new SchemaType.Inline(guest.definition(reference)), in);
            case SchemaType.Inline(Definition.Struct struct) ->
                once(struct.fields().types());
            case SchemaType.Inline(Definition.Enumeration enumeration) -> {
                List<Definition.Variant> variants = enumeration.variants();
                int index = in.readInt();
                if (Integer.compareUnsigned(index, variants.size()) >= 0) {
                    throw new Mismatch("expected the index of one of %d variants, found %s"
                            .formatted(variants.size(), Integer.toUnsignedString(index)));
                }
                yield once(variants.get(index).fields().types());
            }
        };
    }

    private static Run once(List<SchemaType> types) {
        return new Run(types, 1);
    }

    private static void pass(SchemaType.Scalar scalar, ByteReader in) {
        switch (scalar) {
            case BOOL -> in.readBoolean();
            case CHAR -> in.readScalar();
            case STRING -> in.readString();
            case U8, I8 -> in.readByte();
            case U16, I16 -> in.readShort();
            case U32, I32, F32 -> in.readInt();
            case U64, I64, F64 -> in.readLong();
            case U128, I128 -> {
                in.readLong();
                in.readLong();
            }
            case DURATION, SYSTEM_TIME -> {
                in.readLong();
                in.readInt();
            }
        }
    }
}
