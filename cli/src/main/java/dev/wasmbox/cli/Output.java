package dev.wasmbox.cli;

import dev.wasmbox.Codec;
import dev.wasmbox.schema.Schema;

/**
 * What a guest has said.
 *
 * @param text it, as a text on its own
 * @param isJson whether the text is JSON, and not itself what was said
 */
record Output(String text, boolean isJson) {

    /** {@return it for people: a text in brackets, as it may begin or end with spaces, or be none} */
    String shown() {
        return isJson ? text : "[" + text + "]";
    }

    /** {@return it as a value in an answer that is JSON} */
    Object value() {
        return isJson ? new Json.Raw(text) : text;
    }

    /**
     * Outputs of whatever guest.
     *
     * @param lines what their texts are made with
     */
    record OfLines(LineCodec lines) implements Codec<Output> {

        @Override
        public byte[] encode(Output value) {
            return lines.encode(value.text);
        }

        @Override
        public Output decode(byte[] bytes) {
            return new Output(lines.decode(bytes), lines.isJson());
        }

        @Override
        public Codec<Output> resolve(Schema guest) {
            return new OfLines(lines.resolve(guest));
        }
    }
}
