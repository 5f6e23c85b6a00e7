package dev.wasmbox.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A snapshot's file of version 2 taken apart, to be put together again as something that no writer writes. */
final class ForgedSnapshot {

    /** A section that can be changed. */
    static final class Part {
        String kind;
        int flags;
        long length;
        byte[] contents;

        Part(String kind, int flags, byte[] contents) {
            this.kind = kind;
            this.flags = flags;
            this.contents = contents;
            this.length = -1;
        }

        Part putInt(int at, int value) {
            buffer(contents).putInt(at, value);
            return this;
        }

        Part putLong(int at, long value) {
            buffer(contents).putLong(at, value);
            return this;
        }

        int getInt(int at) {
            return buffer(contents).getInt(at);
        }

        /** Replaces the end of the contents. */
        Part rest(int from, byte[] end) {
            byte[] changed = Arrays.copyOf(contents, from + end.length);
            System.arraycopy(end, 0, changed, from, end.length);
            contents = changed;
            return this;
        }

        /** Says another length than it has. */
        void announce(long announced) {
            length = announced;
        }

        Part copy() {
            return new Part(kind, flags, contents.clone());
        }
    }

    final List<Part> parts = new ArrayList<>();
    private int version = 2;
    private int countedMore;
    private byte[] trailer = {};

    static ForgedSnapshot of(byte[] file) {
        ForgedSnapshot forged = new ForgedSnapshot();
        PlainSnapshot.sections(file)
                .forEach(section -> forged.parts.add(new Part(section.kind(), section.flags(), section.contents())));
        return forged;
    }

    static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Part part(String kind) {
        return parts.get(indexOf(kind));
    }

    int indexOf(String kind) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).kind.equals(kind)) {
                return i;
            }
        }
        throw new AssertionError("no section " + kind);
    }

    void version(int number) {
        version = number;
    }

    /** Says that there are more sections than there are. */
    void countMore(int sections) {
        countedMore = sections;
    }

    /** Bytes after the last section. */
    void append(byte[] bytes) {
        trailer = bytes;
    }

    /** Sets the stored pages' contents, not compressed. */
    void blocks(byte[]... blocks) {
        byte[] stored = new byte[4 + (blocks.length + 255) / 256 * 4 + blocks.length * 4096];
        ByteBuffer out = buffer(stored);
        out.putInt(blocks.length);
        for (int i = 0; i < blocks.length; i++) {
            if (i % 256 == 0) {
                out.putInt(Math.min(256, blocks.length - i) * 4096);
            }
            out.put(blocks[i]);
        }
        part("BLOK").contents = stored;
    }

    /** The file, with the right checksum. */
    byte[] bytes() {
        int size = 16 + trailer.length + 32;
        for (Part part : parts) {
            size += 16 + part.contents.length;
        }
        byte[] file = new byte[size];
        ByteBuffer out = buffer(file);
        out.put("WASMBOX\u001a".getBytes(StandardCharsets.US_ASCII));
        out.putInt(version).putInt(parts.size() + countedMore);
        for (Part part : parts) {
            out.put(part.kind.getBytes(StandardCharsets.ISO_8859_1)).putInt(part.flags);
            out.putLong(part.length == -1 ? part.contents.length : part.length).put(part.contents);
        }
        out.put(trailer);
        return PlainSnapshot.sealed(file);
    }

    /** The file, with the right checksum and, if it can be read that far, the right state digest. */
    byte[] bytesOfItsState(PlainSnapshot.Parents parents) {
        try {
            byte[] digest = PlainSnapshot.unchecked(bytes(), parents).digest();
            System.arraycopy(digest, 0, part("IDEN").contents, 0, digest.length);
        } catch (RuntimeException e) {
            // It is too far from anything that has a digest.
        }
        return bytes();
    }
}
