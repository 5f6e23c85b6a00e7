package dev.wasmbox.internal.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8 without garbage. The JDK's quick ways replace what is malformed instead of refusing it, and its strict
 * way needs a buffer. Reading takes the quick way and looks closer only if the result holds a replacement character;
 * writing measures first, which finds lone surrogates, and then has the array's size as well.
 */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** How many bytes the text takes. */
    static long length(String text) {
        int chars = text.length();
        int bits = 0;
        for (int index = 0; index < chars; index++) {
            bits |= text.charAt(index);
        }
        return bits < 0x80 ? chars : lengthBeyondAscii(text);
    }

    private static long lengthBeyondAscii(String text) {
        int chars = text.length();
        long bytes = chars;
        for (int index = 0; index < chars; index++) {
            char unit = text.charAt(index);
            if (unit < 0x80) {
                continue;
            }
            if (unit < 0x800) {
                bytes += 1;
            } else if (!Character.isSurrogate(unit)) {
                bytes += 2;
            } else if (Character.isHighSurrogate(unit)
                    && index + 1 < chars
                    && Character.isLowSurrogate(text.charAt(index + 1))) {
                bytes += 2;
                index++;
            } else {
                throw new Mismatch("expected text, found half a surrogate pair (\\u%04x) at char %d of %d"
                        .formatted((int) unit, index, chars));
            }
        }
        return bytes;
    }

    /** Writes a text whose length is {@code length(text)}; there must be room for it. */
    @SuppressWarnings(
            "deprecation") // getBytes(int, int, byte[], int) is exactly right for ASCII, and the only copy into place
    static void write(String text, long length, byte[] bytes, int start) {
        int chars = text.length();
        if (length == chars) {
            text.getBytes(0, chars, bytes, start);
            return;
        }
        int position = start;
        for (int index = 0; index < chars; index++) {
            int scalar = text.charAt(index);
            if (Character.isHighSurrogate((char) scalar)) {
                index++;
                scalar = Character.toCodePoint((char) scalar, text.charAt(index));
            }
            position = writeScalar(scalar, bytes, position);
        }
    }

    /** Writes one Unicode scalar value, and says where the next begins. */
    static int writeScalar(int scalar, byte[] bytes, int start) {
        int position = start;
        if (scalar < 0x80) {
            bytes[position++] = (byte) scalar;
        } else if (scalar < 0x800) {
            bytes[position++] = (byte) (0xC0 | (scalar >> 6));
            bytes[position++] = (byte) (0x80 | (scalar & 0x3F));
        } else if (scalar < 0x10000) {
            bytes[position++] = (byte) (0xE0 | (scalar >> 12));
            bytes[position++] = (byte) (0x80 | ((scalar >> 6) & 0x3F));
            bytes[position++] = (byte) (0x80 | (scalar & 0x3F));
        } else {
            bytes[position++] = (byte) (0xF0 | (scalar >> 18));
            bytes[position++] = (byte) (0x80 | ((scalar >> 12) & 0x3F));
            bytes[position++] = (byte) (0x80 | ((scalar >> 6) & 0x3F));
            bytes[position++] = (byte) (0x80 | (scalar & 0x3F));
        }
        return position;
    }

    static String read(byte[] bytes, int start, int length) {
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            refuseMalformed(bytes, start, length);
        }
        return text;
    }

    private static void refuseMalformed(byte[] bytes, int start, int length) {
        ByteBuffer rest = ByteBuffer.wrap(bytes, start, length);
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(rest);
        } catch (CharacterCodingException malformed) {
            throw new Mismatch(
                    "expected UTF-8, found something else at byte %d of the %d of the text"
                            .formatted(rest.position() - start, length),
                    malformed);
        }
    }
}
