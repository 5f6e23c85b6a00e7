package dev.wasmbox.testkit;

import dev.wasmbox.Rust;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Random values of any type that a codec can carry, extremes among them. */
final class RandomValues {

    private static final List<String> TEXTS = List.of("", "a", "größer", "\0", "🙂 two", "x".repeat(300));
    private static final int[] LETTERS = {0, 'a', 0xE4, 0xD7FF, 0xE000, 0x1F642, 0x10FFFF};

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    /** A value of a class without type parameters. */
    Object of(Class<?> type) {
        return of(type, "", List.of(), 4);
    }

    /** A type, with nothing open in it. */
    private record Known(Class<?> type, String rust, List<Known> arguments) {}

    private Object of(Known known, int depth) {
        return of(known.type, known.rust, known.arguments, depth);
    }

    private Object of(Class<?> type, String rust, List<Known> arguments, int depth) {
        if (type == List.class) {
            return list(arguments.getFirst(), rust, depth);
        } else if (type.isArray()) {
            List<Object> elements = list(arguments.getFirst(), rust, depth);
            Object array = Array.newInstance(type.getComponentType(), elements.size());
            for (int index = 0; index < elements.size(); index++) {
                Array.set(array, index, elements.get(index));
            }
            return array;
        } else if (type == Set.class) {
            return new LinkedHashSet<>(list(arguments.getFirst(), rust, depth));
        } else if (type == Map.class) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int count = count(depth); count > 0; count--) {
                map.put(of(arguments.getFirst(), depth - 1), of(arguments.getLast(), depth - 1));
            }
            return map;
        } else if (type == Optional.class) {
            return depth <= 0 || random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(of(arguments.getFirst(), depth - 1));
        } else if (type.isEnum()) {
            return any(type.getEnumConstants());
        } else if (type.isSealed()) {
            Class<?>[] variants = type.getPermittedSubclasses();
            // The first is one that ends.
            return of(depth <= 0 ? variants[0] : variants[random.nextInt(variants.length)], "", arguments, depth - 1);
        } else if (type.isRecord()) {
            return struct(type, arguments, depth);
        }
        return scalar(type, rust);
    }

    /** A variant of a sealed interface. */
    Object ofVariant(Class<?> variant) {
        return of(variant, "", List.of(), 4);
    }

    private int count(int depth) {
        return depth <= 0 ? 0 : random.nextInt(4);
    }

    private List<Object> list(Known element, String rust, int depth) {
        int count = rust.startsWith("[") ? Integer.parseInt(rust.substring(1, rust.length() - 1)) : count(depth);
        List<Object> list = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            list.add(of(element, depth - 1));
        }
        return list;
    }

    private Object struct(Class<?> type, List<Known> arguments, int depth) {
        Map<TypeVariable<?>, Known> variables = new HashMap<>();
        for (int index = 0; index < arguments.size(); index++) {
            variables.put(type.getTypeParameters()[index], arguments.get(index));
        }
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] parameters = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int index = 0; index < components.length; index++) {
            parameters[index] = components[index].getType();
            values[index] = of(known(components[index].getAnnotatedType(), variables), depth - 1);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Known known(AnnotatedType annotated, Map<TypeVariable<?>, Known> variables) {
        Rust rust = annotated.getAnnotation(Rust.class);
        String word = rust == null ? "" : rust.value();
        return switch (annotated) {
            case AnnotatedArrayType array -> {
                Known element = known(array.getAnnotatedGenericComponentType(), variables);
                yield new Known(element.type.arrayType(), word, List.of(element));
            }
            case AnnotatedParameterizedType generic -> {
                List<Known> arguments = new ArrayList<>();
                for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
                    arguments.add(known(argument, variables));
                }
                yield new Known((Class<?>) ((ParameterizedType) generic.getType()).getRawType(), word, arguments);
            }
            default ->
                annotated.getType() instanceof TypeVariable<?> variable
                        ? Objects.requireNonNull(variables.get(variable))
                        : new Known((Class<?>) annotated.getType(), word, List.of());
        };
    }

    private Object scalar(Class<?> type, String rust) {
        if (type == boolean.class || type == Boolean.class) {
            return random.nextBoolean();
        } else if (type == float.class || type == Float.class) {
            return random.nextInt(4) == 0
                    ? any(Float.NaN, -0.0f, Float.MIN_VALUE)
                    : Float.intBitsToFloat(random.nextInt());
        } else if (type == double.class || type == Double.class) {
            return random.nextInt(4) == 0
                    ? any(Double.NaN, Double.NEGATIVE_INFINITY, -0.0)
                    : Double.longBitsToDouble(random.nextLong());
        } else if (type == String.class) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        } else if (type == Duration.class) {
            return any(
                    Duration.ZERO,
                    Duration.ofNanos(random.nextLong() & Long.MAX_VALUE),
                    Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
        } else if (type == Instant.class) {
            return any(Instant.EPOCH, Instant.ofEpochSecond(random.nextInt() & 0x7FFF_FFFFL, 999_999_999));
        } else if (rust.equals("char")) {
            return LETTERS[random.nextInt(LETTERS.length)];
        }
        return integer(type, rust);
    }

    private Object integer(Class<?> type, String rust) {
        int bits = bits(type, rust);
        boolean signed = !rust.startsWith("u");
        BigInteger value =
                switch (random.nextInt(4)) {
                    case 0 -> BigInteger.ZERO;
                    case 1 -> signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ONE;
                    case 2 -> BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
                    default -> new BigInteger(bits - 1, random);
                };
        return switch (type.getSimpleName()) {
            case "byte", "Byte" -> value.byteValueExact();
            case "short", "Short" -> value.shortValueExact();
            case "int", "Integer" -> value.intValueExact();
            case "long", "Long" -> value.longValueExact();
            default -> value;
        };
    }

    /** How many bits the value may have: those of Rust's type, and of Java's. */
    private static int bits(Class<?> type, String rust) {
        int java =
                switch (type.getSimpleName()) {
                    case "byte", "Byte" -> 8;
                    case "short", "Short" -> 16;
                    case "int", "Integer" -> 32;
                    case "long", "Long" -> 64;
                    default -> 128;
                };
        if (rust.isEmpty()) {
            return java;
        }
        // A guest has addresses of 32 bits.
        int wide = rust.endsWith("size") ? 32 : Integer.parseInt(rust.substring(1));
        // A number without a sign needs a bit more in Java.
        return rust.startsWith("u") && type != BigInteger.class ? Math.min(wide, java - 1) : Math.min(wide, java);
    }

    @SafeVarargs
    private <T> T any(T... values) {
        return values[random.nextInt(values.length)];
    }
}
