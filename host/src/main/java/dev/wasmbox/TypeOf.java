package dev.wasmbox;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;

/**
 * A whole type with its arguments and annotations, which a {@code Class} cannot hold. Made as an anonymous subclass:
 *
 * {@snippet :
 * Codec<List<Command>> codec = Codecs.bincode(new TypeOf<List<Command>>() {});
 * }
 *
 * @param <T> the type
 */
public abstract class TypeOf<T> {

    private final AnnotatedType annotatedType;

    /**
     * Reads the type argument of the subclass.
     *
     * @throws IllegalArgumentException if this is not made as {@code new TypeOf<List<String>>() {}}
     */
    protected TypeOf() {
        if (getClass().getSuperclass() != TypeOf.class
                || !(getClass().getAnnotatedSuperclass() instanceof AnnotatedParameterizedType superclass)) {
            throw new IllegalArgumentException(
                    "A TypeOf is made directly and with its type, as in: new TypeOf<List<String>>() {}");
        }
        annotatedType = superclass.getAnnotatedActualTypeArguments()[0];
    }

    /**
     * The type, with the annotations that stand in it.
     *
     * @return the type
     */
    public final AnnotatedType annotatedType() {
        return annotatedType;
    }

    /**
     * The type as its source would have it.
     *
     * @return such as {@code java.util.List<java.lang.String>}
     */
    @Override
    public final String toString() {
        return annotatedType.getType().getTypeName();
    }
}
