package dev.wasmbox.internal.codec;

import java.lang.invoke.MethodHandle;
import java.util.List;

/** The components of a record, one after the other. */
final class RecordFormat extends Format {

    /**
     * A component.
     *
     * @param accessor takes the record as an Object and returns the component as one
     */
    record Component(String name, MethodHandle accessor, Format format) {}

    /** Takes the components as an {@code Object[]} and returns the record as an Object. */
    private final MethodHandle constructor;

    private final Component[] components;

    RecordFormat(MethodHandle constructor, List<Component> components) {
        this.constructor = constructor;
        this.components = components.toArray(Component[]::new);
    }

    @Override
    Object read(ByteReader in) {
        Object[] values = new Object[components.length];
        int index = 0;
        try {
            for (; index < values.length; index++) {
                values[index] = components[index].format.read(in);
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + components[index].name);
        }
        return construct(values);
    }

    private Object construct(Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Error error) {
            throw error;
        } catch (Throwable refusal) {
            throw new Mismatch("expected what the record's constructor takes, found otherwise: " + refusal, refusal);
        }
    }

    @Override
    void write(ByteWriter out, Object value) {
        int index = 0;
        try {
            for (; index < components.length; index++) {
                Component component = components[index];
                component.format.write(out, Mismatch.present(get(component, value)));
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + components[index].name);
        }
    }

    private static Object get(Component component, Object value) {
        try {
            return (Object) component.accessor.invokeExact(value);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new Mismatch("failed with " + failure, failure);
        }
    }

    @Override
    long computeLeastBytes() {
        long sum = 0;
        for (Component component : components) {
            sum = sum(sum, component.format.leastBytes());
        }
        return sum;
    }
}
