package dev.wasmbox.cli;

/** Colours, or none. */
enum Style {
    /** Text as it is. */
    PLAIN,
    /** ANSI's escape sequences. */
    COLOURED;

    static Style of(boolean colours) {
        return colours ? COLOURED : PLAIN;
    }

    String red(String text) {
        return wrap("31", text);
    }

    String green(String text) {
        return wrap("32", text);
    }

    String yellow(String text) {
        return wrap("33", text);
    }

    String faint(String text) {
        return wrap("2", text);
    }

    String bold(String text) {
        return wrap("1", text);
    }

    private String wrap(String code, String text) {
        return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /**
     * Text of a guest, which nobody trusts, for a terminal: a guest must not move the cursor or rename the window.
     *
     * @param text what the guest wrote
     * @return the same with its control characters as their pictures, but for line feeds and tabs
     */
    static String harmless(String text) {
        StringBuilder result = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (!Character.isISOControl(character) || character == '\n' || character == '\t') {
                continue;
            }
            if (result == null) {
                result = new StringBuilder(text);
            }
            // The pictures of the controls below 0x20 are in the same order; the others share one.
            result.setCharAt(i, character < 0x20 ? (char) (0x2400 + character) : '\u2421');
        }
        return result == null ? text : result.toString();
    }
}
