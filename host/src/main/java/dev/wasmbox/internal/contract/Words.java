package dev.wasmbox.internal.contract;

import java.util.ArrayList;
import java.util.List;

/** Separates a text into words. That is the same in all versions of it. */
final class Words {

    private static final String MARKS = "{}()[]<>,;:";

    private final String text;
    private final List<Word> words = new ArrayList<>();
    private int position;

    private Words(String text) {
        this.text = text;
    }

    /**
     * Separates.
     *
     * @return the words, the last of which is the end
     * @throws Malformed if something is no word
     */
    static List<Word> of(String text) {
        Words words = new Words(text);
        while (words.position < text.length()) {
            words.next();
        }
        words.words.add(new Word(Word.Kind.END, "", text.length()));
        return words.words;
    }

    private void next() {
        int start = position;
        int first = text.codePointAt(position);
        if (" \t\r\n".indexOf(first) >= 0) {
            position++;
        } else if (text.startsWith("//", position)) {
            int end = text.indexOf('\n', position);
            position = end < 0 ? text.length() : end;
        } else if (text.startsWith("::", position)) {
            add(Word.Kind.MARK, position + 2);
        } else if (MARKS.indexOf(first) >= 0) {
            add(Word.Kind.MARK, position + 1);
        } else if (first >= '0' && first <= '9') {
            int end = position;
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            add(Word.Kind.INTEGER, end);
        } else if (Word.beginsIdentifier(first)) {
            int end = position;
            while (end < text.length() && Word.continuesIdentifier(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            add(Word.Kind.IDENTIFIER, end);
        } else if (first == '"') {
            words.add(new Word(Word.Kind.STRING, string(), start));
        } else {
            throw new Malformed(text, position, "a word", "the character U+%04X".formatted(first));
        }
    }

    private void add(Word.Kind kind, int end) {
        words.add(new Word(kind, text.substring(position, end), position));
        position = end;
    }

    private String string() {
        int start = position++;
        StringBuilder content = new StringBuilder();
        while (position < text.length() && text.charAt(position) != '"' && text.charAt(position) != '\n') {
            char next = text.charAt(position++);
            if (next == '\\') {
                if (position == text.length() || "\"\\".indexOf(text.charAt(position)) < 0) {
                    throw new Malformed(text, position - 1, "\\\" or \\\\", "another character after \\");
                }
                next = text.charAt(position++);
            }
            content.append(next);
        }
        if (position == text.length() || text.charAt(position) != '"') {
            throw new Malformed(text, start, "a string that ends in its line", "one that does not");
        }
        position++;
        return content.toString();
    }
}
