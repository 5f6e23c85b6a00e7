package dev.wasmbox;

import dev.wasmbox.schema.Schema;
import java.util.Optional;

/**
 * How values of one type become the bytes of a message, and back.
 *
 * <p>A codec is immutable and may be used by any number of threads at once. {@link Codecs} has the ready-made ones;
 * any other is a class that implements this interface.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {

    /**
     * Writes a value as bytes.
     *
     * @param value the value to write
     * @return a new array, which belongs to the caller
     * @throws CodecException if this value has no form in this codec
     */
    byte[] encode(T value);

    /**
     * Reads a value from bytes. All of the bytes belong to the value: left-over bytes are an error.
     *
     * @param bytes the bytes to read; they are neither changed nor kept
     * @return the value
     * @throws CodecException if the bytes are not the form of such a value; the bytes come from a guest that nobody
     *     trusts, so no other exception may escape
     */
    T decode(byte[] bytes);

    /**
     * What the bytes are: the name of the codec, and the type as a guest would state it in its contract.
     *
     * @return the schema; none by default, and of a codec that takes what comes
     */
    default Optional<Schema> schema() {
        return Optional.empty();
    }

    /**
     * This codec for a guest that states what its messages are. It is asked when a box is made; what it returned is used
     * for the module's next boxes too. That may read and write otherwise than this codec, where guest and host are of
     * different ages: see docs/contract.md, "Evolution".
     *
     * @param guest what the guest states of its inputs, or of its outputs
     * @return the codec to use; by default this one, which looks at nothing
     * @throws TypeMismatchException if the messages of such a guest are not for this codec
     */
    default Codec<T> resolve(Schema guest) {
        return this;
    }
}
