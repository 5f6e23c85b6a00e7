package dev.wasmbox.cli;

/**
 * A source as what a reader tells apart by colour. It takes any text, and is a guess where only a parser would know: each
 * language has a subclass that finds where a piece ends.
 */
abstract class ScriptTokens {

    /** What something is. */
    enum Kind {
        /** A word of the language's. */
        KEYWORD,
        /** {@code true}, {@code None}, {@code undefined} and the like. */
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

    /** The source. */
    final String source;

    /** Where the piece begins that is looked at. */
    int start;

    /** Where it ends, as far as is known. */
    int end;

    ScriptTokens(String source) {
        this.source = source;
    }

    /**
     * Goes through the source, once.
     *
     * @param visitor gets the pieces, which together are the source
     */
    final void visit(Visitor visitor) {
        while (start < source.length()) {
            end = start + 1;
            Kind kind = next(source.charAt(start));
            end = Math.min(end, source.length());
            visitor.visit(kind, source.substring(start, end));
            start = end;
        }
    }

    /** Sets the end of the piece that begins with a character, and says what it is. */
    abstract Kind next(char first);

    /** What is at an index; a line's end if that is beyond the source. */
    final char at(int index) {
        return index < source.length() ? source.charAt(index) : '\n';
    }

    static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    /** The word that begins here. */
    final String word() {
        while (end < source.length() && Character.isJavaIdentifierPart(source.charAt(end))) {
            end++;
        }
        return source.substring(start, end);
    }

    /** Whether what begins here comes right after a dot, and is a name of something in an object then. */
    final boolean isAfterDot() {
        return start > 0 && source.charAt(start - 1) == '.' && !source.startsWith("...", start - 3);
    }

    /** A number of either language's, or what begins like one. */
    final void number() {
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

    /** A comment up to the end of the line. */
    final void lineComment() {
        end = source.indexOf('\n', end);
        end = end < 0 ? source.length() : end;
    }

    /** Up to the quote that closes it, or the end of the line; a backslash takes along what follows it. */
    final void quoted(char quote) {
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
    }
}
