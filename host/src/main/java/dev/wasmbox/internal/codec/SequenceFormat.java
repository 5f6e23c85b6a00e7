package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import java.lang.reflect.Array;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Elements of one type in a row: lists, sets and arrays. Their count is in front, unless it is part of the type. */
final class SequenceFormat extends Format {

    /** A count is believed only so far; the rest of the room is made as elements really come. */
    static final int MOST_ROOM_AHEAD = 256;

    private static final int COUNTED = -1;

    private final Class<?> type;
    private final Format element;

    /** How many elements there always are, or {@link #COUNTED}. */
    private final int length;

    SequenceFormat(Class<?> type, Format element) {
        this(type, element, COUNTED);
    }

    /** Of so many elements, with no count in front. */
    SequenceFormat(Class<?> type, Format element, int length) {
        this.type = type;
        this.element = element;
        this.length = length;
    }

    @Override
    Object read(ByteReader in) {
        int count = length == COUNTED ? in.readCount(element.leastBytes()) : length;
        if (length != COUNTED && element.leastBytes() == 0) {
            in.countElementsWithoutBytes(count);
        }
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
        if (length == COUNTED) {
            out.writeLong(count);
        } else if (count != length) {
            throw new Mismatch("expected %d elements, found %d".formatted(length, count));
        }
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
    SchemaType describe(Description description) {
        SchemaType each = isPlainBytes() ? SchemaType.Scalar.U8 : element.describe(description);
        if (length != COUNTED) {
            return new SchemaType.FixedArray(each, length);
        }
        return type == Set.class ? new SchemaType.Unique(each) : new SchemaType.Sequence(each);
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType inner = guestElement(adaptation.unwrapped(guest));
        if (isPlainBytes() && adaptation.unwrapped(inner) == SchemaType.Scalar.U8) {
            inner = SchemaType.Scalar.I8; // to Java, bytes have no sign that anyone means
        }
        try {
            return new SequenceFormat(type, adaptation.adapt(element, inner), length);
        } catch (Difference difference) {
            throw difference.within("[]");
        }
    }

    private boolean isPlainBytes() {
        return type == byte[].class && element instanceof ScalarFormat;
    }

    private SchemaType guestElement(SchemaType guest) {
        if (length == COUNTED && type != Set.class) {
            return elementIn(guest, this);
        }
        return switch (guest) {
            case SchemaType.Unique(SchemaType each) when length == COUNTED -> each;
            case SchemaType.FixedArray(SchemaType each, int fixed) when length == fixed -> each;
            default -> throw Adaptation.difference(guest, this);
        };
    }

    /** The element of what a list can hold: also a set, whose elements come one after the other just so. */
    static SchemaType elementIn(SchemaType guest, Format host) {
        return switch (guest) {
            case SchemaType.Sequence(SchemaType each) -> each;
            case SchemaType.Unique(SchemaType each) -> each;
            default -> throw Adaptation.difference(guest, host);
        };
    }

    @Override
    String javaName() {
        String name = type.isArray()
                ? element.javaName() + "[]"
                : "%s<%s>".formatted(type.getSimpleName(), element.javaName());
        return length == COUNTED ? name : "@Rust(\"[%d]\") %s".formatted(length, name);
    }

    @Override
    public long computeLeastBytes() {
        return length == COUNTED ? Long.BYTES : product(element.leastBytes(), length);
    }
}
