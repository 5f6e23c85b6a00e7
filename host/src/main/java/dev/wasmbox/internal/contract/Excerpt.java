package dev.wasmbox.internal.contract;

/** Texts of guests as messages show them: a name may have a million characters. */
public final class Excerpt {

    private static final int MOST_CHARACTERS = 500;

    private Excerpt() {}

    /** {@return the text, or its beginning if it is long} */
    public static String of(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return text;
        }
        int end = MOST_CHARACTERS - (Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1)) ? 1 : 0);
        return text.substring(0, end) + "...";
    }
}
