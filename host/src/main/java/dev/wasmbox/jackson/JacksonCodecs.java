package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.TypeOf;
import dev.wasmbox.schema.Schema;

/**
 * Messages as JSON and CBOR documents, read and written by Jackson. The bytes of a message are the whole document,
 * without a length in front; what follows it is an error.
 *
 * <p>Jackson decides how types look: records by the names of their components, sealed interfaces with its own
 * annotations. Nesting, numbers and names are limited as it does by default, 1,000 levels deep among others.
 *
 * <p>The mappers here are stricter than Jackson's defaults, as guests are not trusted: text is no number and no
 * boolean, 1.5 is no integer, and a missing or null number is not 0. {@link #of} takes a mapper of your own instead.
 *
 * <p>Of what a guest states in its {@linkplain dev.wasmbox.schema.Contract contract}, only the name of the codec is compared:
 * {@code json}, {@code cbor}, or Jackson's own name of the mapper's format in lower case.
 *
 * <h2>Thread safety</h2>
 *
 * Every codec may be used by any number of threads.
 *
 * <h2>Error handling</h2>
 *
 * A value that cannot be written, and bytes that cannot be read, are a {@link CodecException} with Jackson's reason.
 */
public final class JacksonCodecs {

    private JacksonCodecs() {}

    /**
     * JSON in UTF-8.
     *
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     */
    public static <T> Codec<T> json(Class<T> type) {
        return new JacksonCodec<>("json", Json.MAPPER, Json.MAPPER.constructType(type));
    }

    /**
     * JSON in UTF-8, for a type with arguments.
     *
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     */
    public static <T> Codec<T> json(TypeOf<T> type) {
        return new JacksonCodec<>("json", Json.MAPPER, javaType(Json.MAPPER, type));
    }

    /**
     * CBOR. Needs {@code jackson-dataformat-cbor}.
     *
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     */
    public static <T> Codec<T> cbor(Class<T> type) {
        return new JacksonCodec<>("cbor", Cbor.MAPPER, Cbor.MAPPER.constructType(type));
    }

    /**
     * CBOR, for a type with arguments. Needs {@code jackson-dataformat-cbor}.
     *
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     */
    public static <T> Codec<T> cbor(TypeOf<T> type) {
        return new JacksonCodec<>("cbor", Cbor.MAPPER, javaType(Cbor.MAPPER, type));
    }

    /**
     * Whatever a mapper speaks: its modules, its naming, its format. The mapper must not be configured any more.
     *
     * @param mapper the mapper; that text follows the document is an error all the same
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     */
    @SuppressWarnings("exports") // Jackson is optional: who calls this requires it
    public static <T> Codec<T> of(ObjectMapper mapper, TypeOf<T> type) {
        return new JacksonCodec<>("jackson", mapper, javaType(mapper, type));
    }

    /**
     * Documents for whatever types a guest states, for hosts that do not have them in Java: consoles, gateways, tests. What
     * bytes of a schema with the codec {@code bincode-1} look like as JSON is told in docs/contract.md, "As JSON"; the rules
     * are serde's. Of the codecs {@code json} and {@code cbor} the bytes are a document already, which is not compared with
     * the types.
     *
     * <p>Strict in both directions: a field that is missing or unknown, a number out of range, anything of another kind is a
     * {@link CodecException}, whose message begins with the place: {@code Command.Move.dx: expected i32, found "x"}. Its
     * limits are those of {@link dev.wasmbox.Codecs#bincode(Class)}.
     *
     * {@snippet :
     * Contract contract = module.contract().orElseThrow();
     * Codec<JsonNode> input = JacksonCodecs.tree(contract.input().orElseThrow());
     * }
     *
     * @param schema what the guest states of one direction
     * @return the codec, for guests that state exactly that
     * @throws IllegalArgumentException if the schema's codec is none of these three
     */
    @SuppressWarnings("exports") // Jackson is optional: who calls this requires it
    public static Codec<JsonNode> tree(Schema schema) {
        return new TreeCodec(schema);
    }

    private static JavaType javaType(ObjectMapper mapper, TypeOf<?> type) {
        return mapper.constructType(type.annotatedType().getType());
    }

    private static ObjectMapper strict(MapperBuilder<?, ?> builder) {
        return builder.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build();
    }

    private static final class Json {
        private static final ObjectMapper MAPPER = strict(JsonMapper.builder());
    }

    /** Loaded when it is used, as the CBOR part of Jackson may be missing. */
    private static final class Cbor {
        private static final ObjectMapper MAPPER = strict(CBORMapper.builder());
    }
}
