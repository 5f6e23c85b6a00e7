package dev.wasmbox.internal.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a table held at one moment. Immutable. Kept in pages as a memory is: each element is a number of 32 bits, little
 * endian, that is zero for null and one more than the function's index otherwise.
 *
 * @param contents the elements
 */
public record TableImage(PagedBytes contents) {

    /** The size of an element, in bytes. */
    public static final int ELEMENT_BYTES = Integer.BYTES;

    /** The most elements of a table that a state can hold. */
    public static final int MAXIMUM_ELEMENTS = 10_000_000;

    /**
     * Takes a table's contents.
     *
     * @param references the elements: the function's index, or -1 for null
     * @param before the contents at an earlier moment, of any size, which may share pages with these
     * @return the contents
     */
    public static TableImage capture(int[] references, TableImage before) {
        ByteBuffer bytes =
                ByteBuffer.allocate(references.length * ELEMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int reference : references) {
            bytes.putInt(reference + 1);
        }
        PagedBytes captured = PagedBytes.capture(bytes.array(), bytes.capacity(), before.contents);
        return captured == before.contents ? before : new TableImage(captured);
    }

    /** {@return a table without elements} */
    public static TableImage empty() {
        return new TableImage(PagedBytes.zeros(0));
    }

    /** {@return how many elements it has} */
    public int size() {
        return contents.sizeBytes() / ELEMENT_BYTES;
    }

    /** {@return the elements in a new array: the function's index, or -1 for null} */
    public int[] references() {
        int[] references = new int[size()];
        ByteBuffer.wrap(contents.toBytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(references);
        for (int i = 0; i < references.length; i++) {
            references[i]--;
        }
        return references;
    }
}
