package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;

/** Documents whose bytes are bincode's. */
final class NodeCodec implements Codec<JsonNode> {

    private final String name;
    private final NodeFormat format;

    NodeCodec(String name, NodeFormat format) {
        this.name = name;
        this.format = format;
    }

    @Override
    public byte[] encode(JsonNode value) {
        ByteWriter out = new ByteWriter();
        try {
            format.write(out, value);
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).asCodecException(name);
        } catch (StackOverflowError overflow) {
            throw tooDeep(overflow);
        }
        return out.toBytes();
    }

    @Override
    public JsonNode decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        try {
            JsonNode value = format.read(in);
            in.end();
            return value;
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).asCodecException(name);
        } catch (StackOverflowError overflow) {
            throw tooDeep(overflow);
        }
    }

    private CodecException tooDeep(StackOverflowError overflow) {
        return new CodecException(name + ": nested deeper than this thread's stack allows", overflow);
    }
}
