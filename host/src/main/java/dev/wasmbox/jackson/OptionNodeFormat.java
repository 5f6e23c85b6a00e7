package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;

/** Null, or the value. Where the value may be null itself, that there is one is {@code {"Some": value}}. */
final class OptionNodeFormat extends NodeFormat {

    private static final String SOME = "Some";

    private final NodeFormat content;

    OptionNodeFormat(NodeFormat content) {
        this.content = content;
    }

    @Override
    JsonNode read(ByteReader in) {
        if (!in.readPresence()) {
            return NullNode.instance;
        }
        JsonNode value = content.read(in);
        return content.mayBeNull() ? JsonNodeFactory.instance.objectNode().set(SOME, value) : value;
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        out.writeByte(node.isNull() ? 0 : 1);
        if (node.isNull()) {
            return;
        }
        if (!content.mayBeNull()) {
            content.write(out, node);
            return;
        }
        if (!node.isObject() || node.size() != 1 || !node.has(SOME)) {
            throw expected("null or {\"Some\": ...}", node);
        }
        try {
            content.write(out, node.get(SOME));
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within(".Some");
        }
    }

    @Override
    boolean mayBeNull() {
        return true;
    }

    @Override
    boolean mayBeLeftOut() {
        return true;
    }

    @Override
    public long computeLeastBytes() {
        return 1;
    }
}
