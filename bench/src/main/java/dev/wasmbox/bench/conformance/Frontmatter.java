package dev.wasmbox.bench.conformance;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a test says of itself, in the comment between the marks of test262.
 *
 * @param flags how it is to be run
 * @param includes the files of the harness that it needs, beside those that all do
 * @param features what it takes of the language that is not for granted
 * @param negative the error that it has to end with, if it has to
 */
record Frontmatter(Set<String> flags, List<String> includes, List<String> features, Optional<Negative> negative) {

    /**
     * An error that has to come.
     *
     * @param phase parse, resolution or runtime
     * @param type the name of its constructor
     */
    record Negative(String phase, String type) {}

    private static final Pattern SEPARATOR = Pattern.compile("[,\\n]|(?m)^\\s*- ");
    private static final Pattern COMMENT = Pattern.compile("/\\*---(.*?)---\\*/", Pattern.DOTALL);

    static Frontmatter of(String source) {
        Matcher matcher = COMMENT.matcher(source);
        String yaml = matcher.find()
                ? matcher.group(1).replaceAll("\r\n?", "\n").stripTrailing().stripIndent()
                : "";
        String phase = scalar(yaml, "phase"), type = scalar(yaml, "type");
        return new Frontmatter(
                Set.copyOf(list(yaml, "flags")),
                list(yaml, "includes"),
                list(yaml, "features"),
                phase == null || type == null ? Optional.empty() : Optional.of(new Negative(phase, type)));
    }

    /** A list in brackets, or one of lines with dashes. */
    private static List<String> list(String yaml, String key) {
        Matcher inline = Pattern.compile("(?m)^" + key + ":\\s*\\[([^]]*)]").matcher(yaml);
        Matcher lines = Pattern.compile("(?m)^" + key + ":[ \t]*\n((?:[ \t]*-[^\n]*\n?)+)")
                .matcher(yaml);
        String elements = inline.find() ? inline.group(1) : lines.find() ? lines.group(1) : "";
        return SEPARATOR
                .splitAsStream(elements)
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .distinct()
                .toList();
    }

    private static @Nullable String scalar(String yaml, String key) {
        Matcher matcher = Pattern.compile("(?m)^\\s+" + key + ":\\s*(\\S+)").matcher(yaml);
        return matcher.find() ? matcher.group(1) : null;
    }
}
