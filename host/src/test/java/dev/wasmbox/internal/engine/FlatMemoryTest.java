package dev.wasmbox.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.internal.state.PagedBytes;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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

        private long grow(int pages) {
            int before = bytes.length / PAGE;
            if (pages < 0 || (long) before + pages > MAXIMUM_PAGES) {
                return -1;
            }
            bytes = Arrays.copyOf(bytes, (before + pages) * PAGE);
            return before;
        }
    }

    /** Something that is done to both; null is a trap. */
    private record Operation(String name, Function<Reference, @Nullable Long> slow, Function<FlatMemory, Long> fast) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Operation operation(int kind, int a, int b, int c, long value) {
        String name = kind + "(" + a + ", " + b + ", " + c + ", " + value + ")";
        return switch (kind) {
            case 0 -> new Operation(name, slow -> slow.load(a, 1), fast -> (long) fast.read(a));
            case 1 -> new Operation(name, slow -> slow.load(a, 2), fast -> (long) fast.readShort(a));
            case 2 -> new Operation(name, slow -> slow.load(a, 4), fast -> (long) fast.readInt(a));
            case 3 -> new Operation(name, slow -> slow.load(a, 8), fast -> fast.readLong(a));
            case 4 -> new Operation(name, slow -> slow.load(a, 4), fast -> (long) (int) fast.readF32(a));
            case 5 -> new Operation(name, slow -> slow.load(a, 8), fast -> fast.readF64(a));
            case 6 ->
                new Operation(name, slow -> slow.store(a, 1, value), fast -> {
                    fast.writeByte(a, (byte) value);
                    return 0L;
                });
            case 7 ->
                new Operation(name, slow -> slow.store(a, 2, value), fast -> {
                    fast.writeShort(a, (short) value);
                    return 0L;
                });
            case 8 ->
                new Operation(name, slow -> slow.store(a, 4, value), fast -> {
                    fast.writeI32(a, (int) value);
                    return 0L;
                });
            case 9 ->
                new Operation(name, slow -> slow.store(a, 8, value), fast -> {
                    fast.writeLong(a, value);
                    return 0L;
                });
            case 10 ->
                new Operation(name, slow -> slow.fill(a, b, (byte) value), fast -> {
                    fast.fill((byte) value, a, b);
                    return 0L;
                });
            case 11 ->
                new Operation(name, slow -> slow.copy(a, b, c), fast -> {
                    fast.copy(a, b, c);
                    return 0L;
                });
            case 12 ->
                new Operation(name, slow -> slow.contains(a, c) ? 1L : 0L, fast -> fast.contains(a, c) ? 1L : 0L);
            case 13 ->
                new Operation(name, slow -> slow.contains(a, c) ? (long) c : null, fast ->
                        (long) fast.readBytes(a, c).length);
            case 14 ->
                new Operation(name, slow -> slow.store(a, 2, 0x0201), fast -> {
                    fast.write(a, new byte[] {9, 1, 2, 9}, 1, 2);
                    return 0L;
                });
            default ->
                new Operation(name, slow -> slow.grow((int) value % 4), fast -> (long) fast.grow((int) value % 4));
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
                        Arbitraries.integers().between(0, 15),
                        addresses,
                        addresses,
                        Arbitraries.oneOf(Arbitraries.integers().between(-1, 20), addresses),
                        Arbitraries.longs())
                .as(FlatMemoryTest::operation);
        return operations.list().ofMaxSize(40);
    }

    private static FlatMemory memory(@Nullable PagedBytes image) {
        return new FlatMemory(new MemoryLimits(1, MAXIMUM_PAGES), MAXIMUM_PAGES, image, new HostCalls(List.of()));
    }

    @Property(tries = 400)
    void behavesAsTheReference(@ForAll("operations") List<Operation> operations) {
        Reference slow = new Reference();
        FlatMemory fast = memory(null);
        for (Operation operation : operations) {
            Long expected = operation.slow().apply(slow);
            Long actual;
            try {
                actual = operation.fast().apply(fast);
            } catch (WasmRuntimeException e) {
                actual = null;
            }
            assertThat(actual).as(operation.name()).isEqualTo(expected);
            assertThat(fast.pages()).isEqualTo(slow.bytes.length / PAGE);
        }
        assertThat(fast.readBytes(0, slow.bytes.length)).isEqualTo(slow.bytes);
        PagedBytes image = fast.capture();
        assertThat(image.toBytes()).isEqualTo(slow.bytes);
        FlatMemory restored = memory(image);
        assertThat(restored.pages()).isEqualTo(fast.pages());
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
}
