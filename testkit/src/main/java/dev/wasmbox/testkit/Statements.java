package dev.wasmbox.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Scripts in parts that can be run one after the other, and come to what the whole would have come to: what a JavaScript
 * engine is tested with whose state is taken in between.
 *
 * <p>A part is one statement of the script's top, or a few on one line. It ends at the end of a line where the engine's own
 * parser takes it for whole, and where the next line can only begin a statement: not with what would go on an expression, or
 * an if or a try. Functions come first, since their declarations count from the beginning. In a strict script all parts
 * are strict.
 *
 * <p>Some scripts mean something else in parts: those with a variable that is declared after its use, or twice, or with two
 * jobs whose order among the statements is looked at. Whoever uses this runs the parts without taking the state, too.
 */
public final class Statements {

    private static final Pattern NOTHING = Pattern.compile("(?:\\s++|//[^\\n]*(?:\\n|\\z)|/\\*(?s:.)*?\\*/)*+");

    /** What begins a statement and goes on none: a word but some, a number, a quote or a brace. */
    private static final Pattern BEGINNING =
            Pattern.compile("(?!(?:else|catch|finally|in|instanceof|of|as)\\b)[\\p{L}\\p{N}_$\"'{;@#\\\\]");

    /** Words that may be names, but mean something else before what is on the next line. */
    private static final Pattern OPEN_END = Pattern.compile("(?s).*\\b(?:let|async|await|yield|static|get|set)\\s*");

    private static final Pattern FUNCTION = Pattern.compile("(?:async\\s+)?function\\b");
    private static final Pattern STRICT = Pattern.compile("\"use strict\"|'use strict'");

    private Statements() {}

    /**
     * Takes a script to pieces.
     *
     * @param script the script, which has no error of syntax
     * @param isWhole whether the engine's parser takes a text for whole, and not for the beginning of something
     * @return the parts, in the order in which they are to be run
     */
    public static List<String> of(String script, Predicate<String> isWhole) {
        List<String> functions = new ArrayList<>(), others = new ArrayList<>();
        String prefix = begins(script, STRICT) ? "\"use strict\"; " : "";
        int start = 0;
        for (int end = nextLine(script, 0); start < script.length(); end = nextLine(script, end)) {
            String part = script.substring(start, end);
            boolean last = end == script.length();
            if (last || (canEnd(part, script.substring(end)) && isWhole.test(part))) {
                (begins(part, FUNCTION) ? functions : others).add(prefix + part);
                start = end;
            }
        }
        functions.addAll(others);
        return functions;
    }

    private static int nextLine(String script, int from) {
        int at = script.indexOf('\n', from);
        return at < 0 ? script.length() : at + 1;
    }

    private static boolean canEnd(String part, String rest) {
        return !code(part).isEmpty()
                && !OPEN_END.matcher(part).matches()
                && (code(rest).isEmpty() || begins(rest, BEGINNING));
    }

    private static boolean begins(String text, Pattern pattern) {
        return pattern.matcher(code(text)).lookingAt();
    }

    /** What follows the spaces and the comments. */
    private static String code(String text) {
        var matcher = NOTHING.matcher(text);
        return matcher.lookingAt() ? text.substring(matcher.end()) : text;
    }
}
