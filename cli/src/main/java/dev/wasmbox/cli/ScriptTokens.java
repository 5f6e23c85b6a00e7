package dev.wasmbox.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * JavaScript as what a reader tells apart by colour. It is a guess where only a parser would know, as of a slash after a
 * bracket, and takes any text.
 */
final class ScriptTokens {

    /** What something is. */
    enum Kind {
        /** A word of the language's. */
        KEYWORD,
        /** {@code true}, {@code null}, {@code undefined} and the like. */
        LITERAL,
        /** A number. */
        NUMBER,
        /** A string, or the text in a template. */
        STRING,
        /** A regular expression. */
        PATTERN,
        /** A comment. */
        COMMENT,
        /** Names, operators, brackets, space. */
        PLAIN
    }

    /** Gets all of a source, piece by piece. */
    @FunctionalInterface
    interface Visitor {
        void visit(Kind kind, String text);
    }

    private static final Set<String> KEYWORDS = Set.of(
            "async",
            "await",
            "break",
            "case",
            "catch",
            "class",
            "const",
            "continue",
            "debugger",
            "default",
            "delete",
            "do",
            "else",
            "export",
            "extends",
            "finally",
            "for",
            "function",
            "if",
            "import",
            "in",
            "instanceof",
            "let",
            "new",
            "of",
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "try",
            "typeof",
            "var",
            "void",
            "while",
            "with",
            "yield");
    private static final Set<String> LITERALS = Set.of("true", "false", "null", "undefined", "NaN", "Infinity");

    private final String source;
    private final Visitor visitor;
    private int start;
    private int end;

    /** Whether what comes is an operand: a slash begins a regular expression then, and divides otherwise. */
    private boolean operandNext = true;

    /** For each template that is open around here, how many braces are within its {@code ${...}}. */
    private final Deque<Integer> templates = new ArrayDeque<>();

    private ScriptTokens(String source, Visitor visitor) {
        this.source = source;
        this.visitor = visitor;
    }

    /**
     * Goes through a source.
     *
     * @param source any text
     * @param visitor gets the pieces, which together are the source
     */
    static void visit(String source, Visitor visitor) {
        new ScriptTokens(source, visitor).all();
    }

    private void all() {
        while (start < source.length()) {
            Kind kind = next(source.charAt(start));
            visitor.visit(kind, source.substring(start, end));
            start = end;
        }
    }

    /** Finds the end of a piece, and what it is. */
    private Kind next(char first) {
        end = start + 1;
        if (Character.isWhitespace(first)) {
            return Kind.PLAIN;
        }
        if (first == '/' && at(end) == '/') {
            end = source.indexOf('\n', end);
            end = end < 0 ? source.length() : end;
            return Kind.COMMENT;
        }
        if (first == '/' && at(end) == '*') {
            int close = source.indexOf("*/", end + 1);
            end = close < 0 ? source.length() : close + 2;
            return Kind.COMMENT;
        }
        if (Character.isJavaIdentifierStart(first)) {
            return word();
        }
        boolean operand = operandNext;
        operandNext = false;
        if (isDigit(first) || (first == '.' && isDigit(at(end)))) {
            number();
            return Kind.NUMBER;
        }
        if (first == '"' || first == '\'') {
            quoted(first);
            return Kind.STRING;
        }
        if (first == '`') {
            template();
            return Kind.STRING;
        }
        if (first == '/' && operand) {
            pattern();
            return Kind.PATTERN;
        }
        if (first == '{' && !templates.isEmpty()) {
            templates.push(templates.pop() + 1);
        } else if (first == '}' && !templates.isEmpty()) {
            int open = templates.pop();
            if (open == 0) {
                template();
                return Kind.STRING;
            }
            templates.push(open - 1);
        }
        operandNext = first != ')' && first != ']' && first != '}';
        return Kind.PLAIN;
    }

    private char at(int index) {
        return index < source.length() ? source.charAt(index) : '\n';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private Kind word() {
        boolean property = start > 0 && source.charAt(start - 1) == '.' && !source.startsWith("...", start - 3);
        while (Character.isJavaIdentifierPart(at(end)) && end < source.length()) {
            end++;
        }
        String word = source.substring(start, end);
        if (!property && KEYWORDS.contains(word)) {
            operandNext = !word.equals("this") && !word.equals("super");
            return Kind.KEYWORD;
        }
        operandNext = false;
        return !property && LITERALS.contains(word) ? Kind.LITERAL : Kind.PLAIN;
    }

    private void number() {
        while (end < source.length()) {
            char character = source.charAt(end);
            boolean exponent = (character == '+' || character == '-')
                    && (source.charAt(end - 1) == 'e' || source.charAt(end - 1) == 'E')
                    && !source.startsWith("0x", start);
            if (!Character.isLetterOrDigit(character) && character != '.' && character != '_' && !exponent) {
                return;
            }
            end++;
        }
    }

    /** Up to the quote that closes it, or the end of the line. */
    private void quoted(char quote) {
        while (end < source.length()) {
            char character = source.charAt(end);
            if (character == '\n') {
                return;
            }
            end += character == '\\' ? 2 : 1;
            if (character == quote) {
                return;
            }
        }
        end = source.length();
    }

    /** Up to the end of the template, or to what is computed within it. */
    private void template() {
        while (end < source.length()) {
            char character = source.charAt(end);
            if (character == '$' && at(end + 1) == '{') {
                end += 2;
                templates.push(0);
                operandNext = true;
                return;
            }
            end += character == '\\' ? 2 : 1;
            if (character == '`') {
                return;
            }
        }
        end = source.length();
    }

    private void pattern() {
        boolean inClass = false;
        while (end < source.length() && source.charAt(end) != '\n') {
            char character = source.charAt(end);
            end += character == '\\' ? 2 : 1;
            if (character == '[') {
                inClass = true;
            } else if (character == ']') {
                inClass = false;
            } else if (character == '/' && !inClass) {
                while (end < source.length() && Character.isLetter(source.charAt(end))) {
                    end++;
                }
                return;
            }
        }
        end = Math.min(end, source.length());
    }
}
