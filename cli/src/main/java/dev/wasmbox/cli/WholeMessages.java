package dev.wasmbox.cli;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines put together until they are whole messages. At the end of the input, that is what there is.
 *
 * @param lines the lines
 * @param current the box that the next message is for, which knows
 */
record WholeMessages(LineSource lines, Supplier<SessionBox> current) implements LineSource {

    @Override
    public @Nullable String next(BoxNames boxes) throws IOException {
        String message = lines.next(boxes);
        SessionBox box = current.get();
        while (message != null && box.isMessage(message) && !box.isWhole(message)) {
            String line = lines.next(boxes);
            if (line == null) {
                break;
            }
            message = message + "\n" + line;
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
