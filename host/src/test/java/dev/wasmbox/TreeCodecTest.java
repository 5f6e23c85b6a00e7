package dev.wasmbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.wasmbox.jackson.JacksonCodecs;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.RandomDocuments;
import dev.wasmbox.schema.RandomSchemas;
import dev.wasmbox.schema.Schema;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents for whatever types a guest states. */
class TreeCodecTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String COMMAND = "g::Command; enum g::Command { Stop, Move { dx: i32, dy: Option<u8> },"
            + " Say(String), Swap(String, (bool, char)), Batch(Vec<g::Command>), Nothing(()) }";

    private static Schema schema(String statements) {
        return Contract.parse("wasmbox 1; codec \"bincode-1\"; input " + statements)
                .input()
                .orElseThrow();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bool;              | true                   | 01",
                "u8;                | 255                    | ff",
                "i16;               | -2                     | feff",
                "u64;               | 18446744073709551615   | ffffffffffffffff",
                "i128;              | -1                     | ffffffffffffffffffffffffffffffff",
                "f32;               | 0.1                    | cdcccc3d",
                "f32;               | \"NaN\"                | 0000c07f",
                "f32;               | \"NaN(0x7fc00001)\"    | 0100c07f",
                "f64;               | -0.0                   | 0000000000000080",
                "f64;               | \"-Infinity\"          | 000000000000f0ff",
                "f64;               | \"NaN(0xfff8000000000000)\" | 000000000000f8ff",
                "char;              | \"é\"                  | c3a9",
                "String;            | \"é\"                  | 0200000000000000c3a9",
                "Duration;          | \"PT5M0.5S\"           | 2c010000000000000065cd1d",
                "SystemTime;        | \"1970-01-01T00:01:00Z\" | 3c0000000000000000000000",
                "Option<u8>;        | null                   | 00",
                "Option<u8>;        | 7                      | 0107",
                "Option<Option<u8>>;| null                   | 00",
                "Option<Option<u8>>;| {\"Some\":null}        | 0100",
                "Option<Option<u8>>;| {\"Some\":7}           | 010107",
                "Option<()>;        | {\"Some\":null}        | 01",
                "Option<W>; struct W(Option<u8>) | {\"Some\":7} | 010107",
                "();                | null                   | ``",
                "X; struct X {}     | null                   | ``",
                "(u8,);             | [1]                    | 01",
                "X; struct X(u8)    | 1                      | 01",
                "X; struct X(u8,i8) | [1,-1]                 | 01ff",
                "X; struct X {\"a b\": u8, c: Option<u8>} | {\"a b\":1,\"c\":null} | 0100",
                "[u8; 3];           | [1,2,3]                | 010203",
                "Vec<u8>;           | [1]                    | 010000000000000001",
                "Vec<()>;           | [null,null]            | 0200000000000000",
                "Set<bool>;         | [true,false]           | 02000000000000000100",
                "Map<u8, u8>;       | {\"1\":2}              | 01000000000000000102",
                "Map<i128, u8>;     | {\"-1\":2}             | 0100000000000000ffffffffffffffffffffffffffffffff02",
                "Map<bool, u8>;     | {\"true\":2}           | 01000000000000000102",
                "Map<char, u8>;     | {\"a\":2}              | 01000000000000006102",
                "Map<S, u8>; enum S { A, B } | {\"B\":2}     | 01000000000000000100000002",
                "Map<K, u8>; struct K(u8)    | {\"1\":2}     | 01000000000000000102",
                "Map<(u8, u8), u8>; | [[[1,2],3]]            | 0100000000000000010203",
                "Map<Option<u8>, u8>; | [[null,3]]           | 01000000000000000003",
            })
    void values_look_as_serde_writes_them(String type, String document, String bytes) {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema(type));
        byte[] expected = HexFormat.of().parseHex(bytes == null ? "" : bytes);
        assertThat(codec.encode(json(document))).isEqualTo(expected);
        assertThat(codec.decode(expected).toString()).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"Stop\"                            | 00000000",
                "{\"Move\":{\"dx\":1,\"dy\":null}}   | 010000000100000000",
                "{\"Say\":\"hi\"}                    | 0200000002000000000000006869",
                "{\"Swap\":[\"a\",[true,\"x\"]]}     | 030000000100000000000000610178",
                "{\"Batch\":[\"Stop\"]}              | 04000000010000000000000000000000",
                "{\"Nothing\":null}                  | 05000000",
            })
    void variants_look_as_serde_writes_them(String document, String bytes) {
        values_look_as_serde_writes_them(COMMAND, document, bytes);
    }

    @Test
    void an_option_may_be_left_out() {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema(COMMAND));
        assertThat(codec.encode(json("{\"Move\":{\"dx\":1}}")))
                .isEqualTo(codec.encode(json("{\"Move\":{\"dy\":null,\"dx\":1}}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"Move\":{\"dx\":\"x\"}}    | Command.Move.dx: expected i32, found \"x\"",
                "{\"Move\":{\"dx\":1.0}}      | Command.Move.dx: expected i32, found 1.0",
                "{\"Move\":{\"dx\":null}}     | Command.Move.dx: expected i32, found null",
                "{\"Move\":{\"dx\":2147483648}} | Command.Move.dx: expected a value of i32, found 2147483648",
                "{\"Move\":{\"dx\":1,\"dy\":-1}} | Command.Move.dy: expected a value of u8, found -1",
                "{\"Move\":{\"dy\":1}}        | Command.Move.dx: expected i32, found nothing",
                "{\"Move\":{\"dx\":1,\"dz\":1}} | Command.Move: expected the fields dx, dy, found \"dz\" besides",
                "{\"Move\":[1]}               | Command.Move: expected an object with dx, dy, found [1]",
                "\"Move\"                     | Command: expected {\"Move\": ...}, found \"Move\"",
                "{\"Stop\":null}              | Command: expected \"Stop\", found {\"Stop\":null}",
                "\"Halt\"                     | Command: expected one of \"Stop\", {\"Move\": ...}, {\"Say\": ...}, {\"Swap\": ...}, {\"Batch\": ...}, {\"Nothing\": ...}, found \"Halt\"",
                "{}                           | Command: expected one of \"Stop\", {\"Move\": ...}, {\"Say\": ...}, {\"Swap\": ...}, {\"Batch\": ...}, {\"Nothing\": ...}, found {}",
                "{\"Swap\":[\"a\",[true]]}    | Command.Swap[1]: expected an array of 2, found [true]",
                "{\"Swap\":[\"a\",[true,\"ab\"]]} | Command.Swap[1][1]: expected char, a text of one character, found \"ab\"",
                "{\"Say\":\"\\ud800\"}        | Command.Say: expected text, found half a surrogate pair (\\ud800) at char 0 of 1",
                "{\"Batch\":[\"Stop\",3]}     | Command.Batch[1]: expected one of \"Stop\", {\"Move\": ...}, {\"Say\": ...}, {\"Swap\": ...}, {\"Batch\": ...}, {\"Nothing\": ...}, found 3",
                "{\"Nothing\":{}}             | Command.Nothing: expected null, found {}",
            })
    void what_is_no_message_is_told_with_its_place(String document, String message) {
        what_does_not_fit_is_told_with_its_place(COMMAND, document, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "f32;        | 1e39          | f32: expected a number that f32 can hold, found 1.0E39",
                "f64;        | 1e999         | f64: expected a number that f64 can hold, found \"Infinity\"",
                "f64;        | \"nan\"       | f64: expected f64 (a number, or one of \"NaN\", \"Infinity\", \"-Infinity\"), found \"nan\"",
                "f32;        | \"NaN(0x7f800000)\" | f32: expected the bits of a NaN, found \"NaN(0x7f800000)\"",
                "Duration;   | \"5m\"        | Duration: expected Duration, such as \"PT1M30S\", found \"5m\"",
                "Duration;   | \"PT-5M\"     | Duration: expected a Duration that is not negative, found PT-5M",
                "Duration;   | 5             | Duration: expected Duration, such as \"PT1M30S\", found 5",
                "SystemTime; | \"1969-12-31T23:59:59Z\" | SystemTime: expected an Instant from 1970 on, found 1969-12-31T23:59:59Z",
                "SystemTime; | \"today\"     | SystemTime: expected SystemTime, such as \"1970-01-01T00:00:00Z\", found \"today\"",
                "[u8; 2];    | [1]           | [u8; 2]: expected an array of 2, found [1]",
                "Vec<u8>;    | {}            | Vec<u8>: expected an array, found {}",
                "Set<u8>;    | [1,2,1]       | Set<u8>[2]: expected every element of a set and every key of a map once, found this one again",
                "Map<u8,u8>; | []            | Map<u8, u8>: expected an object, found []",
                "Map<u8,u8>; | {\"x\":1}     | Map<u8, u8>[\"x\"]: expected u8, found \"x\"",
                "Map<u8,u8>; | {\"01\":1}    | Map<u8, u8>[\"01\"]: expected u8, found \"01\"",
                "Map<u8,u8>; | {\"-0\":1}    | Map<u8, u8>[\"-0\"]: expected u8, found \"-0\"",
                "Map<u8,u8>; | {\"1\":\"x\"} | Map<u8, u8>[\"1\"]: expected u8, found \"x\"",
                "Map<bool,u8>; | {\"TRUE\":1} | Map<bool, u8>[\"TRUE\"]: expected bool, found \"TRUE\"",
                "Map<f32,u8>; | [[1,2],[1.0,3]] | Map<f32, u8>[1].key: expected every element of a set and every key of a map once, found this one again",
                "Map<f32,u8>; | [[1]]        | Map<f32, u8>[0]: expected a pair of key and value, found [1]",
                "Option<()>; | {\"some\":null} | Option<()>: expected null or {\"Some\": ...}, found {\"some\":null}",
                "(u8, u8);   | null          | (u8, u8): expected an array of 2, found null",
                "X; struct X { \"a b\": u8 } | {\"a b\":true} | X.\"a b\": expected u8, found true",
                "X; enum X {} | \"x\"        | X: expected one of , found \"x\"",
            })
    void what_does_not_fit_is_told_with_its_place(String type, String document, String message) {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema(type));
        assertThatThrownBy(() -> codec.encode(json(document)))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bool;          | 02                | bool: expected 0 (false) or 1 (true), found 2",
                "X; struct X { a: u8, b: u16 } | 0101 | X.b: expected 2 bytes, found 1",
                "u8;            | 0101              | u8: expected 1 bytes, found 2",
                "X; enum X { A } | 01000000         | X: expected the index of one of 1 variants, found 1",
                "Vec<u16>;      | ffffffffffffff7f00 | Vec<u16>: expected 9223372036854775807 elements of 2 bytes or more, found 1 bytes",
                "Vec<()>;       | 0100010000000000  | Vec<()>: expected at most 65536 elements that take no bytes in a message, found 65537 more after 0",
                "Set<u8>;       | 02000000000000000101 | Set<u8>[1]: expected every element of a set and every key of a map once, found this one again",
                "Map<u8, ()>;   | 02000000000000000101 | Map<u8, ()>[1].key: expected every element of a set and every key of a map once, found this one again",
                "Duration;      | 0000000000000000ffffffff | Duration: expected seconds that fit Duration and less than 1,000,000,000 nanoseconds, found 0 and 4294967295",
            })
    void bytes_that_are_no_value_are_told_with_their_place(String type, String bytes, String message) {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema(type));
        assertThatThrownBy(() -> codec.decode(HexFormat.of().parseHex(bytes)))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    /** A schema is a guest's, and a message of no bytes must not become a document of any size. */
    @Test
    void types_that_take_no_bytes_make_no_end_of_documents() {
        StringBuilder doubling = new StringBuilder("T40; struct T0 { a: () }");
        for (int level = 1; level <= 40; level++) {
            doubling.append(" struct T%d { a: T%d, b: T%d }".formatted(level, level - 1, level - 1));
        }
        List<String> types = new ArrayList<>(List.of(doubling.toString(), "[(); 2147483647];"));
        types.add("[[(); 65536]; 2];");
        types.add("[[[u8; 2147483647]; 2147483647]; 2147483647];");
        for (String type : types) {
            Codec<JsonNode> codec = JacksonCodecs.tree(schema(type));
            assertThatThrownBy(() -> codec.decode(new byte[0]))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining(": expected ");
        }
    }

    /** Of a large one, and of one that is deeper than Jackson writes, the beginning. */
    @Test
    void a_document_that_is_no_value_is_shown() {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema("u8;"));
        JsonNode nested = JsonNodeFactory.instance.arrayNode();
        for (int level = 1; level < 5_000; level++) {
            nested = JsonNodeFactory.instance.arrayNode().add(nested);
        }
        JsonNode deep = nested;
        assertThatThrownBy(() -> codec.encode(deep)).hasMessage("u8: expected u8, found " + "[".repeat(57) + "...");
        assertThatThrownBy(() -> codec.encode(json("{\"a\\n\":[1,\"é\",null],\"b\":{}}")))
                .hasMessage("u8: expected u8, found {\"a\\n\":[1,\"é\",null],\"b\":{}}");
        assertThatThrownBy(() -> codec.encode(json("{\"numbers\":[" + "1234,".repeat(1_000) + "1]}")))
                .hasMessage("u8: expected u8, found {\"numbers\":[" + "1234,".repeat(9) + "...");
    }

    /** The limit is that of {@code Codecs.bincode}. */
    @Test
    void types_within_themselves_have_a_limit() {
        Codec<JsonNode> codec = JacksonCodecs.tree(schema("N; struct N { next: Option<N> }"));
        byte[] deepest = new byte[513];
        java.util.Arrays.fill(deepest, 0, 512, (byte) 1);
        JsonNode document = codec.decode(deepest);
        assertThat(codec.encode(document)).isEqualTo(deepest);
        JsonNode deeper = json("{\"next\":" + document + "}");
        assertThatThrownBy(() -> codec.encode(deeper)).hasMessageContaining("expected at most 512 levels");
        byte[] more = new byte[10_001];
        java.util.Arrays.fill(more, 0, 10_000, (byte) 1);
        assertThatThrownBy(() -> codec.decode(more)).hasMessageContaining("expected at most 512 levels");
    }

    @Test
    void null_and_what_JSON_does_not_have_are_no_values() {
        Codec<JsonNode> numbers = JacksonCodecs.tree(schema("f64;"));
        assertThatThrownBy(() -> numbers.encode(DoubleNode.valueOf(Double.NaN))).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> numbers.encode(NullNode.instance)).isInstanceOf(CodecException.class);
    }

    @Test
    void a_guest_with_another_schema_is_refused() {
        Schema schema = schema(COMMAND);
        Codec<JsonNode> codec = JacksonCodecs.tree(schema);
        assertThat(codec.schema()).contains(schema);
        assertThat(codec.resolve(schema(COMMAND))).isSameAs(codec);
        assertThatThrownBy(() -> codec.resolve(schema(COMMAND.replace("Stop", "Halt"))))
                .isInstanceOf(TypeMismatchException.class)
                .hasMessageContaining("Halt");
    }

    @Test
    void documents_of_other_codecs_are_as_they_are() {
        String contract = "wasmbox 1; codec \"%s\"; input u8;";
        Codec<JsonNode> json = JacksonCodecs.tree(
                Contract.parse(contract.formatted("json")).input().orElseThrow());
        assertThat(json.encode(json("{\"any\":[1,null]}"))).isEqualTo("{\"any\":[1,null]}".getBytes(UTF_8));
        assertThat(json.decode("null".getBytes(UTF_8))).isEqualTo(NullNode.instance);
        assertThatThrownBy(() -> json.decode("{\"a\":1,\"a\":2}".getBytes(UTF_8)))
                .isInstanceOf(CodecException.class);
        Codec<JsonNode> cbor = JacksonCodecs.tree(
                Contract.parse(contract.formatted("cbor")).input().orElseThrow());
        assertThat(cbor.decode(new byte[] {(byte) 0x81, 1})).isEqualTo(json("[1]"));
        Schema other = Contract.parse(contract.formatted("postcard")).input().orElseThrow();
        assertThatThrownBy(() -> JacksonCodecs.tree(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are no documents of the codec postcard, only of bincode-1, json and cbor");
    }

    /** One that ends: of some types, most do not. */
    private static JsonNode document(Schema schema, long seed) {
        try {
            return RandomDocuments.of(schema, seed);
        } catch (IllegalArgumentException endless) {
            Assume.that(false);
            throw endless;
        }
    }

    @Property(tries = 3000)
    void every_document_of_a_schema_comes_back(@ForAll long seed) {
        Schema schema = RandomSchemas.of(seed);
        Codec<JsonNode> codec = JacksonCodecs.tree(schema);
        JsonNode document = document(schema, seed);
        byte[] bytes = codec.encode(document);
        JsonNode decoded = codec.decode(bytes);
        assertThat(decoded).isEqualTo(json(document.toString()));
        assertThat(codec.encode(json(decoded.toString()))).isEqualTo(bytes);
    }

    @Property(tries = 3000)
    void any_bytes_are_refused_or_are_exactly_one_document(@ForAll long seed, @ForAll byte place) {
        Schema schema = RandomSchemas.of(seed);
        Codec<JsonNode> codec = JacksonCodecs.tree(schema);
        byte[] bytes = codec.encode(document(schema, seed));
        if (bytes.length > 0) {
            bytes[Math.floorMod(place * 31, bytes.length)] ^= (byte) (1 << Math.floorMod(place, 8));
        }
        try {
            assertThat(codec.encode(codec.decode(bytes))).isEqualTo(bytes);
        } catch (CodecException refusal) {
            assertThat(refusal).hasMessageContaining(": expected ");
        }
    }
}
