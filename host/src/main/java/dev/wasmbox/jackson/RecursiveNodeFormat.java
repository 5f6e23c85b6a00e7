package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import org.jspecify.annotations.Nullable;

/** A type within itself: stands for its format while that is being made, and counts the levels ever after. */
final class RecursiveNodeFormat extends NodeFormat {

    private @Nullable NodeFormat target;

    void pointTo(NodeFormat format) {
        target = format;
    }

    private NodeFormat target() {
        if (target == null) {
            throw new IllegalStateException("used before the format was made");
        }
        return target;
    }

    @Override
    JsonNode read(ByteReader in) {
        in.enter();
        JsonNode value = target().read(in);
        in.leave();
        return value;
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        out.enter();
        target().write(out, node);
        out.leave();
    }

    @Override
    boolean mayBeNull() {
        return target().mayBeNull();
    }

    @Override
    boolean mayBeLeftOut() {
        return target().mayBeLeftOut();
    }

    @Override
    Keys keys() {
        return target().keys();
    }

    @Override
    public long computeLeastBytes() {
        return target().leastBytes();
    }
}
