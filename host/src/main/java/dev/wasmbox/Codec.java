package dev.wasmbox;

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
}
