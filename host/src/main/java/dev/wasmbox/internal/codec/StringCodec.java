package dev.wasmbox.internal.codec;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/** A string in bincode 1, allocating only what it returns. */
public final class StringCodec implements Codec<String> {

    /** The only one that is needed. */
    public static final StringCodec INSTANCE = new StringCodec();

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_BYTES = Long.BYTES;
    private static final int LONGEST = Integer.MAX_VALUE - 8 - HEADER_BYTES;

    private static final Schema SCHEMA = new Schema(Contract.BINCODE, SchemaType.Scalar.STRING, Map.of());

    private StringCodec() {}

    @Override
    public byte[] encode(String value) {
        try {
            Mismatch.present(value);
            long length = Utf8.length(value);
            if (length > LONGEST) {
                throw new Mismatch("expected at most %d bytes of text, found %d".formatted(LONGEST, length));
            }
            byte[] bytes = new byte[HEADER_BYTES + (int) length];
            LONG.set(bytes, 0, length);
            Utf8.write(value, length, bytes, HEADER_BYTES);
            return bytes;
        } catch (Mismatch mismatch) {
            throw mismatch.asCodecException("String");
        }
    }

    @Override
    public String decode(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw new CodecException(
                    "String: expected the %d bytes of a length, found %d".formatted(HEADER_BYTES, bytes.length));
        }
        long length = (long) LONG.get(bytes, 0);
        int found = bytes.length - HEADER_BYTES;
        if (length != found) {
            throw new CodecException("String: expected %s bytes of text after the length, found %d"
                    .formatted(Long.toUnsignedString(length), found));
        }
        try {
            return Utf8.read(bytes, HEADER_BYTES, found);
        } catch (Mismatch mismatch) {
            throw mismatch.asCodecException("String");
        }
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.of(SCHEMA);
    }

    @Override
    public Codec<String> resolve(Schema guest) {
        if (!guest.equals(SCHEMA)) {
            // Either it is a string in other words, or this says what is wrong with it.
            BincodeCodec.of(String.class).resolve(guest);
        }
        return this;
    }

    @Override
    public String toString() {
        return "string";
    }
}
