package dev.wasmbox.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.internal.state.PagedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.MemoryLimits;

/** The memory against one that is slow and simple: same values, same traps, same sizes. */
class FlatMemoryTest {

    private static final int PAGE = 65_536;
    private static final int MAXIMUM_PAGES = 5;

    /** Byte by byte, with addresses in 64 bits. */
    private static final class Reference {
        private byte[] bytes = new byte[PAGE];
        private final List<byte[]> states = new ArrayList<>(List.of(new byte[PAGE]));

        private boolean contains(long address, long length) {
            return address >= 0 && length >= 0 && address + length <= bytes.length;
        }

        private @Nullable Long load(long address, int length) {
            if (!contains(address, length)) {
                return null;
            }
            long value = 0;
            for (int i = 0; i < length; i++) {
                value |= (bytes[(int) address + i] & 0xFFL) << (8 * i);
            }
            int unused = 64 - 8 * length;
            return value << unused >> unused;
        }

        private @Nullable Long store(long address, int length, long value) {
            if (!contains(address, length)) {
                return null;
            }
            for (int i = 0; i < length; i++) {
                bytes[(int) address + i] = (byte) (value >>> (8 * i));
            }
            return 0L;
        }

        private @Nullable Long fill(long from, long to, byte value) {
            if (!contains(from, to - from)) {
                return null;
            }
            for (long i = from; i < to; i++) {
                bytes[(int) i] = value;
            }
            return 0L;
        }

        private @Nullable Long copy(long destination, long source, long length) {
            if (!contains(destination, length) || !contains(source, length)) {
                return null;
            }
            byte[] before = bytes.clone();
            for (int i = 0; i < length; i++) {
                bytes[(int) destination + i] = before[(int) source + i];
            }
            return 0L;
        }

        private Long remember() {
            states.add(bytes.clone());
            return 0L;
        }

        private long grow(int pages) {
            int before = bytes.length / PAGE;
            if (pages < 0 || (long) before + pages > MAXIMUM_PAGES) {
                return -1;
            }
            bytes = Arrays.copyOf(bytes, (before + pages) * PAGE);
            return before;
        }
    }

    /** The memory, and the states that it was captured in. */
    private static final class Fast {
        private final FlatMemory memory = memory(null);
        private final List<PagedBytes> states = new ArrayList<>(List.of(PagedBytes.zeros(PAGE)));

        private Long remember(PagedBytes contents) {
            states.add(contents);
            return 0L;
        }
    }

    /** Something that is done to both; null is a trap. */
    private record Operation(String name, Function<Reference, @Nullable Long> slow, Function<Fast, Long> onBoth) {
        private Operation(Function<Reference, @Nullable Long> slow, Function<FlatMemory, Long> fast, String name) {
            this(name, slow, both -> fast.apply(both.memory));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Operation access(
            String name, Function<Reference, @Nullable Long> slow, Function<FlatMemory, Long> fast) {
        return new Operation(slow, fast, name);
    }

    private static Operation atomic(
            String name, int a, int length, LongUnaryOperator change, Function<FlatMemory, Long> fast) {
        return access(
                name,
                slow -> {
                    Long before = slow.load(a, length);
                    if (before != null) {
                        slow.store(a, length, change.applyAsLong(before));
                    }
                    return before;
                },
                fast);
    }

    private static Operation operation(int kind, int a, int b, int c, long value) {
        String name = kind + "(" + a + ", " + b + ", " + c + ", " + value + ")";
        return switch (kind) {
            case 0 -> access(name, slow -> slow.load(a, 1), fast -> (long) fast.read(a));
            case 1 -> access(name, slow -> slow.load(a, 2), fast -> (long) fast.readShort(a));
            case 2 -> access(name, slow -> slow.load(a, 4), fast -> (long) fast.readInt(a));
            case 3 -> access(name, slow -> slow.load(a, 8), fast -> fast.readLong(a));
            case 4 -> access(name, slow -> slow.load(a, 4), fast -> (long) (int) fast.readF32(a));
            case 5 -> access(name, slow -> slow.load(a, 8), fast -> fast.readF64(a));
            case 6 ->
                access(name, slow -> slow.store(a, 1, value), fast -> {
                    fast.writeByte(a, (byte) value);
                    return 0L;
                });
            case 7 ->
                access(name, slow -> slow.store(a, 2, value), fast -> {
                    fast.writeShort(a, (short) value);
                    return 0L;
                });
            case 8 ->
                access(name, slow -> slow.store(a, 4, value), fast -> {
                    fast.writeI32(a, (int) value);
                    return 0L;
                });
            case 9 ->
                access(name, slow -> slow.store(a, 8, value), fast -> {
                    fast.writeLong(a, value);
                    return 0L;
                });
            case 10 ->
                access(name, slow -> slow.fill(a, b, (byte) value), fast -> {
                    fast.fill((byte) value, a, b);
                    return 0L;
                });
            case 11 ->
                access(name, slow -> slow.copy(a, b, c), fast -> {
                    fast.copy(a, b, c);
                    return 0L;
                });
            case 12 -> access(name, slow -> slow.contains(a, c) ? 1L : 0L, fast -> fast.contains(a, c) ? 1L : 0L);
            case 13 ->
                access(name, slow -> slow.contains(a, c) ? (long) c : null, fast -> (long) fast.readBytes(a, c).length);
            case 14 ->
                access(name, slow -> slow.store(a, 2, 0x0201), fast -> {
                    fast.write(a, new byte[] {9, 1, 2, 9}, 1, 2);
                    return 0L;
                });
            case 15 -> access(name, slow -> slow.grow((int) value % 4), fast -> (long) fast.grow((int) value % 4));
            case 16 -> atomic(name, a, 1, old -> old + value, fast -> (long) fast.atomicAddByte(a, (byte) value));
            case 17 -> atomic(name, a, 2, old -> old ^ value, fast -> (long) fast.atomicXorShort(a, (short) value));
            case 18 ->
                atomic(name, a, 4, old -> old == (int) value ? b : old, fast ->
                        (long) fast.atomicCmpxchgInt(a, (int) value, b));
            case 19 -> atomic(name, a, 8, old -> value, fast -> fast.atomicXchgLong(a, value));
            case 20 ->
                access(name, slow -> slow.store(a, 4, Float.floatToRawIntBits((float) value)), fast -> {
                    fast.writeF32(a, (float) value);
                    return 0L;
                });
            case 21 ->
                access(name, slow -> slow.store(a, 8, Double.doubleToRawLongBits((double) value)), fast -> {
                    fast.writeF64(a, (double) value);
                    return 0L;
                });
            // What a host does between two messages.
            case 22, 23 -> new Operation("capture", Reference::remember, both -> both.remember(both.memory.capture()));
            case 24 ->
                new Operation(
                        "captureLike",
                        Reference::remember,
                        both -> both.remember(
                                both.memory.captureLike(both.states.get(Math.floorMod(b, both.states.size())))));
            default ->
                new Operation(
                        "set",
                        slow -> {
                            slow.bytes = slow.states
                                    .get(Math.floorMod(b, slow.states.size()))
                                    .clone();
                            return 0L;
                        },
                        both -> {
                            PagedBytes state = both.states.get(Math.floorMod(b, both.states.size()));
                            both.memory.set(state, both.memory.roomFor(state));
                            return 0L;
                        });
        };
    }

    @Provide
    Arbitrary<List<Operation>> operations() {
        Arbitrary<Integer> addresses = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 40),
                Arbitraries.integers().between(PAGE - 9, PAGE + 9),
                Arbitraries.integers().between(3 * PAGE - 9, 3 * PAGE + 1),
                Arbitraries.of(-1, -8, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 7),
                Arbitraries.integers().between(0, MAXIMUM_PAGES * PAGE));
        Arbitrary<Operation> operations = Combinators.combine(
                        Arbitraries.integers().between(0, 26),
                        addresses,
                        addresses,
                        Arbitraries.oneOf(Arbitraries.integers().between(-1, 20), addresses),
                        Arbitraries.longs())
                .as(FlatMemoryTest::operation);
        return operations.list().ofMaxSize(60);
    }

    private static FlatMemory memory(@Nullable PagedBytes image) {
        return new FlatMemory(new MemoryLimits(1, MAXIMUM_PAGES), MAXIMUM_PAGES, image, new HostCalls(List.of()));
    }

    @Property(tries = 600)
    void behavesAsTheReference(@ForAll("operations") List<Operation> operations) {
        Reference slow = new Reference();
        Fast fast = new Fast();
        for (Operation operation : operations) {
            Long expected = operation.slow().apply(slow);
            Long actual;
            try {
                actual = operation.onBoth().apply(fast);
            } catch (WasmRuntimeException e) {
                actual = null;
            }
            assertThat(actual).as(operation.name()).isEqualTo(expected);
            assertThat(fast.memory.pages()).isEqualTo(slow.bytes.length / PAGE);
            assertThat(fast.memory.bytes.length)
                    .as("compiled code does not look at the array's bounds")
                    .isGreaterThanOrEqualTo(fast.memory.size);
            assertThat(fast.memory.marks).hasSize(fast.memory.size / 4096);
        }
        assertThat(fast.memory.readBytes(0, slow.bytes.length)).isEqualTo(slow.bytes);
        fast.remember(fast.memory.capture());
        slow.remember();
        for (int i = 0; i < slow.states.size(); i++) {
            assertThat(fast.states.get(i).toBytes()).as("state " + i).isEqualTo(slow.states.get(i));
        }
        FlatMemory restored = memory(fast.states.getLast());
        assertThat(restored.pages()).isEqualTo(fast.memory.pages());
        assertThat(restored.readBytes(0, slow.bytes.length)).isEqualTo(slow.bytes);
    }

    @Test
    void whatWasTakenDoesNotChange() {
        FlatMemory memory = memory(null);
        memory.writeLong(100, 5);
        PagedBytes image = memory.capture();
        memory.writeLong(100, 6);
        FlatMemory first = memory(image);
        first.writeLong(100, 7);
        assertThat(first.grow(2)).isEqualTo(1);
        assertThat(memory(image).readLong(100)).isEqualTo(5);
        assertThat(memory(image).pages()).isEqualTo(1);
        assertThat(memory.readLong(100)).isEqualTo(6);
    }

    @Test
    void whatItGrowsByIsZero() {
        FlatMemory memory = memory(null);
        for (int pages = 1; pages < MAXIMUM_PAGES; pages++) {
            assertThat(memory.grow(1)).isEqualTo(pages);
            assertThat(memory.readBytes(pages * PAGE, PAGE)).containsOnly(0);
            memory.fill((byte) 1, pages * PAGE, (pages + 1) * PAGE);
        }
        assertThat(memory.grow(1)).isEqualTo(-1);
    }

    /** Page by page, an array of the very size would be copied each time. */
    @Test
    void whoeverGrowsGetsRoom() {
        int maximum = 60;
        FlatMemory memory = new FlatMemory(new MemoryLimits(1, maximum), maximum, null, new HostCalls(List.of()));
        PagedBytes small = memory.capture();
        assertThat(memory.grow(10)).isEqualTo(1);
        assertThat(memory.grow(1)).isEqualTo(11);
        memory.writeByte(11 * PAGE, (byte) 7);
        assertThat(memory.bytes.length).isGreaterThan(memory.sizeBytes());
        assertThatThrownBy(() -> memory.read(12 * PAGE)).hasMessageContaining("out of bounds memory access");
        byte[] array = memory.bytes;
        assertThat(memory.grow(1)).isEqualTo(12);
        assertThat(memory.bytes).isSameAs(array);
        assertThat(memory.grow(maximum)).isEqualTo(-1);
        assertThat(memory.grow(maximum - 13)).isEqualTo(13);
        assertThat(memory.bytes).hasSize(maximum * PAGE);

        PagedBytes large = memory.capture();
        memory.set(small, memory.roomFor(small));
        assertThat(memory.heapBytes()).as("what is far too long is given up").isLessThan(3 * PAGE);
        memory.set(large, memory.roomFor(large));
        assertThat(memory.capture()).isSameAs(large);
        assertThat(memory.readBytes(0, memory.sizeBytes())).isEqualTo(large.toBytes());
    }
}
