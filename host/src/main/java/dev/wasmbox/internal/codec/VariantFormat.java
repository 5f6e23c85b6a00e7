package dev.wasmbox.internal.codec;

import java.util.List;
import java.util.Map;

/** The index of a variant, and its fields: sealed interfaces as enums of Rust. */
final class VariantFormat extends Format {

    /** A permitted subtype. */
    record Variant(String name, Format format) {}

    private final Variant[] variants;

    /** Which variant a value is, by the record or enum that it is of. */
    private final Map<Class<?>, Integer> indices;

    VariantFormat(List<Variant> variants, Map<Class<?>, Integer> indices) {
        this.variants = variants.toArray(Variant[]::new);
        this.indices = Map.copyOf(indices);
    }

    @Override
    Object read(ByteReader in) {
        Variant variant = variants[readIndex(in, variants.length)];
        try {
            return variant.format.read(in);
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + variant.name);
        }
    }

    static int readIndex(ByteReader in, int count) {
        int index = in.readInt();
        if (Integer.compareUnsigned(index, count) >= 0) {
            throw new Mismatch("expected the index of one of %d variants, found %s"
                    .formatted(count, Integer.toUnsignedString(index)));
        }
        return index;
    }

    @Override
    void write(ByteWriter out, Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        Integer index = indices.get(type);
        if (index == null) {
            throw new Mismatch("expected one of the variants, found " + type.getName());
        }
        out.writeInt(index);
        Variant variant = variants[index];
        try {
            variant.format.write(out, value);
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + variant.name);
        }
    }

    @Override
    long computeLeastBytes() {
        long least = ENDLESS;
        for (Variant variant : variants) {
            least = Math.min(least, sum(Integer.BYTES, variant.format.leastBytes()));
        }
        return least;
    }
}
