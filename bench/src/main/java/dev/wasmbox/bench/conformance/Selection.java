package dev.wasmbox.bench.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tests are not run, and why: those for features that QuickJS does not have, by its own list (test262.conf), and those
 * that need what a box is not to have: modules, threads, other global scopes.
 */
final class Selection {

    private static final String FOLDER = "test262/test/";
    private static final Pattern HOST = Pattern.compile("\\$262\\s*\\.\\s*(\\w+)");
    private static final Pattern IMPORT = Pattern.compile("import\\s*\\(\\s*['\"`]\\.{0,2}/|_FIXTURE\\.js");

    private final Set<String> features = new HashSet<>();
    private final List<String> excluded = new ArrayList<>();
    private final Map<String, String> harness;

    /**
     * Reads QuickJS's list.
     *
     * @param configuration the file test262.conf
     * @param harness the files of test262's harness by their names
     */
    Selection(Path configuration, Map<String, String> harness) throws IOException {
        this.harness = harness;
        String section = "";
        for (String line : Files.readAllLines(configuration)) {
            String word = line.replaceAll("[#;].*", "").strip();
            if (word.startsWith("[")) {
                section = word;
            } else if (section.equals("[features]") && !word.isEmpty() && !word.endsWith("=skip")) {
                features.add(word);
            } else if (section.equals("[exclude]") && word.startsWith(FOLDER)) {
                excluded.add(word.substring(FOLDER.length()));
            }
        }
    }

    /** {@return why a test is not run, if it is not} */
    Optional<String> reasonAgainst(ConformanceTest test) {
        if (excluded.stream().anyMatch(test.path()::startsWith)) {
            return Optional.of(
                    "excluded by QuickJS: " + (test.path().startsWith("intl402/") ? "intl402" : "single tests"));
        }
        for (String feature : test.frontmatter().features()) {
            if (!features.contains(feature)) {
                return Optional.of("feature: " + feature);
            }
        }
        if (test.has("module") || IMPORT.matcher(test.source()).find()) {
            return Optional.of("modules");
        }
        if (test.has("CanBlockIsTrue")) {
            return Optional.of("a thread that can block");
        }
        return hostFunction(test.source())
                .or(() -> test.frontmatter().includes().stream()
                        .flatMap(include -> hostFunction(harness.getOrDefault(include, "")).stream())
                        .findFirst())
                .map(function -> "host function: $262." + function);
    }

    private static Optional<String> hostFunction(String source) {
        Matcher matcher = HOST.matcher(source);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
