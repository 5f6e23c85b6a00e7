package dev.wasmbox.internal.contract;

/**
 * A word of a text.
 *
 * @param kind what it is
 * @param text an identifier, the digits of a number, the content of a string, or a mark
 * @param position where it begins, in characters
 */
record Word(Kind kind, String text, int position) {

    /** What a word is. */
    enum Kind {
        IDENTIFIER,
        INTEGER,
        STRING,
        MARK,
        END
    }

    boolean is(String mark) {
        return kind == Kind.MARK && text.equals(mark);
    }

    boolean isWord(String word) {
        return kind == Kind.IDENTIFIER && text.equals(word);
    }

    /** How messages call it. */
    @Override
    public String toString() {
        return switch (kind) {
            case IDENTIFIER, INTEGER, MARK -> "'" + text + "'";
            case STRING -> "the string \"" + text + "\"";
            case END -> "the end";
        };
    }

    static boolean isIdentifier(String text) {
        return !text.isEmpty()
                && beginsIdentifier(text.codePointAt(0))
                && text.codePoints().skip(1).allMatch(Word::continuesIdentifier);
    }

    static boolean beginsIdentifier(int codePoint) {
        return codePoint == '_' || Character.isUnicodeIdentifierStart(codePoint);
    }

    static boolean continuesIdentifier(int codePoint) {
        return Character.isUnicodeIdentifierPart(codePoint) && !Character.isIdentifierIgnorable(codePoint);
    }
}
