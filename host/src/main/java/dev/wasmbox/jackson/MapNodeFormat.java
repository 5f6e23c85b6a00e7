package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Pattern;

/** Keys and values in turn, with the count of pairs in front: an object, if its keys can be texts, else an array of pairs. */
final class MapNodeFormat extends NodeFormat {

    /** As JSON writes integers, of as many digits as any of ours has. */
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,38}");

    private final NodeFormat key;
    private final NodeFormat value;

    MapNodeFormat(NodeFormat key, NodeFormat value) {
        this.key = key;
        this.value = value;
    }

    @Override
    JsonNode read(ByteReader in) {
        int count = in.readCount(sum(key.leastBytes(), value.leastBytes()));
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
        Distinct before = new Distinct();
        String part = ".key";
        int index = 0;
        try {
            for (; index < count; index++) {
                part = ".key";
                int start = in.position();
                JsonNode eachKey = key.read(in);
                before.add(in.since(start));
                part = ".value";
                JsonNode eachValue = value.read(in);
                if (key.keys() == Keys.NONE) {
                    pairs.add(JsonNodeFactory.instance.arrayNode(2).add(eachKey).add(eachValue));
                } else {
                    object.set(eachKey.asText(), eachValue);
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]" + part);
        }
        return key.keys() == Keys.NONE ? pairs : object;
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        if (key.keys() == Keys.NONE) {
            writePairs(out, node);
        } else {
            writeObject(out, node);
        }
    }

    private void writeObject(ByteWriter out, JsonNode node) {
        if (!node.isObject()) {
            throw expected("an object", node);
        }
        out.writeLong(node.size());
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            try {
                key.write(out, keyNode(entry.getKey()));
                value.write(out, entry.getValue());
            } catch (RuntimeException failure) {
                throw Mismatch.of(failure).within("[" + shown(TextNode.valueOf(entry.getKey())) + "]");
            }
        }
    }

    /** A key as the value that it stands for; one that stands for none is left to the format to refuse. */
    private JsonNode keyNode(String text) {
        if (key.keys() == Keys.INTEGER && INTEGER.matcher(text).matches()) {
            return BigIntegerNode.valueOf(new BigInteger(text));
        }
        boolean truth = text.equals("true");
        return key.keys() == Keys.BOOLEAN && (truth || text.equals("false"))
                ? BooleanNode.valueOf(truth)
                : TextNode.valueOf(text);
    }

    private void writePairs(ByteWriter out, JsonNode node) {
        if (!node.isArray()) {
            throw expected("an array of pairs", node);
        }
        out.writeLong(node.size());
        Distinct before = new Distinct();
        String part = "";
        int index = 0;
        try {
            for (; index < node.size(); index++) {
                part = "";
                JsonNode pair = node.get(index);
                if (!pair.isArray() || pair.size() != 2) {
                    throw expected("a pair of key and value", pair);
                }
                part = ".key";
                int start = out.size();
                key.write(out, pair.get(0));
                before.add(out.since(start));
                part = ".value";
                value.write(out, pair.get(1));
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]" + part);
        }
    }

    @Override
    public long computeLeastBytes() {
        return Long.BYTES;
    }
}
