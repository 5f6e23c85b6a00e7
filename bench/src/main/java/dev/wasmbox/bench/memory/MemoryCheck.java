package dev.wasmbox.bench.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.MemoryLimits;

/**
 * Does a hundred thousand things at random to a memory and to a plain array, and compares them and all images taken on
 * the way. In a process of its own: it teaches HotSpot what no guest does.
 */
final class MemoryCheck {

    private static final int STEPS = 100_000;
    private static final int STEPS_PER_IMAGE = 500;
    private static final int MAXIMUM_PAGES = 8;

    private final Random random = new Random(1);
    private final MeasuredMemory memory;
    private byte[] expected = new byte[2 * Memory.PAGE_SIZE];

    MemoryCheck(Design design) {
        memory = (MeasuredMemory) design.newMemory(new MemoryLimits(2, MAXIMUM_PAGES));
    }

    private record Taken(Image image, byte[] bytes) {}

    void run() {
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            step();
            if (i % STEPS_PER_IMAGE == 0) {
                taken.add(new Taken(memory.capture(), expected.clone()));
                if (expected.length < MAXIMUM_PAGES * Memory.PAGE_SIZE && random.nextInt(20) == 0) {
                    memory.grow(1);
                    expected = Arrays.copyOf(expected, expected.length + Memory.PAGE_SIZE);
                }
            }
        }
        taken.add(new Taken(memory.capture(), memory.readBytes(0, memory.size())));
        for (Taken one : taken) {
            expect(Arrays.equals(one.image.toBytes(), one.bytes), "an image");
        }
        for (int length = 1; length <= Long.BYTES; length *= 2) {
            expectTrap(expected.length - length + 1, length);
            expectTrap(-1, length);
        }
    }

    private void step() {
        // Half of all accesses are near the end of a page.
        int address = random.nextInt(expected.length - Long.BYTES);
        if (random.nextBoolean()) {
            address = Math.clamp((address & -Image.PAGE) - random.nextInt(Long.BYTES), 0, expected.length - Long.BYTES);
        }
        long value = random.nextLong();
        ByteBuffer plain = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
        int length = random.nextInt(Math.min(3 * Image.PAGE, expected.length - address));
        switch (random.nextInt(8)) {
            case 0 -> {
                memory.writeByte(address, (byte) value);
                plain.put(address, (byte) value);
            }
            case 1 -> {
                memory.writeShort(address, (short) value);
                plain.putShort(address, (short) value);
            }
            case 2 -> {
                memory.writeI32(address, (int) value);
                plain.putInt(address, (int) value);
            }
            case 3 -> {
                memory.writeLong(address, value);
                plain.putLong(address, value);
            }
            case 4 -> {
                byte[] data = new byte[length];
                random.nextBytes(data);
                memory.write(address, data);
                plain.put(address, data);
            }
            case 5 -> {
                memory.fill((byte) value, address, address + length);
                Arrays.fill(expected, address, address + length, (byte) value);
            }
            case 6 -> {
                int to = random.nextInt(expected.length - length);
                memory.copy(to, address, length);
                System.arraycopy(expected, address, expected, to, length);
            }
            default -> {
                expect(memory.read(address) == plain.get(address), "a byte");
                expect(memory.readShort(address) == plain.getShort(address), "a short");
                expect(memory.readInt(address) == plain.getInt(address), "an int");
                expect(memory.readLong(address) == plain.getLong(address), "a long");
                expect(
                        Arrays.equals(
                                memory.readBytes(address, length),
                                Arrays.copyOfRange(expected, address, address + length)),
                        "a range");
            }
        }
    }

    private void expectTrap(int address, int length) {
        for (Runnable access : List.<Runnable>of(() -> read(address, length), () -> write(address, length))) {
            try {
                access.run();
            } catch (WasmRuntimeException e) {
                continue;
            }
            expect(false, "an access out of bounds");
        }
    }

    private void read(int address, int length) {
        switch (length) {
            case 1 -> memory.read(address);
            case 2 -> memory.readShort(address);
            case 4 -> memory.readInt(address);
            default -> memory.readLong(address);
        }
    }

    private void write(int address, int length) {
        switch (length) {
            case 1 -> memory.writeByte(address, (byte) 1);
            case 2 -> memory.writeShort(address, (short) 1);
            case 4 -> memory.writeI32(address, 1);
            default -> memory.writeLong(address, 1);
        }
    }

    private void expect(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException(what + " of " + memory.getClass().getSimpleName() + " is wrong");
        }
    }
}
