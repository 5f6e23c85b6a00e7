package dev.wasmbox.bench.boxes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One thing to measure.
 *
 * @param guest {@code counter}, {@code echo}, or {@code pages} of {@code bench/guests/pages.wat}
 * @param module the guest's module
 * @param operation the operation's name: see {@link Measurement}
 * @param memoryBytes the size of the guest's memory
 * @param pages how many pages of 4,096 bytes a message changes, for {@code pages}
 * @param messageBytes how long a message is, for {@code echo}
 * @param threads on how many threads at once
 */
@JsonNaming(SnakeCaseStrategy.class)
record Point(
        String guest, String module, String operation, long memoryBytes, int pages, int messageBytes, int threads) {

    private static final byte[] UP = "up".getBytes(UTF_8);

    /** {@return what a box is sent} */
    byte[] message() {
        return switch (guest) {
            case "counter" -> text(UP);
            case "echo" -> {
                byte[] characters = new byte[messageBytes];
                Arrays.fill(characters, (byte) 'x');
                yield text(characters);
            }
            case "pages" -> littleEndian(Integer.BYTES).putInt(pages).array();
            default -> throw new IllegalArgumentException("there is no guest " + guest);
        };
    }

    /** What the box has to answer to its message of a number, from 1. */
    byte[] answer(int number) {
        return switch (guest) {
            case "counter" -> text(("value=" + number).getBytes(UTF_8));
            case "echo" -> text(("Echo: " + "x".repeat(messageBytes)).getBytes(UTF_8));
            case "pages" -> littleEndian(Integer.BYTES).putInt(number).array();
            default -> throw new IllegalArgumentException("there is no guest " + guest);
        };
    }

    /** A string, as version 1 of the contract has it. */
    private static byte[] text(byte[] characters) {
        return littleEndian(Long.BYTES + characters.length)
                .putLong(characters.length)
                .put(characters)
                .array();
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
