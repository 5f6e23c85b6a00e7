package dev.wasmbox.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** JavaScript's. Only a parser would know for sure whether a slash after a bracket divides. */
final class JsTokens extends ScriptTokens {

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

    /** Whether what comes is an operand: a slash begins a regular expression then, and divides otherwise. */
    private boolean operandNext = true;

    /** For each template that is open around here, how many braces are within its {@code ${...}}. */
    private final Deque<Integer> templates = new ArrayDeque<>();

    JsTokens(String source) {
        super(source);
    }

    @Override
    Kind next(char first) {
        if (Character.isWhitespace(first)) {
            return Kind.PLAIN;
        }
        if (first == '/' && at(end) == '/') {
            lineComment();
            return Kind.COMMENT;
        }
        if (first == '/' && at(end) == '*') {
            int close = source.indexOf("*/", end + 1);
            end = close < 0 ? source.length() : close + 2;
            return Kind.COMMENT;
        }
        if (Character.isJavaIdentifierStart(first)) {
            return named();
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

    private Kind named() {
        boolean property = isAfterDot();
        String word = word();
        if (!property && KEYWORDS.contains(word)) {
            operandNext = !word.equals("this") && !word.equals("super");
            return Kind.KEYWORD;
        }
        operandNext = false;
        return !property && LITERALS.contains(word) ? Kind.LITERAL : Kind.PLAIN;
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
    }
}
