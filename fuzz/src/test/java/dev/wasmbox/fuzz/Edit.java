package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Arrays;

/** What may be done to a file at one place. */
enum Edit {
    SET,
    INSERT,
    DELETE,
    COPY;

    private static final int MOST_BYTES = 64;

    /** {@return the file after an edit that the data say} */
    static byte[] one(byte[] file, FuzzedDataProvider data) {
        int at = data.consumeInt(0, file.length);
        return switch (data.pickValue(values())) {
            case SET -> overwritten(file, at, data.consumeBytes(data.consumeInt(1, 8)));
            case INSERT -> spliced(file, at, at, data.consumeBytes(data.consumeInt(1, MOST_BYTES)));
            case DELETE -> spliced(file, at, Math.min(file.length, at + data.consumeInt(1, MOST_BYTES)), new byte[0]);
            case COPY -> {
                int from = data.consumeInt(0, file.length);
                int end = Math.min(file.length, from + data.consumeInt(1, MOST_BYTES));
                yield spliced(file, at, at, Arrays.copyOfRange(file, from, end));
            }
        };
    }

    private static byte[] overwritten(byte[] file, int at, byte[] bytes) {
        return spliced(file, at, Math.min(file.length, at + bytes.length), bytes);
    }

    private static byte[] spliced(byte[] file, int from, int to, byte[] bytes) {
        byte[] edited = new byte[from + bytes.length + file.length - to];
        System.arraycopy(file, 0, edited, 0, from);
        System.arraycopy(bytes, 0, edited, from, bytes.length);
        System.arraycopy(file, to, edited, from + bytes.length, file.length - to);
        return edited;
    }
}
