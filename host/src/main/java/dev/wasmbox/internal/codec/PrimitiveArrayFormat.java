package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.Objects;

/** An array of numbers, copied in one go. */
final class PrimitiveArrayFormat extends Format {

    private final Class<?> element;
    private final int elementBytes;

    private PrimitiveArrayFormat(Class<?> element, int elementBytes) {
        this.element = element;
        this.elementBytes = elementBytes;
    }

    static boolean takes(Class<?> element) {
        return element == short.class
                || element == int.class
                || element == long.class
                || element == float.class
                || element == double.class;
    }

    static PrimitiveArrayFormat of(Class<?> element) {
        int bytes = element == short.class ? 2 : element == int.class || element == float.class ? 4 : 8;
        return new PrimitiveArrayFormat(element, bytes);
    }

    @Override
    Object read(ByteReader in) {
        int count = in.readCount(elementBytes);
        ByteBuffer buffer = in.readBuffer(count * elementBytes);
        if (element == short.class) {
            short[] array = new short[count];
            buffer.asShortBuffer().get(array);
            return array;
        } else if (element == int.class) {
            int[] array = new int[count];
            buffer.asIntBuffer().get(array);
            return array;
        } else if (element == long.class) {
            long[] array = new long[count];
            buffer.asLongBuffer().get(array);
            return array;
        } else if (element == float.class) {
            float[] array = new float[count];
            buffer.asFloatBuffer().get(array);
            return array;
        }
        double[] array = new double[count];
        buffer.asDoubleBuffer().get(array);
        return array;
    }

    @Override
    void write(ByteWriter out, Object value) {
        switch (value) {
            case short[] array -> buffer(out, array.length).asShortBuffer().put(array);
            case int[] array -> buffer(out, array.length).asIntBuffer().put(array);
            case long[] array -> buffer(out, array.length).asLongBuffer().put(array);
            case float[] array -> buffer(out, array.length).asFloatBuffer().put(array);
            default -> {
                double[] array = (double[]) value;
                buffer(out, array.length).asDoubleBuffer().put(array);
            }
        }
    }

    private ByteBuffer buffer(ByteWriter out, int count) {
        out.writeLong(count);
        return out.writeBuffer((long) count * elementBytes);
    }

    @Override
    SchemaType describe(Description description) {
        return new SchemaType.Sequence(element().describe(description));
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        SchemaType inner = SequenceFormat.elementIn(adaptation.unwrapped(guest), this);
        try {
            adaptation.adapt(element(), inner);
            return this;
        } catch (Difference difference) {
            throw difference.within("[]");
        }
    }

    private Format element() {
        return Objects.requireNonNull(
                ScalarFormat.of(MethodType.methodType(element).wrap().returnType()));
    }

    @Override
    String javaName() {
        return element.getSimpleName() + "[]";
    }

    @Override
    public long computeLeastBytes() {
        return Long.BYTES;
    }
}
