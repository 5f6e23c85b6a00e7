package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.LimitException;
import dev.wasmbox.Limits;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of every shape go to a guest in Rust and come back as they were; what is none is an error that says so. */
class MirrorTest {

    private static final Codec<Mirror> CODEC = Codecs.bincode(Mirror.class);
    private static final BoxOptions<Mirror, Mirror> OPTIONS = BoxOptions.of(CODEC, CODEC);

    private static final WasmBox<Mirror, Mirror> BOX =
            Guests.load("mirror", Engine.COMPILED).start(OPTIONS);

    static Stream<Class<?>> shapes() {
        return Stream.of(Mirror.class.getPermittedSubclasses()).filter(shape -> shape != Mirror.Garble.class);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_value_of_each_shape_comes_back(Class<?> shape) {
        RandomValues values = new RandomValues(new Random(1));
        for (int round = 0; round < 50; round++) {
            comesBack((Mirror) values.of(shape));
        }
    }

    @Provide
    Arbitrary<Mirror> mirrors() {
        return Arbitraries.longs()
                .map(seed -> new RandomValues(new Random(seed)).of(Mirror.class))
                .filter(value -> !(value instanceof Mirror.Garble))
                .map(Mirror.class::cast);
    }

    @Property(tries = 2_000)
    void any_value_comes_back(@ForAll("mirrors") Mirror value) {
        comesBack(value);
    }

    private static void comesBack(Mirror value) {
        List<Mirror> back = BOX.send(value);
        assertThat(back).hasSize(1);
        // Sets and maps come in the order of the guest, which they are compared without; arrays only by their bytes.
        if (value instanceof Mirror.HashSet
                || value instanceof Mirror.HashMap
                || value instanceof Mirror.BTreeSet
                || value instanceof Mirror.BTreeMap) {
            assertThat(back).containsExactly(value);
        } else {
            assertThat(CODEC.encode(back.getFirst())).isEqualTo(CODEC.encode(value));
        }
    }

    @Test
    void every_run_has_the_same_result() {
        RandomValues values = new RandomValues(new Random(2));
        List<byte[]> inputs =
                shapes().map(shape -> CODEC.encode((Mirror) values.of(shape))).toList();
        SameResult.Result result =
                SameResult.ofGuest("mirror").checkBytes(inputs, SameResult.everywhere(inputs.size()));
        assertThat(result.outputs()).allSatisfy(outputs -> assertThat(outputs).hasSize(1));
    }

    /** Random bytes, and good ones with damage: each is a value that those bytes are, or an error. */
    @Property(tries = 2_000)
    void malformed_bytes_of_a_guest_are_an_error(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = CODEC.encode((Mirror) new RandomValues(random).of(Mirror.class));
        int flips = random.nextInt(4);
        for (int flip = 0; flip < flips; flip++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        byte[] sent = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
        try {
            BOX.send(new Mirror.Garble(sent));
        } catch (CodecException refused) {
            assertThat(refused).hasMessageStartingWith("Mirror");
        }
        assertThat(BOX.state()).isEqualTo(BoxState.READY);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void malformed_bytes_are_told_with_their_place(Engine engine) {
        try (WasmBox<Mirror, Mirror> box = Guests.load("mirror", engine).start(OPTIONS)) {
            byte[] tooMany = ByteBuffer.allocate(12)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(19)
                    .putLong(-1)
                    .array();
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Mirror.Garble(tooMany)))
                    .withMessage("Mirror.Vec.value: expected 18446744073709551615 elements of 2 bytes or more, found 0"
                            + " bytes");
            byte[] notUtf8 = ByteBuffer.allocate(13)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(16)
                    .putLong(1)
                    .put((byte) 0xC3)
                    .array();
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Mirror.Garble(notUtf8)))
                    .withMessageStartingWith("Mirror.String.value: expected UTF-8");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Mirror.Garble(new byte[0])))
                    .withMessage("Mirror: expected 4 bytes, found 0");
            comesBack(new Mirror.Unit());
        }
    }

    /** A guest gets bytes that are none of its values from a host that does not look: it says so, and can be restored. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void malformed_bytes_of_a_host_are_a_panic_that_says_so(Engine engine) {
        try (WasmBox<byte[], byte[]> box = Guests.load("mirror", engine).start(BoxOptions.bytes())) {
            var snapshot = box.snapshot();
            List<byte[]> bad = new ArrayList<>(List.of(
                    new byte[0],
                    new byte[] {0, 0, 0, 0, 2},
                    new byte[] {-1, -1, -1, -1},
                    CODEC.encode(new Mirror.String("x")).clone()));
            bad.getLast()[12] = (byte) 0xFF;
            for (byte[] bytes : bad) {
                assertThatExceptionOfType(TrapException.class)
                        .isThrownBy(() -> box.send(bytes))
                        .withMessageContaining("the input of %d bytes cannot be read as mirror::Mirror", bytes.length);
                box.restore(snapshot);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void messages_at_the_limits(Engine engine) {
        int most = engine == Engine.COMPILED ? 16 << 20 : 1 << 18;
        // However busy the machine is: it is not time that this is about.
        Limits limits = Limits.standard()
                .withMessageBytes(most)
                .withOutputBytes(most)
                .withMemoryBytes(256 << 20)
                .withTimePerMessage(Duration.ofMinutes(2));
        try (WasmBox<Mirror, Mirror> box = Guests.load("mirror", engine).start(OPTIONS.withLimits(limits))) {
            Mirror.String largest = new Mirror.String("ä".repeat(most / 2 - 6));
            assertThat(CODEC.encode(largest)).hasSize(most);
            assertThat(box.send(largest)).containsExactly(largest);
            Mirror.Bytes bytes = new Mirror.Bytes(new byte[most - 12]);
            assertThat(box.send(bytes)).hasSize(1);
            assertThatExceptionOfType(LimitException.class)
                    .isThrownBy(() -> box.send(new Mirror.Bytes(new byte[most - 11])));
            comesBack(new Mirror.Bytes(new byte[0]));
            comesBack(new Mirror.String(""));
        }
    }

    private static Mirror.Tree nested(int levels) {
        Mirror.Tree tree = new Mirror.Tree.Leaf(1);
        for (int level = 1; level < levels; level++) {
            tree = new Mirror.Tree.Many(List.of(tree));
        }
        return tree;
    }

    /** A host's codec carries 512 levels. A guest whose stack overflows is a trap, and nothing worse. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void messages_nested_deep(Engine engine) {
        try (WasmBox<Mirror, Mirror> box = Guests.load("mirror", engine).start(OPTIONS)) {
            Mirror.Recursive deep = new Mirror.Recursive(nested(500));
            assertThat(box.send(deep)).containsExactly(deep);
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Mirror.Recursive(nested(10_000))))
                    .withMessageContaining("expected at most 512 levels of types within themselves");
            assertThat(box.send(deep)).containsExactly(deep);
        }
        ByteBuffer many = ByteBuffer.allocate(4 + 10_000 * 12 + 12).order(ByteOrder.LITTLE_ENDIAN);
        many.putInt(shapes().toList().indexOf(Mirror.Recursive.class));
        for (int level = 0; level < 10_000; level++) {
            many.putInt(2).putLong(1);
        }
        many.putInt(0).putLong(7);
        try (WasmBox<byte[], byte[]> box = Guests.load("mirror", engine).start(BoxOptions.bytes())) {
            var snapshot = box.snapshot();
            try {
                assertThat(box.send(many.array())).containsExactly(many.array());
            } catch (TrapException overflow) {
                assertThat(overflow.reason()).isNotNull();
                box.restore(snapshot);
            }
            byte[] unit = CODEC.encode(new Mirror.Unit());
            assertThat(box.send(unit)).containsExactly(unit);
        }
        try (WasmBox<Mirror, Mirror> box = Guests.load("mirror", engine).start(OPTIONS)) {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Mirror.Garble(many.array())))
                    .withMessageContaining("expected at most 512 levels of types within themselves");
        }
    }
}
