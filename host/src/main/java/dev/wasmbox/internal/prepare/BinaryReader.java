package dev.wasmbox.internal.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.InvalidModuleException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/**
 * Reads a range of a module that nobody has looked at yet. Whatever is wrong with it becomes an
 * {@link InvalidModuleException} that names the place; no count is believed that the bytes left could not fill.
 */
public final class BinaryReader {

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;
    private final int limit;
    private final String place;
    private int position;

    /** Reads {@code bytes} from {@code start} to before {@code limit}; {@code place} is what a person calls that. */
    public BinaryReader(byte[] bytes, int start, int limit, String place) {
        this.bytes = bytes;
        this.position = start;
        this.limit = limit;
        this.place = place;
    }

    /** {@return where the next byte is} */
    public int position() {
        return position;
    }

    /** {@return how many bytes are left} */
    public int remaining() {
        return limit - position;
    }

    /** {@return whether any bytes are left} */
    public boolean hasMore() {
        return position < limit;
    }

    /** {@return the next byte without reading it, or -1 at the end} */
    public int peek() {
        return position < limit ? bytes[position] & 0xFF : -1;
    }

    /** {@return the next byte} */
    public int u8(String what) {
        if (position >= limit) {
            throw malformed(position, what, "the end of " + place);
        }
        return bytes[position++] & 0xFF;
    }

    /** Reads a byte that can be only one of two. */
    public boolean flag(String what) {
        int start = position;
        int value = u8(what);
        if (value > 1) {
            throw malformed(start, what + " (0 or 1)", "0x" + HEX.toHexDigits((byte) value));
        }
        return value == 1;
    }

    /** {@return an unsigned number in LEB128, at most 32 bits and 5 bytes, as the int with the same bits} */
    public int u32(String what) {
        int start = position;
        int result = 0;
        for (int shift = 0; ; shift += 7) {
            int next = u8(what);
            if (shift == 28 && next > 0x0F) {
                throw malformed(start, what + " as a LEB128 number of 32 bits", "a longer number");
            }
            result |= (next & 0x7F) << shift;
            if (next < 0x80) {
                return result;
            }
        }
    }

    /** {@return a signed number in LEB128 of at most so many bits; no multiple of seven, as none is in use} */
    long signed(int bits, String what) {
        int start = position;
        long result = 0;
        for (int shift = 0; ; shift += 7) {
            int next = u8(what);
            long digit = ((long) next << 57) >> 57;
            int bitsLeft = bits - shift;
            if (bitsLeft < 7) {
                long aboveSign = digit >> (bitsLeft - 1);
                if (next >= 0x80 || (aboveSign != 0 && aboveSign != -1)) {
                    throw malformed(start, what + " as a LEB128 number of " + bits + " bits", "a longer number");
                }
            }
            if (next < 0x80) {
                return result | (digit << shift);
            }
            result |= (next & 0x7FL) << shift;
        }
    }

    /** {@return how many things follow, each of which takes at least so many bytes} */
    public int count(int minimumSize, String what) {
        int start = position;
        int count = u32("the number of " + what);
        if (Integer.compareUnsigned(count, remaining() / minimumSize) > 0) {
            throw malformed(
                    start,
                    "no more " + what + " than fit into the " + remaining() + " bytes that are left of " + place,
                    Integer.toUnsignedString(count));
        }
        return count;
    }

    /** {@return an index below the bound} */
    int index(int bound, String what) {
        int start = position;
        int index = u32("the index of " + what);
        if (Integer.compareUnsigned(index, bound) >= 0) {
            throw malformed(
                    start, "the index of " + what + ", of which there are " + bound, Integer.toUnsignedString(index));
        }
        return index;
    }

    /** Passes over so many bytes. */
    public void skip(int length, String what) {
        if (length > remaining()) {
            throw malformed(position, what + " of " + length + " bytes", "only " + remaining() + " bytes");
        }
        position += length;
    }

    /** Passes over a length and as many bytes, and returns where they start; {@link #position()} is where they end. */
    public int skipBytes(String what) {
        int length = count(1, "bytes of " + what);
        int start = position;
        position += length;
        return start;
    }

    /** {@return a text, whose length comes first} */
    public String name(String what) {
        int start = skipBytes(what);
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, position - start))
                    .toString();
        } catch (CharacterCodingException _) {
            throw malformed(start, what + " in UTF-8", "other bytes");
        }
    }

    /** {@return a reader of the next bytes, whose number comes first; this one goes on after them} */
    public BinaryReader part(String partPlace) {
        int start = skipBytes(partPlace);
        return new BinaryReader(bytes, start, position, partPlace);
    }

    void expectEnd() {
        if (position != limit) {
            throw malformed(position, "the end of " + place, remaining() + " bytes more");
        }
    }

    InvalidModuleException malformed(int offset, String expected, String found) {
        return new InvalidModuleException("this module is damaged in %s at offset 0x%x: expected %s, found %s"
                .formatted(place, offset, expected, found));
    }

    /** {@return what to say of a module that is in order but needs what a box cannot give} */
    InvalidModuleException unsupported(String feature, String reason) {
        return new InvalidModuleException(
                "this module uses %s (in %s at offset 0x%x), which %s".formatted(feature, place, position, reason));
    }
}
