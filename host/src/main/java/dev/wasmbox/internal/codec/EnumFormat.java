package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.SchemaType;
import java.util.Arrays;
import java.util.List;

/** The index of a constant: enums of Java as enums of Rust without fields. */
final class EnumFormat extends Format {

    private final String name;
    private final Object[] constants;
    private final VariantNames names;

    EnumFormat(Class<?> type) {
        this.name = type.getSimpleName();
        this.constants = type.getEnumConstants();
        this.names = VariantNames.ofBoth(
                Arrays.stream(constants).map(each -> ((Enum<?>) each).name()).toList());
    }

    private EnumFormat(EnumFormat original, VariantNames names) {
        this.name = original.name;
        this.constants = original.constants;
        this.names = names;
    }

    @Override
    Object read(ByteReader in) {
        return constants[names.readIndex(in)];
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the order of the constants is what bincode is about
    void write(ByteWriter out, Object value) {
        names.writeIndex(out, ((Enum<?>) value).ordinal());
    }

    @Override
    SchemaType describe(Description description) {
        return description.refer(
                this,
                name,
                path -> new Definition.Enumeration(
                        path,
                        names.host().stream()
                                .map(constant -> new Definition.Variant(constant, Fields.NONE))
                                .toList()));
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType found = adaptation.unwrapped(guest);
        if (!(found instanceof SchemaType.Inline(Definition.Enumeration enumeration))) {
            throw Adaptation.difference(found, this);
        }
        try {
            List<Definition.Variant> variants = enumeration.variants();
            VariantNames both = names.with(variants);
            for (Definition.Variant variant : variants.subList(0, both.common())) {
                if (!variant.fields().types().isEmpty()) {
                    throw new Difference("has fields", "has constants only").within("." + variant.name());
                }
            }
            return new EnumFormat(this, both);
        } catch (Difference difference) {
            throw difference.between(
                    enumeration::toString, () -> VariantFormat.definition(this).toString());
        }
    }

    @Override
    String javaName() {
        return "enum " + name;
    }

    @Override
    public long computeLeastBytes() {
        return Integer.BYTES;
    }
}
