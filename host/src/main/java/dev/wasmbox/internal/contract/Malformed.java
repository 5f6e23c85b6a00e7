package dev.wasmbox.internal.contract;

/** A text is not in the language of docs/contract.md. The message says where, what was expected and what was found. */
final class Malformed extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    Malformed(String text, int position, String expected, String found) {
        super("line %d, column %d: expected %s, found %s"
                .formatted(line(text, position), column(text, position), Excerpt.of(expected), Excerpt.of(found)));
    }

    private static long line(String text, int position) {
        return text.substring(0, position).chars().filter(each -> each == '\n').count() + 1;
    }

    private static int column(String text, int position) {
        int start = text.lastIndexOf('\n', position - 1) + 1;
        return text.codePointCount(start, Math.max(start, position)) + 1;
    }
}
