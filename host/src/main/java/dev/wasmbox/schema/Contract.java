package dev.wasmbox.schema;

import dev.wasmbox.Codec;
import dev.wasmbox.internal.contract.ContractParser;
import dev.wasmbox.internal.contract.ContractText;
import dev.wasmbox.internal.contract.ShortNames;
import java.util.Optional;

/**
 * What a guest says of its messages, in the custom section {@code wasmbox} of its module: the codec, and the types of
 * inputs and outputs. docs/contract.md describes its text form, which {@link #parse} reads and {@link #toString} writes.
 *
 * <p>It is a claim of the guest, whom nobody trusts. One that lies has its outputs refused by the codec, and sees inputs
 * that it cannot read; the host is never harmed.
 *
 * @param codec what makes bytes of values, such as {@code bincode-1}
 * @param input what the inputs are, if that is stated
 * @param output what the outputs are, if that is stated
 */
public record Contract(String codec, Optional<Schema> input, Optional<Schema> output) {

    /** The version of the text that this library reads and writes. */
    public static final int VERSION = 1;

    /** The codec {@code dev.wasmbox.Codecs.bincode}. */
    public static final String BINCODE = "bincode-1";

    /** The codec of JSON documents. */
    public static final String JSON = "json";

    /** The codec of CBOR documents. */
    public static final String CBOR = "cbor";

    /**
     * Checks that inputs and outputs have that codec, and that what they both name is the same.
     *
     * @throws IllegalArgumentException if not
     */
    public Contract {
        input.ifPresent(schema -> requireCodec(schema, codec));
        output.ifPresent(schema -> requireCodec(schema, codec));
        if (input.isPresent() && output.isPresent()) {
            Schema other = output.get();
            input.get().definitions().forEach((path, definition) -> {
                Definition same = other.definitions().get(path);
                if (same != null && !same.equals(definition)) {
                    throw new IllegalArgumentException(path + " is not the same in inputs and outputs");
                }
            });
        }
    }

    private static void requireCodec(Schema schema, String codec) {
        if (!schema.codec().equals(codec)) {
            throw new IllegalArgumentException("a contract has one codec, not " + schema.codec() + " and " + codec);
        }
    }

    /**
     * Reads a contract.
     *
     * @param text a text in the language of docs/contract.md
     * @return the contract
     * @throws IllegalArgumentException if it is not well-formed, or of a later version; the message says where and why
     */
    public static Contract parse(String text) {
        return ContractParser.parse(text);
    }

    /**
     * The contract that a guest would have whose types are those of two codecs.
     *
     * @param input the codec of the inputs
     * @param output the codec of the outputs
     * @return the contract; a type that a codec does not tell is not stated in it
     * @throws IllegalArgumentException if the codecs are not of the same kind, or name two types alike
     */
    public static Contract of(Codec<?> input, Codec<?> output) {
        String codec = input.schema().or(output::schema).map(Schema::codec).orElse("bytes");
        return new Contract(codec, input.schema(), output.schema());
    }

    /** {@return this contract with every path cut to the shortest end that no other path has, for people to read} */
    public Contract withShortNames() {
        return ShortNames.of(this);
    }

    /** {@return its text, which {@link #parse} takes} */
    @Override
    public String toString() {
        return ContractText.of(this);
    }
}
