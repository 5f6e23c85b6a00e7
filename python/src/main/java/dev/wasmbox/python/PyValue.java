package dev.wasmbox.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value of Python outside of its box: a copy, immutable. What has no such form, a function, a class or its instance, an
 * iterator, or a list within itself, is told as text, {@link Shown}.
 *
 * <p>Texts are UTF-8 on the way: half of a surrogate pair that a program has alone comes as U+FFFD. Values are nested at most
 * 120 deep, and take at most 8 MiB.
 */
public sealed interface PyValue {

    /** The value {@code None}. */
    record None() implements PyValue {
        @Override
        public String toString() {
            return "None";
        }
    }

    /**
     * A {@code bool}.
     *
     * @param value the same in Java
     */
    record Bool(boolean value) implements PyValue {
        @Override
        public String toString() {
            return value ? "True" : "False";
        }
    }

    /**
     * An {@code int} of up to 64 bits.
     *
     * @param value the same in Java
     */
    record Int(long value) implements PyValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /**
     * An {@code int} of more than 64 bits.
     *
     * @param digits the number in decimal digits, with a sign if it is negative
     */
    record BigInt(String digits) implements PyValue {
        /** Checks that it is a number, without computing it: that takes the square of its length. */
        public BigInt {
            if (!digits.matches("[-+]?[0-9]+")) {
                throw new NumberFormatException("a number is made of decimal digits");
            }
        }

        /** {@return the same in Java} */
        public BigInteger value() {
            return new BigInteger(digits);
        }

        @Override
        public String toString() {
            return digits;
        }
    }

    /**
     * A {@code float}.
     *
     * @param value the same in Java
     */
    record PyFloat(double value) implements PyValue {
        @Override
        public String toString() {
            return Double.isNaN(value)
                    ? "nan"
                    : Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
        }
    }

    /**
     * A {@code str}.
     *
     * @param value the same in Java
     */
    record Text(String value) implements PyValue {
        @Override
        public String toString() {
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
        }
    }

    /**
     * A {@code bytes}, or a {@code bytearray}.
     *
     * @param value the same in Java
     */
    record Bytes(byte[] value) implements PyValue {
        /** Copies the array. */
        public Bytes {
            value = value.clone();
        }

        /** {@return a copy} */
        @Override
        public byte[] value() {
            return value.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes(byte[] bytes) && Arrays.equals(value, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("b'");
            for (byte each : value) {
                char letter = (char) (each & 0xFF);
                boolean plain = letter >= ' ' && letter <= '~' && letter != '\'' && letter != '\\';
                text.append(plain ? String.valueOf(letter) : "\\x%02x".formatted((int) letter));
            }
            return text.append("'").toString();
        }
    }

    /**
     * A {@code list}.
     *
     * @param elements all of its elements
     */
    record PyList(List<PyValue> elements) implements PyValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public PyList {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.toString();
        }
    }

    /**
     * A {@code tuple}.
     *
     * @param elements all of its elements
     */
    record Tuple(List<PyValue> elements) implements PyValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public Tuple {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.stream()
                    .map(PyValue::toString)
                    .collect(Collectors.joining(", ", "(", elements.size() == 1 ? ",)" : ")"));
        }
    }

    /**
     * A {@code set}, or a {@code frozenset}.
     *
     * @param elements all of its elements, in the order in which it has them, which means nothing
     */
    record PySet(List<PyValue> elements) implements PyValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public PySet {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.isEmpty()
                    ? "set()"
                    : elements.stream().map(PyValue::toString).collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /**
     * A {@code dict}.
     *
     * @param items its keys and values, in the order in which it has them: that of MicroPython's dicts means nothing, unless
     *     it is an {@code OrderedDict}
     */
    record Dict(List<Item> items) implements PyValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public Dict {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return items.stream()
                    .map(item -> item.key() + ": " + item.value())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /**
     * A key of a dict and its value.
     *
     * @param key the key
     * @param value its value
     */
    record Item(PyValue key, PyValue value) {}

    /**
     * What is no value of the kinds above, as Python shows it. In a message to a box it is a {@code str}.
     *
     * @param text its {@code repr}
     */
    record Shown(String text) implements PyValue {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The value of Python for one of Java.
     *
     * @param value null, a {@code Boolean}, a {@code Byte}, {@code Short}, {@code Integer}, {@code Long} or
     *     {@code BigInteger}, another number (which becomes a float), a {@code CharSequence}, a {@code Character}, a
     *     {@code byte[]}, a {@code List}, {@code Set} or array of such values, a {@code Map} of them, or a {@code PyValue}
     * @return the value
     * @throws IllegalArgumentException if it is something else, or nested more than 120 deep
     */
    static PyValue of(@Nullable Object value) {
        return of(value, 0);
    }

    private static PyValue of(@Nullable Object value, int depth) {
        if (depth > 120) {
            throw new IllegalArgumentException(
                    "a value for a program is nested at most 120 deep, and does not contain itself");
        }
        return switch (value) {
            case null -> new None();
            case PyValue already -> already;
            case Boolean bool -> new Bool(bool);
            case Byte number -> new Int(number);
            case Short number -> new Int(number);
            case Integer number -> new Int(number);
            case Long number -> new Int(number);
            case BigInteger number when number.bitLength() < Long.SIZE -> new Int(number.longValueExact());
            case BigInteger number -> new BigInt(number.toString());
            case Number number -> new PyFloat(number.doubleValue());
            case CharSequence text -> new Text(text.toString());
            case Character character -> new Text(character.toString());
            case byte[] bytes -> new Bytes(bytes);
            case List<?> list ->
                new PyList(list.stream().map(each -> of(each, depth + 1)).toList());
            case Object[] array -> of(Collections.unmodifiableList(Arrays.asList(array)), depth);
            case Set<?> set ->
                new PySet(set.stream().map(each -> of(each, depth + 1)).toList());
            case Map<?, ?> map ->
                new Dict(map.entrySet().stream()
                        .map(entry -> new Item(of(entry.getKey(), depth + 1), of(entry.getValue(), depth + 1)))
                        .toList());
            default ->
                throw new IllegalArgumentException("a " + value.getClass().getName()
                        + " is no value for a program: pass null, a Boolean, a number, a String, a byte[], a List, a Set"
                        + " or a Map of such");
        };
    }

    /**
     * The value in Java's own types.
     *
     * @return null for {@code None}, a {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double}, {@code String} or
     *     {@code byte[]}, an unmodifiable {@code List} (of tuples too), {@code Set} or {@code Map} of such; text for what is
     *     {@link Shown}
     */
    default @Nullable Object toJava() {
        return switch (this) {
            case None _ -> null;
            case Bool bool -> bool.value();
            case Int integer -> integer.value();
            case BigInt integer -> integer.value();
            case PyFloat number -> number.value();
            case Text text -> text.value();
            case Bytes bytes -> bytes.value();
            case Shown shown -> shown.text();
            case PyList list -> toJava(list.elements());
            case Tuple tuple -> toJava(tuple.elements());
            case PySet set -> Collections.unmodifiableSet(new LinkedHashSet<>(toJava(set.elements())));
            case Dict dict -> {
                Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
                dict.items()
                        .forEach(item ->
                                map.put(item.key().toJava(), item.value().toJava()));
                yield Collections.unmodifiableMap(map);
            }
        };
    }

    private static List<@Nullable Object> toJava(List<PyValue> elements) {
        List<@Nullable Object> list = new ArrayList<>();
        elements.forEach(element -> list.add(element.toJava()));
        return Collections.unmodifiableList(list);
    }

    /** {@return whether it is {@code None}} */
    default boolean isNone() {
        return this instanceof None;
    }

    /**
     * {@return the bool that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default boolean asBoolean() {
        if (this instanceof Bool(boolean value)) {
            return value;
        }
        throw isNo("bool");
    }

    /**
     * {@return the int that it is}
     *
     * @throws IllegalStateException if it is something else, or has more than 64 bits
     */
    default long asLong() {
        if (this instanceof Int(long value)) {
            return value;
        }
        throw isNo("int of 64 bits");
    }

    /**
     * {@return the int that it is, of whatever size}
     *
     * @throws IllegalStateException if it is something else
     */
    default BigInteger asBigInteger() {
        return this instanceof BigInt big ? big.value() : BigInteger.valueOf(asLong());
    }

    /**
     * {@return the float or int that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default double asDouble() {
        return this instanceof PyFloat(double value) ? value : asBigInteger().doubleValue();
    }

    /**
     * {@return the str that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default String asText() {
        if (this instanceof Text(String value)) {
            return value;
        }
        throw isNo("str");
    }

    /**
     * {@return the elements of the list, tuple or set that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default List<PyValue> asList() {
        return switch (this) {
            case PyList(List<PyValue> elements) -> elements;
            case Tuple(List<PyValue> elements) -> elements;
            case PySet(List<PyValue> elements) -> elements;
            default -> throw isNo("list, tuple or set");
        };
    }

    /**
     * What the dict that it is has for a key.
     *
     * @param key the key, as {@link #of} takes it
     * @return its value; empty if there is none
     * @throws IllegalStateException if it is no dict
     */
    default Optional<PyValue> get(@Nullable Object key) {
        if (!(this instanceof Dict(List<Item> items))) {
            throw isNo("dict");
        }
        PyValue wanted = of(key);
        return items.stream()
                .filter(item -> item.key().equals(wanted))
                .findFirst()
                .map(Item::value);
    }

    private IllegalStateException isNo(String kind) {
        String text = toString();
        return new IllegalStateException("this is no " + kind + ", but "
                + (text.length() <= 100 ? text : text.substring(0, 100) + "...") + " ("
                + getClass().getSimpleName() + ")");
    }
}
