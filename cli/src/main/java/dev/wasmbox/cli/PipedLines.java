package dev.wasmbox.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines from a pipe or a file, in UTF-8. */
final class PipedLines implements LineSource {

    private final InputStream in;
    private final int maximumBytes;

    PipedLines(InputStream in, int maximumBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.maximumBytes = maximumBytes;
    }

    @Override
    public @Nullable String next(BoxNames boxes) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() < maximumBytes) {
                line.write(next);
            } else {
                tooLong = true;
            }
        }
        if (tooLong) {
            throw new BadLineException("this line is longer than " + maximumBytes + " bytes and was left out");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new BadLineException("this line is no text in UTF-8 and was left out");
        }
    }
}
