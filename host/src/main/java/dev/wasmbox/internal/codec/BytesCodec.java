package dev.wasmbox.internal.codec;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;

/** The bytes as they are. */
public final class BytesCodec implements Codec<byte[]> {

    /** The only one that is needed. */
    public static final BytesCodec INSTANCE = new BytesCodec();

    private BytesCodec() {}

    @Override
    public byte[] encode(byte[] value) {
        if (value == null) {
            throw new CodecException("byte[]: expected a value, found null");
        }
        return value.clone();
    }

    @Override
    public byte[] decode(byte[] bytes) {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "bytes";
    }
}
