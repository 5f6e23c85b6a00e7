package dev.wasmbox.cli;

import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.GuestModule;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A guest's messages and outputs, as lines: what they are, and how to write one. */
final class Messages {

    /** Of longer types, people get the beginning. */
    private static final int MOST_LINES = 30;

    /** The name of a variant, in JSON or in what somebody takes for it. */
    private static final Pattern VARIANT = Pattern.compile("[\\s{\"]*([^\\s\":]*)");

    private final LineCodec codec;
    private final LineCodec unstated;

    /** What lines are JSON of, if that is stated. */
    private final Optional<Schema> schema;

    /** Made when they are first asked for. */
    private @Nullable List<String> examples;

    private Messages(LineCodec codec, LineCodec unstated, Optional<Schema> schema) {
        this.codec = codec;
        this.unstated = unstated;
        this.schema = schema;
    }

    /**
     * Looks at what a guest states.
     *
     * @throws Failure if the guest's messages cannot be told as lines
     */
    static Messages of(GuestModule module) {
        Optional<Contract> contract = module.contract();
        try {
            LineCodec unstated = LineCodec.of(module);
            LineCodec codec =
                    contract.flatMap(Contract::input).map(unstated::resolve).orElse(unstated);
            return new Messages(
                    codec,
                    unstated,
                    contract.map(Contract::withShortNames)
                            .flatMap(Contract::input)
                            .filter(_ -> codec.isJson()));
        } catch (TypeMismatchException e) {
            throw new Failure(
                    ExitCode.FAILED, "The guest's messages cannot be told as lines: " + Failure.sentence(e) + ".", e);
        }
    }

    /**
     * The bytes of a message.
     *
     * @throws CodecException if the line is none
     */
    byte[] encode(String line) {
        return codec.encode(line);
    }

    /** {@return the codec of messages as lines, for the options of boxes} */
    Codec<String> lines() {
        return unstated;
    }

    /** {@return the codec of outputs, for the options of boxes} */
    Codec<Output> outputs() {
        return new Output.OfLines(unstated);
    }

    /** {@return whether lines are JSON} */
    boolean areJson() {
        return codec.isJson();
    }

    /** {@return lines that are messages: of an enum, one for each variant; none if any text is one, or nothing is stated} */
    List<String> examples() {
        if (examples == null) {
            examples = schema.map(Examples::of).orElse(List.of());
        }
        return examples;
    }

    /** {@return why a line is no message, and what one looks like: of the same variant, if it names one} */
    String refusal(String line, CodecException reason) {
        String variant = variant(line);
        return Failure.sentence(reason)
                + examples().stream()
                        .filter(example -> variant.equals(variant(example)))
                        .findFirst()
                        .or(() -> examples().stream().findFirst())
                        .map(example -> "; a message looks like " + example)
                        .orElse("");
    }

    private static String variant(String line) {
        Matcher matcher = VARIANT.matcher(line);
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /** {@return the type of the messages, if they are JSON of one that is stated} */
    Optional<String> type() {
        return schema.map(Schema::toString);
    }

    /** {@return what people should know of the messages, in lines; nothing if any text is one} */
    List<String> help() {
        if (!areJson()) {
            return List.of();
        }
        if (schema.isEmpty()) {
            return List.of("A message is JSON, of whatever type: the guest does not state it.");
        }
        List<String> type =
                schema.get().toString().lines().filter(line -> !line.isEmpty()).toList();
        return Stream.of(
                        Stream.of("A message is JSON, of the type " + type.getFirst()),
                        type.stream().skip(1).limit(MOST_LINES).map(line -> "  " + line),
                        Stream.of("  ... (wasmbox contract shows all)").limit(type.size() > MOST_LINES + 1 ? 1 : 0),
                        Stream.of("such as").limit(examples().isEmpty() ? 0 : 1),
                        examples().stream().limit(MOST_LINES).map(line -> "  " + line))
                .flatMap(lines -> lines)
                .toList();
    }
}
