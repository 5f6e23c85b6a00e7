package dev.wasmbox.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** One of some words, for options whose enums picocli would list with names that nobody writes. */
final class Choice {

    private Choice() {}

    /** {@return how a constant is written} */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads a word.
     *
     * @param text the word, in any case
     * @param choices what it may mean
     * @return what it means
     */
    static <E extends Enum<E>> E of(String text, List<E> choices) {
        return choices.stream()
                .filter(choice -> word(choice).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                        + choices.stream().map(Choice::word).collect(Collectors.joining(", "))));
    }
}
