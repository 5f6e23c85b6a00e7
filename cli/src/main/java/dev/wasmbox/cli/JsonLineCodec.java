package dev.wasmbox.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.jackson.JacksonCodecs;
import dev.wasmbox.schema.Schema;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values of a type as JSON, on one line. Jackson is loaded with this class, and not where lines are texts. */
final class JsonLineCodec implements Codec<String> {

    /** Types within themselves have a limit of their own, in which each level may be some of JSON's. */
    private static final int MOST_LEVELS = 10_000;

    /** Lines have a limit of their own, and so have messages. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_LEVELS)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MOST_LEVELS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /** What Jackson says besides what is wrong: its own settings, and what it was about to do. */
    private static final Pattern DETAILS = Pattern.compile(
            "( \\(of type| found after value| for `|: enable `| \\(\\d+, from `|:? was expecting|: expected|: maybe|: only).*",
            Pattern.DOTALL);

    private final Codec<JsonNode> documents;

    /**
     * Makes one.
     *
     * @param schema the type
     * @throws IllegalArgumentException if its codec is none that has documents
     */
    JsonLineCodec(Schema schema) {
        this.documents = JacksonCodecs.tree(schema);
    }

    @Override
    public byte[] encode(String line) {
        return documents.encode(parse(line));
    }

    /**
     * Reads a line.
     *
     * @throws CodecException if it is no JSON
     */
    static JsonNode parse(String line) {
        if (line.isBlank()) {
            throw new CodecException("the line is empty");
        }
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            String reason = DETAILS.matcher(e.getOriginalMessage()).replaceFirst("");
            JsonLocation location = e.getLocation();
            throw new CodecException(
                    "this is no JSON: " + reason
                            + (location == null ? "" : " at character " + (location.getCharOffset() + 1)),
                    e);
        }
    }

    /** A document in Java's own types. */
    static @Nullable Object toJava(JsonNode document) {
        return MAPPER.convertValue(document, Object.class);
    }

    @Override
    public String decode(byte[] bytes) {
        JsonNode document = documents.decode(bytes);
        try {
            return MAPPER.writeValueAsString(document)
                    // As everywhere here: these end a line for some readers, and the last is no character to look at.
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029")
                    .replace("\u007f", "\\u007f");
        } catch (JsonProcessingException e) {
            throw new CodecException("%s as JSON".formatted(e.getOriginalMessage()), e);
        }
    }
}
