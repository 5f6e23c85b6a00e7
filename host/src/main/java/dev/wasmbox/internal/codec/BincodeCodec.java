package dev.wasmbox.internal.codec;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.TypeOf;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * bincode 1 for one Java type.
 *
 * @param <T> that type
 */
public final class BincodeCodec<T> implements Codec<T> {

    private final String name;

    /** The format of the type as it is. */
    private final Format own;

    /** The same, or the one that was adapted to a guest. */
    private final Format format;

    private final @Nullable Schema adaptedTo;

    private BincodeCodec(Shape shape, String name) {
        this.name = name;
        this.own = new FormatCompiler().compile(shape, name);
        this.format = own;
        this.adaptedTo = null;
    }

    private BincodeCodec(BincodeCodec<T> original, Format format, Schema adaptedTo) {
        this.name = original.name;
        this.own = original.own;
        this.format = format;
        this.adaptedTo = adaptedTo;
    }

    /**
     * Makes one.
     *
     * @param type the type, not generic
     * @param <T> the same
     * @return the codec
     */
    public static <T> BincodeCodec<T> of(Class<T> type) {
        String name = type.getSimpleName();
        return new BincodeCodec<>(Shape.of(type, name), name);
    }

    /**
     * Makes one.
     *
     * @param type the type
     * @param <T> the same
     * @return the codec
     */
    public static <T> BincodeCodec<T> of(TypeOf<T> type) {
        Shape shape = Shape.of(type.annotatedType(), Map.of(), "TypeOf");
        return new BincodeCodec<>(shape, shape.toString());
    }

    @Override
    public byte[] encode(T value) {
        ByteWriter out = new ByteWriter();
        try {
            format.write(out, Mismatch.present(value));
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).asCodecException(name);
        } catch (StackOverflowError overflow) {
            throw tooDeep(overflow);
        }
        return out.toBytes();
    }

    @Override
    @SuppressWarnings("unchecked") // the format was compiled from the type
    public T decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        try {
            Object value = format.read(in);
            in.end();
            return (T) value;
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).asCodecException(name);
        } catch (StackOverflowError overflow) {
            throw tooDeep(overflow);
        }
    }

    /** The limit on depth comes first, unless the thread's stack is small or already deep. */
    private CodecException tooDeep(@Nullable StackOverflowError overflow) {
        return new CodecException(name + ": nested deeper than this thread's stack allows", overflow);
    }

    @Override
    public Optional<Schema> schema() {
        Description description = new Description();
        return Optional.of(new Schema(Contract.BINCODE, own.describe(description), description.definitions()));
    }

    @Override
    public Codec<T> resolve(Schema guest) {
        if (guest.equals(adaptedTo)) {
            return this;
        }
        if (!guest.codec().equals(Contract.BINCODE)) {
            throw new TypeMismatchException(
                    "%s: guest codec %s, host codec %s".formatted(name, guest.codec(), Contract.BINCODE));
        }
        try {
            return new BincodeCodec<>(this, Adaptation.of(own, guest), guest);
        } catch (Difference difference) {
            throw difference.asException(name);
        }
    }

    @Override
    public String toString() {
        return "bincode(" + name + ")";
    }
}
