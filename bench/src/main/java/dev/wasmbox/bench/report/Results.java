package dev.wasmbox.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What one of the measurements wrote: objects in JSON, one a line.
 *
 * @param lines the objects
 */
record Results(List<JsonNode> lines) {

    /** Reads a file, which may be missing. */
    static Results read(Path file) throws IOException {
        JsonMapper json = new JsonMapper();
        List<JsonNode> lines = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                lines.add(json.readTree(line));
            }
        }
        return new Results(lines);
    }

    /** These, changed. */
    Results map(UnaryOperator<ObjectNode> change) {
        return new Results(lines.stream()
                .map(line -> (JsonNode) change.apply(line.deepCopy()))
                .toList());
    }

    /** These and those. */
    Results and(Results those) {
        return new Results(Stream.concat(lines.stream(), those.lines.stream()).toList());
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Those that have these values, which are compared as text. */
    Results with(Map<String, ?> values) {
        return new Results(lines.stream()
                .filter(line -> values.entrySet().stream().allMatch(value -> line.path(value.getKey())
                        .asText()
                        .equals(value.getValue().toString())))
                .toList());
    }

    /** All values of a field, in the order of the lines; of those in arrays, each. */
    List<Double> values(String field) {
        return lines.stream()
                .map(line -> line.path(field))
                .flatMap(value -> value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .toList();
    }

    Optional<Figure> figure(String field) {
        List<Double> values = values(field);
        return values.isEmpty() ? Optional.empty() : Optional.of(Figure.of(values));
    }

    /** The different values of a field, as text, in the order in which they come first. */
    List<String> names(String field) {
        return lines.stream().map(line -> line.path(field).asText()).distinct().toList();
    }
}
