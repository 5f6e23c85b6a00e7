package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;
import dev.wasmbox.internal.contract.ContractText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The index of a variant, and what it holds: {@code "Stop"}, or {@code {"Move": {"dx": 1}}}. */
final class EnumNodeFormat extends NodeFormat {

    private static final int MOST_SHOWN = 30;

    /**
     * A variant.
     *
     * @param name its name
     * @param content the format of what it holds, if it holds something
     */
    record Variant(String name, Optional<NodeFormat> content) {}

    private final List<Variant> variants;
    private final Map<String, Integer> indices = new HashMap<>();

    EnumNodeFormat(List<Variant> variants) {
        this.variants = List.copyOf(variants);
        for (Variant variant : variants) {
            indices.put(variant.name, indices.size());
        }
    }

    @Override
    JsonNode read(ByteReader in) {
        int index = in.readInt();
        if (Integer.compareUnsigned(index, variants.size()) >= 0) {
            throw new Mismatch("expected the index of one of %d variants, found %s"
                    .formatted(variants.size(), Integer.toUnsignedString(index)));
        }
        Variant variant = variants.get(index);
        if (variant.content.isEmpty()) {
            return TextNode.valueOf(variant.name);
        }
        try {
            return JsonNodeFactory.instance
                    .objectNode()
                    .set(variant.name, variant.content.get().read(in));
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within(place(variant));
        }
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        String name = node.isTextual()
                ? node.textValue()
                : node.isObject() && node.size() == 1 ? node.fieldNames().next() : null;
        Integer index = indices.get(name);
        if (index == null) {
            throw expected(
                    variants.stream()
                            .limit(MOST_SHOWN)
                            .map(EnumNodeFormat::shown)
                            .collect(Collectors.joining(", ", "one of ", variants.size() > MOST_SHOWN ? ", ..." : "")),
                    node);
        }
        Variant variant = variants.get(index);
        if (node.isTextual() == variant.content.isPresent()) {
            throw expected(shown(variant), node);
        }
        out.writeInt(index);
        if (variant.content.isPresent()) {
            try {
                variant.content.get().write(out, node.get(name));
            } catch (RuntimeException failure) {
                throw Mismatch.of(failure).within(place(variant));
            }
        }
    }

    /** A variant as it looks in JSON. */
    private static String shown(Variant variant) {
        String name = TextNode.valueOf(variant.name).toString();
        return variant.content.isEmpty() ? name : "{" + name + ": ...}";
    }

    private static String place(Variant variant) {
        return "." + ContractText.name(variant.name);
    }

    @Override
    Keys keys() {
        return variants.stream().allMatch(variant -> variant.content.isEmpty()) ? Keys.TEXT : Keys.NONE;
    }

    @Override
    public long computeLeastBytes() {
        long least = variants.isEmpty() ? 0 : ENDLESS;
        for (Variant variant : variants) {
            least = Math.min(least, variant.content.map(NodeFormat::leastBytes).orElse(0L));
        }
        return sum(Integer.BYTES, least);
    }
}
