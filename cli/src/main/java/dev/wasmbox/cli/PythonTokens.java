package dev.wasmbox.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/** Python's. */
final class PythonTokens extends ScriptTokens {

    private static final Set<String> KEYWORDS = Set.of(
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield");
    private static final Set<String> LITERALS = Set.of("True", "False", "None");
    private static final Set<String> PREFIXES = Set.of("r", "b", "u", "f", "br", "rb", "fr", "rf");

    /** A formatted string that goes on after what is computed within it. */
    private record Formatted(String quotes, int braces) {}

    private final Deque<Formatted> formatted = new ArrayDeque<>();
    private boolean endsInText;

    PythonTokens(String source) {
        super(source);
    }

    /** Whether the source, which has been visited, ends in the middle of a text of several lines. */
    boolean endsInText() {
        return endsInText;
    }

    @Override
    Kind next(char first) {
        if (first == '\n'
                && !formatted.isEmpty()
                && isOfOneLine(formatted.peek().quotes())) {
            formatted.clear();
        }
        if (Character.isWhitespace(first)) {
            return Kind.PLAIN;
        }
        if (first == '#') {
            lineComment();
            return Kind.COMMENT;
        }
        if (Character.isJavaIdentifierStart(first) && first != '$') {
            return named();
        }
        if (isDigit(first) || (first == '.' && isDigit(at(end)))) {
            number();
            return Kind.NUMBER;
        }
        if (first == '"' || first == '\'') {
            string(false);
            return Kind.STRING;
        }
        if (first == '{' && !formatted.isEmpty()) {
            Formatted open = formatted.pop();
            formatted.push(new Formatted(open.quotes(), open.braces() + 1));
        } else if (first == '}' && !formatted.isEmpty()) {
            Formatted open = formatted.pop();
            if (open.braces() == 0) {
                text(open.quotes(), true);
                return Kind.STRING;
            }
            formatted.push(new Formatted(open.quotes(), open.braces() - 1));
        }
        return Kind.PLAIN;
    }

    private Kind named() {
        boolean attribute = isAfterDot();
        String word = word();
        String prefix = word.toLowerCase(Locale.ROOT);
        if ((at(end) == '"' || at(end) == '\'') && PREFIXES.contains(prefix)) {
            end++;
            string(prefix.contains("f"));
            return Kind.STRING;
        }
        if (attribute) {
            return Kind.PLAIN;
        }
        return KEYWORDS.contains(word) ? Kind.KEYWORD : LITERALS.contains(word) ? Kind.LITERAL : Kind.PLAIN;
    }

    /** A string whose first quote is right before the end. */
    private void string(boolean isFormatted) {
        String quote = source.substring(end - 1, end);
        boolean triple = source.startsWith(quote.repeat(2), end);
        end += triple ? 2 : 0;
        text(triple ? quote.repeat(3) : quote, isFormatted);
    }

    private static boolean isOfOneLine(String quotes) {
        return quotes.length() == 1;
    }

    /** Up to the quotes that close it, to what is computed within it, or of one quote to the end of the line. */
    private void text(String quotes, boolean isFormatted) {
        while (end < source.length()) {
            char character = source.charAt(end);
            if (source.startsWith(quotes, end)) {
                end += quotes.length();
                return;
            }
            if (character == '\n' && isOfOneLine(quotes)) {
                return;
            }
            if (isFormatted && character == '{' && at(end + 1) != '{') {
                end++;
                formatted.push(new Formatted(quotes, 0));
                return;
            }
            end += character == '\\' || (isFormatted && character == '{') ? 2 : 1;
        }
        endsInText = !isOfOneLine(quotes);
    }
}
