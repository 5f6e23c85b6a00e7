package dev.wasmbox.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is told apart in a source. */
final class Coloured {

    private Coloured() {}

    /** The pieces that are not plain, each with its kind. */
    static String of(ScriptTokens tokens) {
        List<String> pieces = new ArrayList<>();
        tokens.visit((kind, text) -> {
            if (kind != ScriptTokens.Kind.PLAIN) {
                pieces.add(kind.name().toLowerCase(Locale.ROOT) + " " + text);
            }
        });
        return String.join("; ", pieces);
    }

    /** All pieces. */
    static String whole(ScriptTokens tokens) {
        StringBuilder whole = new StringBuilder();
        tokens.visit((_, text) -> whole.append(text));
        return whole.toString();
    }
}
