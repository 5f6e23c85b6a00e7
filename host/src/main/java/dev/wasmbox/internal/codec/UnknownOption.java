package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.SchemaType;
import java.util.List;

/** An optional field of which the host does not know, since it is older. What is in it is passed over. */
final class UnknownOption {

    private final SchemaType content;
    private final Adaptation adaptation;

    UnknownOption(SchemaType content, Adaptation adaptation) {
        this.content = content;
        this.adaptation = adaptation;
    }

    void writeNone(ByteWriter out) {
        out.writeByte(0);
    }

    /** Passes over it, if it is there. */
    void pass(ByteReader in) {
        if (in.readPresence()) {
            pass(content, in);
        }
    }

    private void pass(SchemaType type, ByteReader in) {
        switch (type) {
            case SchemaType.Scalar scalar -> pass(scalar, in);
            case SchemaType.Option(SchemaType inner) -> {
                if (in.readPresence()) {
                    pass(inner, in);
                }
            }
            case SchemaType.Sequence(SchemaType element) -> passAll(in.readLong(), List.of(element), in);
            case SchemaType.Unique(SchemaType element) -> passAll(in.readLong(), List.of(element), in);
            case SchemaType.Mapping(SchemaType key, SchemaType value) ->
                passAll(in.readLong(), List.of(key, value), in);
            case SchemaType.FixedArray(SchemaType element, int length) -> passAll(length, List.of(element), in);
            case SchemaType.Tuple(List<SchemaType> elements) -> passAll(1, elements, in);
            case SchemaType.Reference reference -> {
                in.enter();
                pass(adaptation.lookedUp(reference), in);
                in.leave();
            }
            case SchemaType.Inline(Definition.Struct struct) ->
                passAll(1, struct.fields().types(), in);
            case SchemaType.Inline(Definition.Enumeration enumeration) -> {
                List<Definition.Variant> variants = enumeration.variants();
                int index = in.readInt();
                if (Integer.compareUnsigned(index, variants.size()) >= 0) {
                    throw new Mismatch("expected the index of one of %d variants, found %s"
                            .formatted(variants.size(), Integer.toUnsignedString(index)));
                }
                passAll(1, variants.get(index).fields().types(), in);
            }
        }
    }

    /** So many times these types in turn. What takes no bytes may be there as often as the bytes allow, and a little more. */
    private void passAll(long count, List<SchemaType> types, ByteReader in) {
        for (long index = 0; Long.compareUnsigned(index, count) < 0; index++) {
            int before = in.left();
            types.forEach(type -> pass(type, in));
            if (in.left() == before) {
                in.countElementWithoutBytes();
            }
        }
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
