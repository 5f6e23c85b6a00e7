package dev.wasmbox.cli.types;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A name taken apart into its words, to be put together as another language does it. */
record Name(List<String> words) {

    private static final Pattern TYPE = Pattern.compile("\\p{Lu}[\\p{L}\\p{Nd}]*");

    /**
     * Takes a name apart.
     *
     * @param name the name, of which only letters and digits are used
     * @throws IllegalArgumentException if it has none
     */
    static Name of(String name) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int[] points = name.codePoints().toArray();
        for (int index = 0; index < points.length; index++) {
            int point = points[index];
            boolean begins = index > 0
                    && Character.isUpperCase(point)
                    && (!Character.isUpperCase(points[index - 1])
                            || (index + 1 < points.length && Character.isLowerCase(points[index + 1])));
            if (begins || !Character.isLetterOrDigit(point)) {
                end(word, words);
            }
            if (Character.isLetterOrDigit(point)) {
                word.appendCodePoint(point);
            }
        }
        end(word, words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException(
                    "the name \"%s\" cannot be written: it has neither a letter nor a digit".formatted(name));
        }
        return new Name(List.copyOf(words));
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** As types are called, which is how the contract has it if it can be. */
    static String ofType(String name) {
        return TYPE.matcher(name).matches() ? name : of(name).upperCamel();
    }

    /** As in {@code WhiteTime}. */
    String upperCamel() {
        return identifier(words.stream().map(Name::capital).collect(Collectors.joining()));
    }

    /** As in {@code whiteTime}. */
    String lowerCamel() {
        return identifier(lower(words.getFirst())
                + words.stream().skip(1).map(Name::capital).collect(Collectors.joining()));
    }

    /** As in {@code white_time}. */
    String lowerSnake() {
        return identifier(lower(String.join("_", words)));
    }

    /** As in {@code WHITE_TIME}. */
    String upperSnake() {
        return identifier(upper(String.join("_", words)));
    }

    private static String capital(String word) {
        int first = word.offsetByCodePoints(0, 1);
        return upper(word.substring(0, first)) + lower(word.substring(first));
    }

    private static String lower(String text) {
        return mapped(text, Character::toLowerCase);
    }

    /** Letter by letter, so that it can be taken back: the upper case of a whole text has SS for ß. */
    private static String upper(String text) {
        return mapped(text, Character::toUpperCase);
    }

    private static String mapped(String text, IntUnaryOperator letter) {
        return text.codePoints()
                .map(letter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String identifier(String text) {
        return Character.isLetter(text.codePointAt(0)) ? text : "_" + text;
    }
}
