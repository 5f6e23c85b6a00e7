package dev.wasmbox.internal.codec;

import java.lang.reflect.Array;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Elements of one type in a row, with their count in front: lists, sets and arrays. */
final class SequenceFormat extends Format {

    /** A count is believed only so far; the rest of the room is made as elements really come. */
    static final int MOST_ROOM_AHEAD = 256;

    private final Class<?> type;
    private final Format element;

    SequenceFormat(Class<?> type, Format element) {
        this.type = type;
        this.element = element;
    }

    @Override
    Object read(ByteReader in) {
        int count = in.readCount(element.leastBytes());
        int room = Math.min(count, MOST_ROOM_AHEAD);
        if (type == Set.class) {
            return Collections.unmodifiableSet(readInto(new LinkedHashSet<>(), in, count));
        }
        List<Object> list = readInto(new ArrayList<>(room), in, count);
        return type == List.class ? Collections.unmodifiableList(list) : toArray(list);
    }

    private <C extends Collection<Object>> C readInto(C elements, ByteReader in, int count) {
        int index = 0;
        try {
            for (; index < count; index++) {
                if (!elements.add(element.read(in))) {
                    throw new Mismatch("expected every element of a set once, found this one again");
                }
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]");
        }
        return elements;
    }

    private Object toArray(List<Object> list) {
        Object array = Array.newInstance(type.getComponentType(), list.size());
        int index = 0;
        for (Object each : list) {
            Array.set(array, index++, each);
        }
        return array;
    }

    @Override
    void write(ByteWriter out, Object value) {
        Collection<?> elements = value instanceof Collection<?> collection ? collection : asList(value);
        int count = elements.size();
        out.writeLong(count);
        int index = 0;
        try {
            for (Object each : elements) {
                element.write(out, Mismatch.present(each));
                index++;
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]");
        }
        if (index != count) {
            throw new Mismatch("expected %d elements, as size() has it, found %d".formatted(count, index));
        }
    }

    private static List<Object> asList(Object array) {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return Array.get(array, index);
            }

            @Override
            public int size() {
                return Array.getLength(array);
            }
        };
    }

    @Override
    long computeLeastBytes() {
        return Long.BYTES;
    }
}
