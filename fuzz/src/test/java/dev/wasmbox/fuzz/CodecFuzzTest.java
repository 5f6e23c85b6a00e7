package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Rust;
import dev.wasmbox.jackson.JacksonCodecs;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Whatever the bytes are: they are a value, and the value is these bytes, or they are refused. */
class CodecFuzzTest {

    /** One of every form that there is. */
    sealed interface Shape {}

    record Numbers(
            byte small,
            short medium,
            int normal,
            long large,
            float single,
            double twice,
            boolean flag,
            @Rust("char") int letter,
            @Rust("u128") BigInteger huge,
            @Rust("u8") short unsigned,
            OptionalLong maybe)
            implements Shape {}

    record Containers(
            String text,
            List<String> texts,
            Set<@Rust("u16") Integer> numbers,
            Map<Level, Optional<Shape>> shapes,
            byte[] bytes,
            int[] integers,
            List<Unit> units)
            implements Shape {}

    record Unit() implements Shape {}

    record Branch(List<Shape> children, Optional<Branch> more) implements Shape {}

    enum Level implements Shape {
        LOW,
        HIGH
    }

    private static final Codec<Shape> SHAPES = Codecs.bincode(Shape.class);

    private static final Codec<JsonNode> DOCUMENTS =
            JacksonCodecs.tree(SHAPES.schema().orElseThrow());

    @FuzzTest
    void bincode(byte[] bytes) {
        decode(SHAPES, bytes);
    }

    /** What the guest's types are like is known only by what it states: the same bytes are values. */
    @FuzzTest
    void document(byte[] bytes) {
        decode(DOCUMENTS, bytes);
        if (accepts(DOCUMENTS, bytes) != accepts(SHAPES, bytes)) {
            throw new AssertionError("these bytes are a value for one of two codecs of the same type");
        }
    }

    private static boolean accepts(Codec<?> codec, byte[] bytes) {
        try {
            var _ = codec.decode(bytes);
            return true;
        } catch (CodecException e) {
            return false;
        }
    }

    @FuzzTest
    void string(byte[] bytes) {
        decode(Codecs.string(), bytes);
    }

    private static <T> void decode(Codec<T> codec, byte[] bytes) {
        T value;
        try {
            value = codec.decode(bytes);
        } catch (CodecException e) {
            Refusals.requireASentence(e);
            return;
        }
        if (!Arrays.equals(codec.encode(value), bytes)) {
            throw new AssertionError("another form of the same value was accepted");
        }
    }
}
