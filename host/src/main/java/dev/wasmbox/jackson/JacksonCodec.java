package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.schema.Schema;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One type in one of Jackson's formats. */
final class JacksonCodec<T> implements Codec<T> {

    private final String name;

    /** What a contract calls the format, or null if Jackson does not tell. */
    private final @Nullable String format;

    private final ObjectReader reader;
    private final ObjectWriter writer;

    JacksonCodec(String label, ObjectMapper mapper, JavaType type) {
        this.name = "%s(%s)".formatted(label, type.toCanonical());
        String formatName = mapper.getFactory().getFormatName();
        this.format = formatName == null ? null : formatName.toLowerCase(Locale.ROOT);
        this.reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.writer = mapper.writerFor(type);
    }

    @Override
    public byte[] encode(T value) {
        if (value == null) {
            throw new CodecException(name + ": expected a value, found null");
        }
        try {
            return writer.writeValueAsBytes(value);
        } catch (IOException | RuntimeException failure) {
            throw new CodecException(name + ": the value cannot be written: " + failure.getMessage(), failure);
        } catch (StackOverflowError overflow) {
            throw new CodecException(name + ": the value is nested deeper than the stack allows", overflow);
        }
    }

    @Override
    public T decode(byte[] bytes) {
        T value;
        try {
            value = reader.readValue(bytes);
        } catch (IOException | RuntimeException failure) {
            throw new CodecException(name + ": the bytes cannot be read: " + failure.getMessage(), failure);
        } catch (StackOverflowError overflow) {
            throw new CodecException(name + ": the bytes are nested deeper than the stack allows", overflow);
        }
        if (value == null) {
            throw new CodecException(name + ": expected a value, found null");
        }
        return value;
    }

    @Override
    public Codec<T> resolve(Schema guest) {
        if (format != null && !guest.codec().equals(format)) {
            throw new TypeMismatchException("%s: guest codec %s, host codec %s".formatted(name, guest.codec(), format));
        }
        return this;
    }

    @Override
    public String toString() {
        return name;
    }
}
