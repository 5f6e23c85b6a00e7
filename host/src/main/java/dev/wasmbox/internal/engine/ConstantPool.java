package dev.wasmbox.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Makes a class call other methods than it did, by changing its constant pool only: no instruction is looked at. The
 * format is that of the Java Virtual Machine Specification, section 4.4.
 */
final class ConstantPool {

    private static final int HEADER_BYTES = 10;
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;

    private final ByteBuffer file;
    private final int[] offsets;
    private int end;

    private ConstantPool(byte[] classFile) {
        file = ByteBuffer.wrap(classFile.clone());
        offsets = new int[file.getShort(HEADER_BYTES - 2) & 0xFFFF];
        int offset = HEADER_BYTES;
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offset;
            int tag = file.get(offset);
            offset += switch (tag) {
                case UTF8 -> 3 + (file.getShort(offset + 1) & 0xFFFF);
                case 3, 4, 9, METHOD, 11, 12, 17, 18 -> 5;
                case 5, 6 -> 9;
                case CLASS, 8, 16, 19, 20 -> 3;
                case 15 -> 4;
                default -> throw new IllegalArgumentException("constant " + i + " has the unknown tag " + tag);
            };
            if (tag == 5 || tag == 6) {
                i++; // longs and doubles take two places
            }
        }
        end = offset;
    }

    /**
     * A class that calls some methods in another class than it did.
     *
     * @param classFile the class
     * @param from the internal name of the class whose methods are not to be called any more
     * @param methods those methods, each as its name and its descriptor
     * @param to the internal name of the class that has methods of the same names and descriptors
     * @return the other class
     */
    static byte[] redirect(byte[] classFile, String from, Set<String> methods, String to) {
        ConstantPool pool = new ConstantPool(classFile);
        int added = pool.offsets.length + 1;
        boolean changed = false;
        for (int i = 1; i < pool.offsets.length; i++) {
            int offset = pool.offsets[i];
            if (offset != 0 && pool.file.get(offset) == METHOD && pool.isOneOf(offset, from, methods)) {
                pool.file.putShort(offset + 1, (short) added);
                changed = true;
            }
        }
        return changed ? pool.withClass(to) : classFile;
    }

    private boolean isOneOf(int method, String owner, Set<String> methods) {
        int nameAndType = offsets[index(method + 3)];
        return text(index(offsets[index(method + 1)] + 1)).equals(owner)
                && methods.contains(text(index(nameAndType + 1)) + text(index(nameAndType + 3)));
    }

    private int index(int offset) {
        return file.getShort(offset) & 0xFFFF;
    }

    private String text(int constant) {
        int offset = offsets[constant];
        return new String(file.array(), offset + 3, index(offset + 1), StandardCharsets.UTF_8);
    }

    /** The class with two more constants: a name, and the class of that name. */
    private byte[] withClass(String name) {
        if (offsets.length + 2 > 0xFFFF) {
            throw new IllegalArgumentException("the class has no room for another constant");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(file.capacity() + name.length() + 6);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(file.array(), 0, HEADER_BYTES - 2);
            out.writeShort(offsets.length + 2);
            out.write(file.array(), HEADER_BYTES, end - HEADER_BYTES);
            out.writeByte(UTF8);
            out.writeUTF(name);
            out.writeByte(CLASS);
            out.writeShort(offsets.length);
            out.write(file.array(), end, file.capacity() - end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
