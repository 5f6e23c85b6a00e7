package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;
import dev.wasmbox.internal.contract.ContractText;
import java.util.List;

/** Values of different types, one after the other: an object if they have names, else an array, and null if there are none. */
final class FieldsNodeFormat extends NodeFormat {

    private final List<String> names;
    private final List<NodeFormat> fields;

    /**
     * Makes one.
     *
     * @param names what the fields are called, or nothing if they have no names
     * @param fields their formats
     */
    FieldsNodeFormat(List<String> names, List<NodeFormat> fields) {
        this.names = List.copyOf(names);
        this.fields = List.copyOf(fields);
    }

    @Override
    JsonNode read(ByteReader in) {
        if (fields.isEmpty()) {
            return NullNode.instance;
        }
        if (leastBytes() == 0) {
            in.countElementsWithoutBytes(1); // types within types could make any number of these of nothing
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        int index = 0;
        try {
            for (; index < fields.size(); index++) {
                JsonNode value = fields.get(index).read(in);
                if (names.isEmpty()) {
                    array.add(value);
                } else {
                    object.set(names.get(index), value);
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within(place(index));
        }
        return names.isEmpty() ? array : object;
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        if (fields.isEmpty()) {
            if (!node.isNull()) {
                throw expected("null", node);
            }
        } else if (names.isEmpty()) {
            if (!node.isArray() || node.size() != fields.size()) {
                throw expected("an array of " + fields.size(), node);
            }
        } else if (!node.isObject()) {
            throw expected("an object with " + String.join(", ", names), node);
        }
        int known = 0;
        int index = 0;
        try {
            for (; index < fields.size(); index++) {
                NodeFormat field = fields.get(index);
                JsonNode value = names.isEmpty() ? node.get(index) : node.get(names.get(index));
                if (value != null) {
                    known++;
                    field.write(out, value);
                } else {
                    field.write(out, field.mayBeLeftOut() ? NullNode.instance : MissingNode.getInstance());
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within(place(index));
        }
        if (known < node.size()) {
            node.fieldNames().forEachRemaining(this::requireKnown);
        }
    }

    private void requireKnown(String name) {
        if (!names.contains(name)) {
            throw new Mismatch(
                    "expected the fields %s, found \"%s\" besides".formatted(String.join(", ", names), name));
        }
    }

    private String place(int index) {
        return names.isEmpty() ? "[" + index + "]" : "." + ContractText.name(names.get(index));
    }

    @Override
    boolean mayBeNull() {
        return fields.isEmpty();
    }

    @Override
    public long computeLeastBytes() {
        long sum = 0;
        for (NodeFormat field : fields) {
            sum = sum(sum, field.leastBytes());
        }
        return sum;
    }
}
