package dev.wasmbox.internal.codec;

import dev.wasmbox.Rust;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Java type with nothing open in it: type variables are replaced by what they stand for, wildcards by their bounds. A
 * value, so that a type which comes back within itself is recognised.
 *
 * @param type the class
 * @param rust what {@link Rust} says, or nothing
 * @param arguments the type arguments, or the element of an array
 */
record Shape(Class<?> type, String rust, List<Shape> arguments) {

    /** Deeper type arguments are those of a generic type that contains itself with ever larger ones. */
    private static final int DEEPEST_ARGUMENTS = 16;

    Shape {
        arguments = List.copyOf(arguments);
    }

    /** The shape of a class that stands by itself. */
    static Shape of(Class<?> type, String path) {
        if (type.isArray()) {
            return new Shape(type, "", List.of(of(type.getComponentType(), path)));
        }
        if (type.getTypeParameters().length > 0) {
            throw new IllegalArgumentException(
                    "%s: found %s without its type arguments; write them, as in Codecs.bincode(new TypeOf<%s<...>>() {})"
                            .formatted(path, type.getSimpleName(), type.getSimpleName()));
        }
        return new Shape(type, "", List.of());
    }

    /**
     * The shape of a type as it is written somewhere.
     *
     * @param variables what the type variables stand for there
     * @param path that place
     */
    static Shape of(AnnotatedType annotated, Map<TypeVariable<?>, Shape> variables, String path) {
        Rust rust = annotated.getAnnotation(Rust.class);
        Shape shape = withoutAnnotation(annotated, variables, path);
        if (shape.depth() > DEEPEST_ARGUMENTS) {
            throw new IllegalArgumentException(
                    "%s: found type arguments nested deeper than %d; does a type contain itself with ever larger arguments?"
                            .formatted(path, DEEPEST_ARGUMENTS));
        }
        return rust == null ? shape : new Shape(shape.type, rust.value(), shape.arguments);
    }

    private static Shape withoutAnnotation(
            AnnotatedType annotated, Map<TypeVariable<?>, Shape> variables, String path) {
        return switch (annotated) {
            case AnnotatedArrayType array -> {
                Shape element = of(array.getAnnotatedGenericComponentType(), variables, path);
                yield new Shape(element.type.arrayType(), "", List.of(element));
            }
            case AnnotatedParameterizedType parameterized -> {
                List<Shape> arguments = new ArrayList<>();
                for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
                    arguments.add(of(argument, variables, path));
                }
                Class<?> type = (Class<?>) ((ParameterizedType) parameterized.getType()).getRawType();
                yield new Shape(type, "", arguments);
            }
            case AnnotatedWildcardType wildcard
            when wildcard.getAnnotatedLowerBounds().length == 0
                    && wildcard.getAnnotatedUpperBounds()[0].getType() != Object.class ->
                of(wildcard.getAnnotatedUpperBounds()[0], variables, path);
            default ->
                switch (annotated.getType()) {
                    case Class<?> type -> of(type, path);
                    case TypeVariable<?> variable when variables.containsKey(variable) -> variables.get(variable);
                    default ->
                        throw new IllegalArgumentException(
                                "%s: found %s, which stands for any type; write the one that is meant"
                                        .formatted(path, annotated.getType().getTypeName()));
                };
        };
    }

    /** What the type variables of this class stand for. */
    Map<TypeVariable<?>, Shape> variables() {
        Map<TypeVariable<?>, Shape> variables = new HashMap<>();
        if (!type.isArray()) {
            TypeVariable<?>[] parameters = type.getTypeParameters();
            for (int index = 0; index < parameters.length; index++) {
                variables.put(parameters[index], arguments.get(index));
            }
        }
        return variables;
    }

    private int depth() {
        int deepest = 0;
        for (Shape argument : arguments) {
            deepest = Math.max(deepest, argument.depth());
        }
        return deepest + 1;
    }

    /** As its source would have it, with simple names. */
    @Override
    public String toString() {
        String written = rust.isEmpty() ? "" : "@Rust(\"" + rust + "\") ";
        if (type.isArray()) {
            return written + arguments.getFirst() + "[]";
        }
        return arguments.isEmpty()
                ? written + type.getSimpleName()
                : written
                        + type.getSimpleName()
                        + arguments.stream().map(Shape::toString).collect(Collectors.joining(", ", "<", ">"));
    }
}
