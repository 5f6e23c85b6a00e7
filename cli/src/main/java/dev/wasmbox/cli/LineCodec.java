package dev.wasmbox.cli;

import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.GuestModule;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.Map;

/** Lines as messages and outputs of whatever guest: as they are where these are texts, else JSON. */
final class LineCodec implements Codec<String> {

    private static final LineCodec TEXTS = new LineCodec(Codecs.string(), false);

    private final Codec<String> codec;
    private final boolean isJson;

    private LineCodec(Codec<String> codec, boolean isJson) {
        this.codec = codec;
        this.isJson = isJson;
    }

    /**
     * The codec for a guest's boxes. What the guest does not state is a text by convention, or any document where its codec is
     * one of documents.
     *
     * @throws TypeMismatchException if the guest's codec is none that can be told as lines
     */
    static LineCodec of(GuestModule module) {
        String codec = module.contract().map(Contract::codec).orElse(Contract.BINCODE);
        return TEXTS.resolve(new Schema(codec, SchemaType.Scalar.STRING, Map.of()));
    }

    /** {@return whether lines are JSON, and not themselves what is said} */
    boolean isJson() {
        return isJson;
    }

    @Override
    public byte[] encode(String line) {
        return codec.encode(line);
    }

    @Override
    public String decode(byte[] bytes) {
        return codec.decode(bytes);
    }

    @Override
    public LineCodec resolve(Schema guest) {
        if (guest.codec().equals(Contract.BINCODE) && guest.type() == SchemaType.Scalar.STRING) {
            return TEXTS;
        }
        try {
            return new LineCodec(new JsonLineCodec(guest), true);
        } catch (IllegalArgumentException e) {
            throw new TypeMismatchException(String.valueOf(e.getMessage()));
        }
    }
}
