package dev.wasmbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasmbox.jackson.JacksonCodecs;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON and CBOR by way of Jackson. */
class JacksonCodecTest {

    record Player(String name, int level, List<String> items) {}

    /** As serde's externally tagged enums: {@code {"Move":{"dx":1}}}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "Move", value = Move.class),
        @JsonSubTypes.Type(name = "Say", value = Say.class)
    })
    sealed interface Command {}

    record Move(int dx) implements Command {}

    record Say(String text) implements Command {}

    record Nested(@Nullable Nested inner) {}

    private static final Player PLAYER = new Player("Ada", 3, List.of("key"));

    private final Codec<Player> json = JacksonCodecs.json(Player.class);
    private final Codec<Player> cbor = JacksonCodecs.cbor(Player.class);

    @Test
    void a_record_is_a_JSON_document() {
        byte[] document = "{\"name\":\"Ada\",\"level\":3,\"items\":[\"key\"]}".getBytes(UTF_8);
        assertThat(json.encode(PLAYER)).isEqualTo(document);
        assertThat(json.decode(document)).isEqualTo(PLAYER);
    }

    @Test
    void a_record_is_a_CBOR_document() {
        assertThat(cbor.decode(cbor.encode(PLAYER))).isEqualTo(PLAYER);
        assertThat(JacksonCodecs.cbor(new TypeOf<Map<String, Integer>>() {})
                        .decode(HexFormat.of().parseHex("a1616101")))
                .isEqualTo(Map.of("a", 1));
    }

    @Test
    void types_may_have_arguments() {
        Codec<List<Player>> players = JacksonCodecs.json(new TypeOf<List<Player>>() {});
        assertThat(players.decode(players.encode(List.of(PLAYER)))).containsExactly(PLAYER);
        assertThat(players).hasToString("json(java.util.List<dev.wasmbox.JacksonCodecTest$Player>)");
    }

    @Test
    void sealed_interfaces_are_what_annotations_say() {
        Codec<Command> commands = JacksonCodecs.json(Command.class);
        assertThat(commands.encode(new Move(1))).isEqualTo("{\"Move\":{\"dx\":1}}".getBytes(UTF_8));
        assertThat(commands.decode("{\"Say\":{\"text\":\"hi\"}}".getBytes(UTF_8)))
                .isEqualTo(new Say("hi"));
    }

    @Test
    void a_mapper_of_ones_own_decides() {
        record LongName(int someNumber) {}
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        Codec<LongName> codec = JacksonCodecs.of(mapper, new TypeOf<LongName>() {});
        assertThat(codec.encode(new LongName(1))).isEqualTo("{\"some_number\":1}".getBytes(UTF_8));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.decode("{\"some_number\":1} x".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "nonsense",
                "[]",
                "{\"name\":\"Ada\"",
                "{\"name\":\"Ada\",\"level\":3,\"items\":[]} {}",
                "{\"name\":\"Ada\",\"level\":3,\"items\":[]}x",
                "{\"name\":\"Ada\",\"level\":\"3\",\"items\":[]}",
                "{\"name\":\"Ada\",\"level\":3.5,\"items\":[]}",
                "{\"name\":\"Ada\",\"level\":3000000000,\"items\":[]}",
                "{\"name\":\"Ada\",\"level\":null,\"items\":[]}",
                "{\"name\":\"Ada\",\"items\":[]}",
                "{\"name\":\"Ada\",\"level\":3,\"items\":[],\"more\":1}",
            })
    void other_documents_are_refused(String document) {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> json.decode(document.getBytes(UTF_8)))
                .withMessageStartingWith("json(dev.wasmbox.JacksonCodecTest$Player): ");
    }

    @Test
    void deep_nesting_is_refused() {
        byte[] document = "{\"inner\":".repeat(1_000_000).getBytes(UTF_8);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> JacksonCodecs.json(Nested.class).decode(document))
                .withMessageContaining("nest"); // a small stack may end before Jackson's limit of 1,000
        Nested nested = new Nested(null);
        for (int level = 0; level < 100_000; level++) {
            nested = new Nested(nested);
        }
        Nested deep = nested;
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> JacksonCodecs.json(Nested.class).encode(deep));
        byte[] binary = new byte[1_000_000];
        Arrays.fill(binary, (byte) 0x81);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> JacksonCodecs.cbor(Object.class).decode(binary));
    }

    @Test
    @SuppressWarnings("NullAway")
    void null_is_refused() {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> json.encode(null))
                .withMessageEndingWith(": expected a value, found null");
    }

    @Test
    void only_the_name_of_the_codec_is_compared_with_what_a_guest_states() {
        Schema statesJson = new Schema("json", SchemaType.Scalar.BOOL, Map.of());
        Schema statesCbor = new Schema("cbor", SchemaType.Scalar.BOOL, Map.of());
        Codec<Player> own = JacksonCodecs.of(new JsonMapper(), new TypeOf<Player>() {});
        assertThat(json.resolve(statesJson)).isSameAs(json);
        assertThat(cbor.resolve(statesCbor)).isSameAs(cbor);
        assertThat(own.resolve(statesJson)).isSameAs(own);
        assertThatExceptionOfType(TypeMismatchException.class)
                .isThrownBy(() -> json.resolve(statesCbor))
                .withMessageEndingWith("Player): guest codec cbor, host codec json");
        assertThatExceptionOfType(TypeMismatchException.class).isThrownBy(() -> own.resolve(statesCbor));
    }

    @Property(tries = 500)
    void any_bytes_are_read_or_refused(@ForAll @Size(max = 100) byte[] bytes) {
        for (Codec<?> codec : List.of(json, cbor, JacksonCodecs.json(Object.class), JacksonCodecs.cbor(Object.class))) {
            try {
                assertThat(codec.decode(bytes)).isNotNull();
            } catch (CodecException refusal) {
                assertThat(refusal).hasMessageContaining(": ");
            }
        }
    }

    @Property(tries = 200)
    void every_truncation_of_a_document_is_refused(@ForAll String name, @ForAll int level) {
        Player player = new Player(new String(name.getBytes(UTF_8), UTF_8), level, List.of());
        for (Codec<Player> codec : List.of(json, cbor)) {
            byte[] bytes = codec.encode(player);
            assertThat(codec.decode(bytes)).isEqualTo(player);
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length - 1)));
        }
    }
}
