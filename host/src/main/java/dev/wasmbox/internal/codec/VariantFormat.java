package dev.wasmbox.internal.codec;

import dev.wasmbox.internal.contract.ContractText;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The index of a variant, and its fields: sealed interfaces as enums of Rust. */
final class VariantFormat extends Format {

    /** A longer line is not shown whole, in characters. */
    private static final int MOST_SHOWN = 160;

    /** A permitted subtype. */
    record Variant(String name, Format format) {}

    private final String name;
    private final List<Variant> variants;
    private final VariantNames names;

    /** Which variant a value is, by the record or enum that it is of. */
    private final Map<Class<?>, Integer> indices;

    VariantFormat(String name, List<Variant> variants, Map<Class<?>, Integer> indices) {
        this(
                name,
                variants,
                VariantNames.ofBoth(variants.stream().map(Variant::name).toList()),
                indices);
    }

    private VariantFormat(String name, List<Variant> variants, VariantNames names, Map<Class<?>, Integer> indices) {
        this.name = name;
        this.variants = List.copyOf(variants);
        this.names = names;
        this.indices = Map.copyOf(indices);
    }

    @Override
    Object read(ByteReader in) {
        Variant variant = variants.get(names.readIndex(in));
        try {
            return variant.format.read(in);
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + variant.name);
        }
    }

    @Override
    void write(ByteWriter out, Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        Integer index = indices.get(type);
        if (index == null) {
            throw new Mismatch("expected one of the variants, found " + type.getName());
        }
        names.writeIndex(out, index);
        Variant variant = variants.get(index);
        try {
            variant.format.write(out, value);
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + variant.name);
        }
    }

    @Override
    SchemaType describe(Description description) {
        return description.refer(
                this,
                name,
                path -> new Definition.Enumeration(
                        path,
                        variants.stream()
                                .map(variant ->
                                        new Definition.Variant(variant.name, fieldsOf(variant.format, description)))
                                .toList()));
    }

    private static Fields fieldsOf(Format variant, Description description) {
        return Recursion.resolved(variant) instanceof RecordFormat struct
                ? struct.fields(description)
                : new Fields.Positional(List.of(variant.describe(description)));
    }

    /** A type as a guest would state it. */
    static Definition definition(Format format) {
        Description description = new Description();
        SchemaType.Reference type = (SchemaType.Reference) format.describe(description);
        return Objects.requireNonNull(description.definitions().get(type.path()));
    }

    /** An enum in one line; of a long one only the variant that it is about, if there is one. */
    private static String shown(Definition.Enumeration enumeration, int index) {
        String whole = enumeration.toString();
        if (whole.length() <= MOST_SHOWN || index < 0) {
            return whole;
        }
        return "enum %s { %s%s%s }"
                .formatted(
                        enumeration.path(),
                        index == 0 ? "" : "..., ",
                        ContractText.of(enumeration.variants().get(index)),
                        index == enumeration.variants().size() - 1 ? "" : ", ...");
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType found = adaptation.unwrapped(guest);
        if (!(found instanceof SchemaType.Inline(Definition.Enumeration enumeration))) {
            throw Adaptation.difference(found, this);
        }
        int index = -1;
        try {
            VariantNames both = names.with(enumeration.variants());
            List<Variant> adapted = new ArrayList<>(variants);
            for (index = 0; index < both.common(); index++) {
                Variant variant = variants.get(index);
                Fields fields = enumeration.variants().get(index).fields();
                try {
                    adapted.set(index, new Variant(variant.name, adapt(variant.format, fields, adaptation)));
                } catch (Difference difference) {
                    throw difference.within("." + variant.name);
                }
            }
            return new VariantFormat(name, adapted, both, indices);
        } catch (Difference difference) {
            int place = index;
            throw difference.between(
                    () -> shown(enumeration, place), () -> shown((Definition.Enumeration) definition(this), place));
        }
    }

    private static Format adapt(Format variant, Fields guest, Adaptation adaptation) {
        if (Recursion.resolved(variant) instanceof RecordFormat struct) {
            return struct.adapt(guest, adaptation);
        } else if (guest.types().size() == 1) {
            return adaptation.adapt(variant, guest.types().getFirst());
        }
        throw new Difference(guest.types().isEmpty() ? "has no fields" : "has several fields", variant.javaName());
    }

    @Override
    String javaName() {
        return "sealed interface " + name;
    }

    @Override
    public long computeLeastBytes() {
        // A newer guest may send a variant that the host cannot read, but should name.
        long least = names.guest().size() > names.host().size() ? Integer.BYTES : ENDLESS;
        for (Variant variant : variants) {
            least = Math.min(least, sum(Integer.BYTES, variant.format.leastBytes()));
        }
        return least;
    }
}
