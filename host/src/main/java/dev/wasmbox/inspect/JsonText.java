package dev.wasmbox.inspect;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON that may stand within a script of an HTML page: nothing in it can end the script. */
final class JsonText {

    private JsonText() {}

    /** {@return a value as JSON: a map, a list, a number, a boolean, null, or anything else as text} */
    static String of(@Nullable Object value) {
        StringBuilder result = new StringBuilder();
        append(result, value);
        return result.toString();
    }

    private static void append(StringBuilder result, @Nullable Object value) {
        switch (value) {
            case null -> result.append("null");
            case Number number -> result.append(number);
            case Boolean bool -> result.append(bool);
            case Map<?, ?> map -> {
                String separator = "{";
                for (var entry : map.entrySet()) {
                    result.append(separator);
                    text(result, String.valueOf(entry.getKey()));
                    result.append(':');
                    append(result, entry.getValue());
                    separator = ",";
                }
                result.append(map.isEmpty() ? "{}" : "}");
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
            default -> text(result, value.toString());
        }
    }

    private static void text(StringBuilder result, String text) {
        result.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean plain = character >= 0x20 && character < 0x7F && "\"\\<>&'".indexOf(character) < 0;
            if (plain) {
                result.append(character);
            } else {
                result.append("\\u").append(String.format("%04x", (int) character));
            }
        }
        result.append('"');
    }
}
