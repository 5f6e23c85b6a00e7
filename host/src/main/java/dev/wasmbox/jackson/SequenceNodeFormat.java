package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;

/** Elements of one type in a row. Their count is in front, unless it is part of the type. */
final class SequenceNodeFormat extends NodeFormat {

    private static final int COUNTED = -1;

    private final NodeFormat element;
    private final int length;
    private final boolean unique;

    private SequenceNodeFormat(NodeFormat element, int length, boolean unique) {
        this.element = element;
        this.length = length;
        this.unique = unique;
    }

    static SequenceNodeFormat ofAny(NodeFormat element) {
        return new SequenceNodeFormat(element, COUNTED, false);
    }

    static SequenceNodeFormat ofDifferent(NodeFormat element) {
        return new SequenceNodeFormat(element, COUNTED, true);
    }

    static SequenceNodeFormat ofLength(NodeFormat element, int length) {
        return new SequenceNodeFormat(element, length, false);
    }

    @Override
    JsonNode read(ByteReader in) {
        int count = length == COUNTED ? in.readCount(element.leastBytes()) : length;
        if (length != COUNTED && element.leastBytes() == 0) {
            in.countElementsWithoutBytes(count);
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        Distinct before = new Distinct();
        int index = 0;
        try {
            for (; index < count; index++) {
                int start = in.position();
                array.add(element.read(in));
                if (unique) {
                    before.add(in.since(start));
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]");
        }
        return array;
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        if (!node.isArray() || (length != COUNTED && node.size() != length)) {
            throw expected(length == COUNTED ? "an array" : "an array of " + length, node);
        }
        if (length == COUNTED) {
            out.writeLong(node.size());
        }
        Distinct before = new Distinct();
        int index = 0;
        try {
            for (; index < node.size(); index++) {
                int start = out.size();
                element.write(out, node.get(index));
                if (unique) {
                    before.add(out.since(start));
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]");
        }
    }

    @Override
    public long computeLeastBytes() {
        return length == COUNTED ? Long.BYTES : product(element.leastBytes(), length);
    }
}
