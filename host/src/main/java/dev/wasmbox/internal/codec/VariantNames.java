package dev.wasmbox.internal.codec;

import dev.wasmbox.internal.contract.Excerpt;
import dev.wasmbox.schema.Definition;
import java.util.List;

/**
 * What the variants of an enum are called, on both sides. One side may have more of them, at the end: those, only it can
 * use.
 *
 * @param guest the names that the guest has
 * @param host the names that the host has
 */
record VariantNames(List<String> guest, List<String> host) {

    /** Of a guest that says nothing. */
    static VariantNames ofBoth(List<String> host) {
        return new VariantNames(host, host);
    }

    /**
     * The same host with a guest.
     *
     * @throws Difference if not even what both have is the same
     */
    VariantNames with(List<Definition.Variant> variants) {
        VariantNames both =
                new VariantNames(variants.stream().map(Definition.Variant::name).toList(), host);
        for (int index = 0; index < both.common(); index++) {
            if (!Adaptation.areAlike(both.guest.get(index), host.get(index))) {
                throw new Difference(
                        "has %s as variant %d".formatted(both.guest.get(index), index), "has " + host.get(index));
            }
        }
        return both;
    }

    /** How many variants both have. */
    int common() {
        return Math.min(guest.size(), host.size());
    }

    int readIndex(ByteReader in) {
        int index = in.readInt();
        if (Integer.compareUnsigned(index, host.size()) < 0 && index < guest.size()) {
            return index;
        } else if (Integer.compareUnsigned(index, guest.size()) < 0) {
            throw new Mismatch("expected a variant that the host knows (%s), found %s of a newer guest"
                    .formatted(String.join(", ", host), Excerpt.of(guest.get(index))));
        }
        throw new Mismatch("expected the index of one of %d variants, found %s"
                .formatted(guest.size(), Integer.toUnsignedString(index)));
    }

    void writeIndex(ByteWriter out, int index) {
        if (index >= guest.size()) {
            throw new Mismatch("expected a variant that the guest knows (%s), found %s, for which the guest is too old"
                    .formatted(Excerpt.of(String.join(", ", guest)), host.get(index)));
        }
        out.writeInt(index);
    }
}
