package dev.wasmbox.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON objects, each on one line. Values are strings, numbers, booleans, lists, maps, null, and JSON itself. */
final class Json {

    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    private Json() {}

    /** An object that says what it is in its first member. */
    static Json ofType(String type) {
        return new Json().with("type", type);
    }

    Json with(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder result = new StringBuilder();
        append(result, members);
        return result.toString();
    }

    /**
     * JSON as it is.
     *
     * @param text a value, on one line
     */
    record Raw(String text) {}

    private static void append(StringBuilder result, @Nullable Object value) {
        switch (value) {
            case null -> result.append("null");
            case Raw raw -> result.append(raw.text);
            case Number number -> result.append(number);
            case Boolean bool -> result.append(bool);
            case Map<?, ?> map -> {
                result.append('{');
                String separator = "";
                for (var entry : map.entrySet()) {
                    result.append(separator);
                    appendString(result, String.valueOf(entry.getKey()));
                    result.append(':');
                    append(result, entry.getValue());
                    separator = ",";
                }
                result.append('}');
            }
            case Iterable<?> list -> {
                result.append('[');
                String separator = "";
                for (Object element : list) {
                    result.append(separator);
                    append(result, element);
                    separator = ",";
                }
                result.append(']');
            }
            default -> appendString(result, value.toString());
        }
    }

    private static void appendString(StringBuilder result, String text) {
        result.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                default -> {
                    // U+2028 and U+2029 end a line for some readers.
                    if (character < 0x20 || character == 0x7f || character == 0x2028 || character == 0x2029) {
                        result.append("\\u").append(String.format("%04x", (int) character));
                    } else {
                        result.append(character);
                    }
                }
            }
        }
        result.append('"');
    }
}
