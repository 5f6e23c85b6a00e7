package dev.wasmbox.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link Format} of a type, or refuses it by name. Used once, by one thread.
 *
 * <p>A type that comes back within itself gets a {@link Recursion} there. When all formats are made, the least size of
 * each is found as the least fixed point: every size begins as endless, and is computed from the parts until nothing
 * changes. A recursion that is endless even then has no value, as {@code record A(A a)}, and is refused; the other
 * sizes tell readers which counts of elements can be true.
 */
final class FormatCompiler {

    private static final String SUPPORTED =
            "supported are boolean, byte, short, int, long, float, double, BigInteger with @Rust, String, Duration, Instant, records,"
                    + " sealed interfaces of records, enums, List, Set, Map, Optional, OptionalInt, OptionalLong,"
                    + " OptionalDouble, and arrays";

    private static final Pattern FIXED_LENGTH = Pattern.compile("\\[(\\d+)]");

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Object.class);
    private static final MethodType CONSTRUCTOR = MethodType.methodType(Object.class, Object[].class);

    private final Map<Shape, Format> formats = new HashMap<>();
    private final List<Format> made = new ArrayList<>();

    /** Where types come back within themselves. */
    private final Map<Recursion, String> recursions = new LinkedHashMap<>();

    /**
     * Makes the format.
     *
     * @param path how messages call the type
     * @throws IllegalArgumentException if there is none
     */
    Format compile(Shape shape, String path) {
        Format root = format(shape, path);
        Sized.settle(made);
        recursions.forEach((recursion, place) -> {
            if (recursion.leastBytes() == Sized.ENDLESS) {
                throw new IllegalArgumentException(
                        "%s: found a type within itself without end, put an Optional or a List in between"
                                .formatted(place));
            }
        });
        return root;
    }

    private Format format(Shape shape, String path) {
        Format known = formats.get(shape);
        if (known instanceof Recursion recursion) {
            recursions.putIfAbsent(recursion, path);
        }
        if (known != null) {
            return known;
        }
        Recursion recursion = new Recursion();
        formats.put(shape, recursion);
        Format format = make(shape, path);
        recursion.pointTo(format);
        formats.put(shape, format);
        made.add(format);
        made.add(recursion);
        return format;
    }

    private Format make(Shape shape, String path) {
        Class<?> type = shape.type();
        if (type == OptionalInt.class) {
            return new OptionFormat(type, format(new Shape(int.class, shape.rust(), List.of()), path));
        } else if (type == OptionalLong.class) {
            return new OptionFormat(type, format(new Shape(long.class, shape.rust(), List.of()), path));
        } else if (!shape.rust().isEmpty()) {
            Matcher length = FIXED_LENGTH.matcher(shape.rust());
            return length.matches() ? fixed(shape, length, path) : annotated(shape, path);
        }
        Format scalar = ScalarFormat.of(boxed(type));
        boolean plain =
                shape.arguments().stream().allMatch(element -> element.rust().isEmpty());
        if (scalar != null && plain) {
            return scalar;
        } else if (type.isArray()) {
            Shape element = shape.arguments().getFirst();
            return PrimitiveArrayFormat.takes(element.type()) && element.rust().isEmpty()
                    ? PrimitiveArrayFormat.of(element.type())
                    : new SequenceFormat(type, format(element, path + "[]"));
        } else if (type == List.class || type == Set.class) {
            return new SequenceFormat(type, format(shape.arguments().getFirst(), path + "[]"));
        } else if (type == Map.class) {
            Format key = format(shape.arguments().getFirst(), path + "[].key");
            return new MapFormat(key, format(shape.arguments().getLast(), path + "[].value"));
        } else if (type == Optional.class) {
            return new OptionFormat(type, format(shape.arguments().getFirst(), path));
        } else if (type == OptionalDouble.class) {
            return new OptionFormat(type, format(new Shape(double.class, "", List.of()), path));
        } else if (type.isRecord()) {
            return recordFormat(shape, path);
        } else if (type.isEnum()) {
            return new EnumFormat(type);
        } else if (type.isInterface() && type.isSealed()) {
            return variants(shape, path);
        }
        throw refused(shape, path);
    }

    /** {@code @Rust("[N]")} on a list or an array. */
    private Format fixed(Shape shape, Matcher length, String path) {
        Class<?> type = shape.type();
        if (!type.isArray() && type != List.class) {
            throw new IllegalArgumentException(
                    "%s: found %s; @Rust(\"[N]\") is for List and arrays".formatted(path, shape));
        }
        try {
            return new SequenceFormat(
                    type, format(shape.arguments().getFirst(), path + "[]"), Integer.parseInt(length.group(1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s: found %s; an array has at most %d elements".formatted(path, shape, Integer.MAX_VALUE), e);
        }
    }

    private static IllegalArgumentException refused(Shape shape, String path) {
        Class<?> type = shape.type();
        String why;
        if (type == char.class || type == Character.class) {
            why = "half of what Rust calls a char; write @Rust(\"char\") int, or String";
        } else if (type == BigInteger.class) {
            why = "whose size is open; write @Rust(\"i128\") BigInteger, or another integer of Rust";
        } else if (type.isAnnotation() || type.isInterface()) {
            why = "an interface that anything may implement; " + SUPPORTED;
        } else {
            why = "a class whose content is its own affair; " + SUPPORTED;
        }
        return new IllegalArgumentException("%s: found %s, %s".formatted(path, shape, why));
    }

    private static Format annotated(Shape shape, String path) {
        Class<?> boxed = boxed(shape.type());
        if (shape.rust().equals("char") && boxed == Integer.class) {
            return ScalarFormat.CODE_POINT;
        }
        Format format = IntegerFormat.of(shape.rust(), boxed);
        if (format == null) {
            throw new IllegalArgumentException(
                    "%s: found %s; @Rust takes the integers of Rust on those of Java, char on int, and [N] on a List or an array"
                            .formatted(path, shape));
        }
        return format;
    }

    private static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    private Format recordFormat(Shape shape, String path) {
        Class<?> type = shape.type();
        Map<TypeVariable<?>, Shape> variables = shape.variables();
        RecordComponent[] declared = type.getRecordComponents();
        List<RecordFormat.Component> components = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            for (RecordComponent each : declared) {
                Method accessor = opened(each.getAccessor(), type, path);
                String place = path + "." + each.getName();
                Format format = format(Shape.of(each.getAnnotatedType(), variables, place), place);
                components.add(new RecordFormat.Component(
                        each.getName(),
                        new LazyHandle(() -> lookup.unreflect(accessor).asType(ACCESSOR)),
                        format));
            }
            Class<?>[] parameters =
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = opened(type.getDeclaredConstructor(parameters), type, path);
            return new RecordFormat(
                    type.getSimpleName(),
                    new LazyHandle(() -> lookup.unreflectConstructor(constructor)
                            .asSpreader(Object[].class, parameters.length)
                            .asType(CONSTRUCTOR)),
                    components);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the record " + type.getName() + " has no canonical form", impossible);
        }
    }

    private static <M extends AccessibleObject> M opened(M member, Class<?> type, String path) {
        try {
            member.setAccessible(true);
            return member;
        } catch (InaccessibleObjectException closed) {
            throw new IllegalArgumentException(
                    "%s: found %s in a closed package; the module-info of %s must say: opens %s to dev.wasmbox.host"
                            .formatted(
                                    path, type.getSimpleName(), type.getModule().getName(), type.getPackageName()),
                    closed);
        }
    }

    private Format variants(Shape shape, String path) {
        List<VariantFormat.Variant> variants = new ArrayList<>();
        Map<Class<?>, Integer> indices = new HashMap<>();
        for (Class<?> permitted : shape.type().getPermittedSubclasses()) {
            String place = path + "." + permitted.getSimpleName();
            for (Class<?> leaf : leaves(permitted)) {
                Integer before = indices.put(leaf, variants.size());
                if (before != null) {
                    throw new IllegalArgumentException("%s: found %s in %s already; a value must be of one variant only"
                            .formatted(
                                    place,
                                    leaf.getSimpleName(),
                                    variants.get(before).name()));
                }
            }
            if (variants.stream().anyMatch(variant -> variant.name().equals(permitted.getSimpleName()))) {
                throw new IllegalArgumentException("%s: found a second variant called %s; give each a name of its own"
                        .formatted(place, permitted.getSimpleName()));
            }
            Format format = format(variant(permitted, shape, place), place);
            variants.add(new VariantFormat.Variant(permitted.getSimpleName(), format));
        }
        return new VariantFormat(shape.type().getSimpleName(), variants, indices);
    }

    /** The classes of the values of a variant. */
    private static List<Class<?>> leaves(Class<?> variant) {
        List<Class<?>> leaves = new ArrayList<>();
        if (variant.isInterface() && variant.isSealed()) {
            for (Class<?> each : variant.getPermittedSubclasses()) {
                leaves.addAll(leaves(each));
            }
        } else {
            leaves.add(variant);
        }
        return leaves;
    }

    /** The shape of a variant: its type variables are what makes its interface the one that is meant. */
    private static Shape variant(Class<?> variant, Shape parent, String path) {
        Map<TypeVariable<?>, Shape> variables = new HashMap<>();
        AnnotatedType[] interfaces = variant.getAnnotatedInterfaces();
        for (AnnotatedType each : interfaces) {
            if (each instanceof AnnotatedParameterizedType generic
                    && variant.getInterfaces()[Arrays.asList(interfaces).indexOf(each)] == parent.type()) {
                AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
                for (int index = 0; index < arguments.length; index++) {
                    bind(arguments[index], parent.arguments().get(index), variables, path);
                }
            }
        }
        List<Shape> arguments = new ArrayList<>();
        for (TypeVariable<?> each : variant.getTypeParameters()) {
            @Nullable Shape argument = variables.get(each);
            if (argument == null) {
                throw new IllegalArgumentException(
                        "%s: found the type variable %s, which does not follow from %s".formatted(path, each, parent));
            }
            arguments.add(argument);
        }
        return new Shape(variant, "", arguments);
    }

    private static void bind(
            AnnotatedType written, Shape argument, Map<TypeVariable<?>, Shape> variables, String path) {
        Type type = written.getType();
        if (type instanceof TypeVariable<?> variable) {
            variables.put(variable, argument);
        } else if (!Shape.of(written, Map.of(), path).equals(argument)) {
            throw new IllegalArgumentException(
                    "%s: found %s where %s is meant; a variant must fit every argument of its interface"
                            .formatted(path, type.getTypeName(), argument));
        }
    }
}
