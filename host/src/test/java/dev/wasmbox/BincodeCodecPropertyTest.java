package dev.wasmbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasmbox.jackson.JacksonCodecs;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for all values and all bytes. */
class BincodeCodecPropertyTest {

    private enum Level {
        LOW,
        HIGH
    }

    private record Numbers(
            byte small,
            short medium,
            int normal,
            long large,
            float single,
            double twice,
            boolean flag,
            @Rust("u64") BigInteger unsigned) {}

    private record Containers(
            List<String> texts,
            Set<@Rust("u16") Integer> numbers,
            Map<String, Optional<Level>> levels,
            Optional<List<@Rust("char") Integer>> letters) {}

    private sealed interface Node {}

    private record Leaf(Numbers numbers) implements Node {}

    private record Nothing() implements Node {}

    private record Holder(Containers containers) implements Node {}

    private record Branch(List<Node> children, Optional<Node> favourite) implements Node {}

    private static final Codec<Node> NODES = Codecs.bincode(Node.class);

    private static final List<Codec<?>> CODECS = List.of(
            NODES,
            Codecs.bincode(Numbers.class),
            Codecs.bincode(Containers.class),
            Codecs.bincode(new TypeOf<List<Optional<Nothing>>>() {}),
            Codecs.bincode(new TypeOf<Map<Level, boolean[]>>() {}),
            Codecs.bincode(long[].class));

    private static final Map<Codec<?>, Codec<JsonNode>> DOCUMENTS = new ConcurrentHashMap<>();

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The same type as documents. */
    private static Codec<JsonNode> documents(Codec<?> codec) {
        return DOCUMENTS.computeIfAbsent(
                codec, each -> JacksonCodecs.tree(each.schema().orElseThrow()));
    }

    @Provide
    Arbitrary<Node> nodes() {
        return Arbitraries.lazyOf(
                () -> numbers().map(Leaf::new),
                () -> Arbitraries.just(new Nothing()),
                () -> containers().map(Holder::new),
                () -> Combinators.combine(nodes().list().ofMaxSize(3), nodes().optional())
                        .as(Branch::new));
    }

    private static Arbitrary<Numbers> numbers() {
        return Combinators.combine(
                        Arbitraries.bytes(),
                        Arbitraries.shorts(),
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        Arbitraries.floats(),
                        Arbitraries.doubles(),
                        Arbitraries.of(true, false),
                        Arbitraries.bigIntegers()
                                .between(BigInteger.ZERO, BigInteger.TWO.pow(64).subtract(BigInteger.ONE)))
                .as(Numbers::new);
    }

    private static Arbitrary<Containers> containers() {
        Arbitrary<Integer> scalars = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 0xD7FF),
                Arbitraries.integers().between(0xE000, Character.MAX_CODE_POINT));
        Arbitrary<String> texts = scalars.list().ofMaxSize(8).map(list -> list.stream()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
        return Combinators.combine(
                        texts.list().ofMaxSize(4),
                        Arbitraries.integers().between(0, 65535).set().ofMaxSize(4),
                        Arbitraries.maps(texts, Arbitraries.of(Level.class).optional())
                                .ofMaxSize(4),
                        scalars.list().ofMaxSize(4).optional())
                .as(Containers::new);
    }

    @Property(tries = 500)
    void every_value_comes_back_and_has_one_form(@ForAll("nodes") Node node) {
        byte[] bytes = NODES.encode(node);
        Node decoded = NODES.decode(bytes);
        assertThat(decoded).isEqualTo(node).hasSameHashCodeAs(node);
        assertThat(NODES.encode(decoded)).isEqualTo(bytes);
    }

    @Property(tries = 500)
    void every_value_has_the_same_bytes_as_a_document(@ForAll("nodes") Node node) throws JsonProcessingException {
        byte[] bytes = NODES.encode(node);
        String document = documents(NODES).decode(bytes).toString();
        assertThat(documents(NODES).encode(JSON.readTree(document))).isEqualTo(bytes);
    }

    @Property(tries = 100)
    void every_truncation_of_a_value_is_refused(@ForAll("nodes") Node node) {
        byte[] bytes = NODES.encode(node);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(decoded(NODES, Arrays.copyOf(bytes, length))).isEmpty();
        }
        assertThat(decoded(NODES, Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
    }

    @Property(tries = 300)
    void a_value_with_a_bit_flipped_is_refused_or_is_exactly_what_those_bytes_say(
            @ForAll("nodes") Node node, @ForAll @IntRange(max = 1_000_000) int place) {
        byte[] bytes = NODES.encode(node);
        bytes[place / 8 % bytes.length] ^= (byte) (1 << place % 8);
        refusedOrTheSame(NODES, bytes);
    }

    @Property(tries = 1000)
    void any_bytes_are_refused_or_are_exactly_one_value(@ForAll @Size(max = 200) byte[] bytes) {
        for (Codec<?> each : CODECS) {
            refusedOrTheSame(each, bytes);
        }
    }

    private static <T> void refusedOrTheSame(Codec<T> codec, byte[] bytes) {
        Optional<T> decoded = decoded(codec, bytes);
        decoded.ifPresent(value -> assertThat(codec.encode(value)).isEqualTo(bytes));
        Optional<JsonNode> document = decoded(documents(codec), bytes);
        assertThat(document.isPresent()).isEqualTo(decoded.isPresent());
        document.ifPresent(value -> assertThat(documents(codec).encode(value)).isEqualTo(bytes));
    }

    /** Small numbers are likely lengths and variants, so that these bytes lead far into the types. */
    @Property(tries = 1000)
    void bytes_that_look_like_lengths_allocate_no_more_than_they_justify(
            @ForAll @Size(max = 2000) List<@IntRange(max = 5) Integer> numbers,
            @ForAll @IntRange(max = 2000) int large) {
        byte[] bytes = new byte[numbers.size()];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) (index % 4 == 0 ? numbers.get(index) : 0);
        }
        if (large < bytes.length) {
            bytes[large] = 0x7F;
        }
        var unused = decoded(NODES, bytes); // whatever is allocated only once
        long before = allocatedBytes();
        unused = decoded(NODES, bytes);
        assertThat(allocatedBytes() - before).isLessThan(200_000 + 200L * bytes.length);
    }

    /** By reflection, as the module under test does not read java.management. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError(missing.getMessage(), missing);
        }
    }

    /** The value, or nothing if it is refused as it should be; anything else that is thrown fails the test. */
    private static <T> Optional<T> decoded(Codec<T> codec, byte[] bytes) {
        try {
            return Optional.of(codec.decode(bytes));
        } catch (CodecException refusal) {
            assertThat(refusal).hasMessageContaining(": expected ");
            return Optional.empty();
        }
    }
}
