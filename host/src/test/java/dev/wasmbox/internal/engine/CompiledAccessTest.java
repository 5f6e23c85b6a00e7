package dev.wasmbox.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.internal.state.PagedBytes;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.MemoryLimits;

/**
 * Every access of compiled code, at every address that is easily got wrong, against arithmetic in 64 bits.
 */
class CompiledAccessTest {

    private static final int PAGE = 65_536;
    private static final int MAXIMUM_PAGES = 4;

    /** A load, its store, and how they are called. */
    private record Width(String name, Class<?> type, int bytes) {

        MethodHandle load(Class<?> access) throws ReflectiveOperationException {
            return MethodHandles.publicLookup()
                    .findStatic(
                            access,
                            "memoryRead" + name,
                            MethodType.methodType(type, int.class, int.class, Memory.class));
        }

        MethodHandle store(Class<?> access) throws ReflectiveOperationException {
            return MethodHandles.publicLookup()
                    .findStatic(
                            access,
                            "memoryWrite" + name,
                            MethodType.methodType(void.class, int.class, type, int.class, Memory.class));
        }

        /** The value that a store of this width takes, and a load of it gives. */
        Object value(long bits) {
            return switch (name) {
                case "Byte" -> (byte) bits;
                case "Short" -> (short) bits;
                case "Int" -> (int) bits;
                case "Long" -> bits;
                // Not the bits of a NaN, which a float may change on its way.
                case "Float" -> Float.intBitsToFloat((int) bits & 0xBFFF_FFFF);
                default -> Double.longBitsToDouble(bits & 0xBFFF_FFFF_FFFF_FFFFL);
            };
        }

        long bits(Object value) {
            return switch (value) {
                case Float number -> Float.floatToRawIntBits(number);
                case Double number -> Double.doubleToRawLongBits(number);
                default -> ((Number) value).longValue();
            };
        }
    }

    private static final List<Width> WIDTHS = List.of(
            new Width("Byte", byte.class, 1),
            new Width("Short", short.class, 2),
            new Width("Int", int.class, 4),
            new Width("Long", long.class, 8),
            new Width("Float", float.class, 4),
            new Width("Double", double.class, 8));

    private final Random random = new Random(4);

    private FlatMemory memory() {
        return new FlatMemory(new MemoryLimits(1, MAXIMUM_PAGES), MAXIMUM_PAGES, null, new HostCalls(List.of()));
    }

    private int number(FlatMemory memory) {
        int near = random.nextInt(20) - 10;
        return switch (random.nextInt(7)) {
            case 0 -> near;
            case 1 -> memory.sizeBytes() + near;
            case 2 -> memory.bytes.length + near;
            case 3 -> Integer.MAX_VALUE - random.nextInt(10);
            case 4 -> Integer.MIN_VALUE + random.nextInt(10);
            case 5 -> 4096 * random.nextInt(1 + memory.sizeBytes() / 4096) + near;
            default -> random.nextInt(memory.sizeBytes());
        };
    }

    /** An offset that compiled code can have: the others are traps already, see ModulePreparation. */
    private int offset(FlatMemory memory) {
        return random.nextBoolean() ? random.nextInt(20) : Math.max(0, number(memory));
    }

    private static boolean fails(MethodHandle access, Object... arguments) throws Throwable {
        try {
            access.invokeWithArguments(arguments);
            return false;
        } catch (WasmRuntimeException e) {
            return true;
        }
    }

    @Test
    void accessesAreThoseOfTheSpecification() throws Throwable {
        FlatMemory memory = memory();
        byte[] expected = new byte[PAGE];
        PagedBytes before = memory.capture();
        byte[] expectedBefore = expected.clone();
        for (int step = 0; step < 15_000; step++) {
            Width width = WIDTHS.get(random.nextInt(WIDTHS.size()));
            int base = number(memory);
            int offset = offset(memory);
            long address = Integer.toUnsignedLong(base) + offset;
            boolean within = address + width.bytes() <= expected.length;
            Object value = width.value(random.nextLong());
            MethodHandle store = width.store(CompiledAccess.class);
            MethodHandle load = width.load(CompiledAccess.class);
            if (!within) {
                assertThat(fails(load, base, offset, memory)).isTrue();
                assertThat(fails(store, base, value, offset, memory)).isTrue();
            } else if (random.nextBoolean()) {
                store.invokeWithArguments(base, value, offset, memory);
                long bits = width.bits(value);
                for (int i = 0; i < width.bytes(); i++) {
                    expected[(int) address + i] = (byte) (bits >>> (8 * i));
                }
            } else {
                long bits = width.bits(load.invokeWithArguments(base, offset, memory));
                for (int i = 0; i < width.bytes(); i++) {
                    assertThat((byte) (bits >>> (8 * i))).isEqualTo(expected[(int) address + i]);
                }
            }
            switch (random.nextInt(2000)) {
                case 0 -> {
                    if (memory.grow(1) >= 0) {
                        expected = Arrays.copyOf(expected, expected.length + PAGE);
                    }
                }
                case 1, 2, 3, 4, 5, 6 -> {
                    before = memory.capture();
                    expectedBefore = expected.clone();
                    assertThat(before.toBytes()).isEqualTo(expected);
                }
                case 7, 8 -> {
                    memory.set(before, memory.roomFor(before));
                    expected = expectedBefore.clone();
                }
                default -> {}
            }
        }
        assertThat(memory.readBytes(0, memory.sizeBytes())).isEqualTo(expected);
        assertThat(memory.capture().toBytes()).isEqualTo(expected);
    }
}
