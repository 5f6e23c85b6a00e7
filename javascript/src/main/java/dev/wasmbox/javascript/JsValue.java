package dev.wasmbox.javascript;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value of JavaScript outside of its box: a copy, immutable. What has no such form, a function, a symbol, a map, a date,
 * or an object within itself, is told as text, {@link Shown}.
 *
 * <p>Strings are UTF-8 on the way: half of a surrogate pair that a script has alone comes as U+FFFD. Values are nested at
 * most 120 deep, and take at most 8 MiB.
 */
public sealed interface JsValue {

    /** The value {@code undefined}. */
    record Undefined() implements JsValue {
        @Override
        public String toString() {
            return "undefined";
        }
    }

    /** The value {@code null}. */
    record Null() implements JsValue {
        @Override
        public String toString() {
            return "null";
        }
    }

    /**
     * A boolean.
     *
     * @param value the same in Java
     */
    record Bool(boolean value) implements JsValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /**
     * A number.
     *
     * @param value the same in Java
     */
    record Num(double value) implements JsValue {
        @Override
        public String toString() {
            return isIntegral(value) && !isNegativeZero() ? Long.toString((long) value) : Double.toString(value);
        }

        private boolean isNegativeZero() {
            return value == 0 && 1 / value < 0;
        }

        private static boolean isIntegral(double value) {
            return value == Math.rint(value) && Math.abs(value) < 0x1p53;
        }
    }

    /**
     * A BigInt.
     *
     * @param digits the number in decimal digits, with a sign if it is negative
     */
    record BigInt(String digits) implements JsValue {
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
            return digits + "n";
        }
    }

    /**
     * A string.
     *
     * @param value the same in Java
     */
    record Text(String value) implements JsValue {
        @Override
        public String toString() {
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
        }
    }

    /**
     * An array.
     *
     * @param elements all of its elements; what is missing in it is {@link Undefined}
     */
    record Array(List<JsValue> elements) implements JsValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.toString();
        }
    }

    /**
     * An object: its own enumerable properties with names that are strings.
     *
     * @param fields the properties in their order
     */
    record Fields(List<Field> fields) implements JsValue {
        /** Copies the list, unless it cannot be changed anyway. */
        public Fields {
            fields = List.copyOf(fields);
        }

        @Override
        public String toString() {
            return fields.stream()
                    .map(field -> field.name() + ": " + field.value())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /**
     * A property of an object.
     *
     * @param name its name
     * @param value its value
     */
    record Field(String name, JsValue value) {}

    /**
     * What is no value of the kinds above, as a person would want to see it. In a message to a box it is a string.
     *
     * @param text for example {@code [Function: f]} or {@code Map(1) { 'a' => 1 }}
     */
    record Shown(String text) implements JsValue {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The value of JavaScript for one of Java.
     *
     * @param value null, a {@code Boolean}, a {@code BigInteger}, another number (of which a {@code Long} has to be one that
     *     JavaScript's numbers can tell from others), a {@code CharSequence}, a {@code Character}, a {@code List} or array
     *     of such values, a {@code Map} from strings to them, or a {@code JsValue}
     * @return the value
     * @throws IllegalArgumentException if it is something else, or nested more than 120 deep
     */
    static JsValue of(@Nullable Object value) {
        return of(value, 0);
    }

    private static JsValue of(@Nullable Object value, int depth) {
        if (depth > 120) {
            throw new IllegalArgumentException(
                    "a value for a script is nested at most 120 deep, and does not contain itself");
        }
        return switch (value) {
            case null -> new Null();
            case JsValue already -> already;
            case Boolean bool -> new Bool(bool);
            case BigInteger integer -> new BigInt(integer.toString());
            case Long integer
            when integer < -(1L << 53) || integer > 1L << 53 ->
                throw new IllegalArgumentException(
                        "the number " + integer + " is beyond those that JavaScript counts exactly; pass a BigInteger");
            case Number number -> new Num(number.doubleValue());
            case CharSequence text -> new Text(text.toString());
            case Character character -> new Text(character.toString());
            case List<?> list ->
                new Array(list.stream().map(each -> of(each, depth + 1)).toList());
            case Object[] array -> of(Collections.unmodifiableList(Arrays.asList(array)), depth);
            case Map<?, ?> map -> {
                List<Field> fields = new ArrayList<>();
                map.forEach((name, each) -> fields.add(new Field(nameOf(name), of(each, depth + 1))));
                yield new Fields(fields);
            }
            default ->
                throw new IllegalArgumentException(
                        "a " + value.getClass().getName()
                                + " is no value for a script: pass null, a Boolean, a number, a String, a List or a Map of such");
        };
    }

    private static String nameOf(@Nullable Object name) {
        if (name instanceof CharSequence text) {
            return text.toString();
        }
        throw new IllegalArgumentException("a property's name is a string, but a map has the key " + name);
    }

    /**
     * The value in Java's own types.
     *
     * @return null for {@code undefined} and {@code null}, a {@code Boolean}, {@code Double}, {@code BigInteger} or
     *     {@code String}, an unmodifiable {@code List} or {@code Map} of such; text for what is {@link Shown}
     */
    default @Nullable Object toJava() {
        return switch (this) {
            case Undefined _, Null _ -> null;
            case Bool bool -> bool.value();
            case Num num -> num.value();
            case BigInt integer -> integer.value();
            case Text text -> text.value();
            case Shown shown -> shown.text();
            case Array array -> {
                List<@Nullable Object> list = new ArrayList<>();
                array.elements().forEach(element -> list.add(element.toJava()));
                yield Collections.unmodifiableList(list);
            }
            case Fields object -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                object.fields()
                        .forEach(field -> map.put(field.name(), field.value().toJava()));
                yield Collections.unmodifiableMap(map);
            }
        };
    }

    /** {@return whether it is {@code undefined} or {@code null}} */
    default boolean isNothing() {
        return this instanceof Undefined || this instanceof Null;
    }

    /**
     * {@return the boolean that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default boolean asBoolean() {
        if (this instanceof Bool(boolean value)) {
            return value;
        }
        throw isNo("boolean");
    }

    /**
     * {@return the number that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default double asDouble() {
        if (this instanceof Num(double value)) {
            return value;
        }
        throw isNo("number");
    }

    /**
     * {@return the integer that it is}
     *
     * @throws IllegalStateException if it is something else, a number with a fraction for example
     */
    default int asInt() {
        if (this instanceof Num(double value) && value == (int) value) {
            return (int) value;
        }
        throw isNo("integer of 32 bits");
    }

    /**
     * {@return the string that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default String asText() {
        if (this instanceof Text(String value)) {
            return value;
        }
        throw isNo("string");
    }

    /**
     * {@return the elements of the array that it is}
     *
     * @throws IllegalStateException if it is something else
     */
    default List<JsValue> asList() {
        if (this instanceof Array(List<JsValue> elements)) {
            return elements;
        }
        throw isNo("array");
    }

    /**
     * A property of the object that it is.
     *
     * @param name the property's name
     * @return its value, {@link Undefined} if it has none
     * @throws IllegalStateException if it is no object
     */
    default JsValue get(String name) {
        if (!(this instanceof Fields(List<Field> fields))) {
            throw isNo("object");
        }
        for (Field field : fields.reversed()) {
            if (field.name().equals(name)) {
                return field.value();
            }
        }
        return new Undefined();
    }

    private IllegalStateException isNo(String kind) {
        String text = toString();
        return new IllegalStateException("this is no " + kind + ", but "
                + (text.length() <= 100 ? text : text.substring(0, 100) + "...") + " ("
                + getClass().getSimpleName() + ")");
    }
}
