package dev.wasmbox.cli;

import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Gives a script its colours while it is typed.
 *
 * @param language the script's language
 */
record ScriptHighlighter(ScriptLanguage language) implements Highlighter {

    @Override
    public AttributedString highlight(LineReader reader, String buffer) {
        AttributedStringBuilder result = new AttributedStringBuilder();
        if (SessionHelp.begins(buffer, SessionHelp.OF_SCRIPTS)) {
            return result.styled(AttributedStyle.BOLD, buffer).toAttributedString();
        }
        language.tokens(buffer).visit((kind, text) -> result.styled(style(kind), text));
        return result.toAttributedString();
    }

    private static AttributedStyle style(ScriptTokens.Kind kind) {
        return switch (kind) {
            case KEYWORD -> AttributedStyle.DEFAULT.foreground(AttributedStyle.MAGENTA);
            case LITERAL, NUMBER -> AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
            case STRING -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
            case PATTERN -> AttributedStyle.DEFAULT.foreground(AttributedStyle.RED);
            case COMMENT -> AttributedStyle.DEFAULT.faint();
            case PLAIN -> AttributedStyle.DEFAULT;
        };
    }
}
