package dev.wasmbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The string codec. The bytes are what {@code bincode::serialize} of the crate bincode 1.3.3 wrote. */
class StringCodecTest {

    private static final HexFormat HEX = HexFormat.of();

    private final Codec<String> codec = Codecs.string();

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = true,
            textBlock =
                    """
                    '',         0000000000000000
                    up,         02000000000000007570
                    grüße 🦀,   0c000000000000006772c3bcc39f6520f09fa680
                    """)
    void writes_and_reads_what_Rust_does(String text, String hex) {
        assertThat(HEX.formatHex(codec.encode(text))).isEqualTo(hex);
        assertThat(codec.decode(HEX.parseHex(hex))).isEqualTo(text);
    }

    @Property
    void every_text_comes_back(@ForAll String text) {
        String sound = new String(text.getBytes(UTF_8), UTF_8);
        byte[] bytes = codec.encode(sound);
        assertThat(bytes).endsWith(sound.getBytes(UTF_8)).hasSize(8 + sound.getBytes(UTF_8).length);
        assertThat(codec.decode(bytes)).isEqualTo(sound);
    }

    @Property
    void every_code_point_comes_back_and_only_surrogates_are_refused(@ForAll char unit) {
        String text = "a" + unit + "b";
        if (Character.isSurrogate(unit)) {
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> codec.encode(text));
        } else {
            assertThat(codec.decode(codec.encode(text))).isEqualTo(text);
        }
    }

    @Property
    void any_bytes_are_read_or_refused_as_the_strict_decoder_of_the_JDK_has_it(@ForAll byte[] bytes) {
        byte[] message = message(bytes.length, bytes);
        String lenient = new String(bytes, UTF_8);
        if (Arrays.equals(lenient.getBytes(UTF_8), bytes)) {
            assertThat(codec.decode(message)).isEqualTo(lenient);
        } else {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> codec.decode(message))
                    .withMessageContaining("expected UTF-8");
        }
    }

    @Test
    void the_replacement_character_itself_is_text() {
        assertThat(codec.decode(codec.encode("\uFFFD"))).isEqualTo("\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "61ff", "c0af", "eda080", "edbfbf", "f4908080", "c3", "efbfbdff"})
    void malformed_UTF_8_is_refused(String hex) {
        byte[] text = HEX.parseHex(hex);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.decode(message(text.length, text)))
                .withMessageStartingWith("String: expected UTF-8, found something else at byte ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83E", "\uDD80", "a\uD83Eb", "\uDD80\uD83E", "\uD83E\uD83E\uDD80"})
    void half_a_surrogate_pair_is_refused(String text) {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(text))
                .withMessageContaining("half a surrogate pair");
    }

    @ParameterizedTest
    @CsvSource({
        "3, 'expected 3 bytes of text after the length, found 2'",
        "1, 'expected 1 bytes of text after the length, found 2'",
        "-1, 'expected 18446744073709551615 bytes of text after the length, found 2'",
        "-9223372036854775808, 'expected 9223372036854775808 bytes of text after the length, found 2'",
        "4294967298, 'expected 4294967298 bytes of text after the length, found 2'",
    })
    void a_length_other_than_that_of_the_text_is_refused(long length, String reason) {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.decode(message(length, new byte[] {'u', 'p'})))
                .withMessage("String: " + reason);
    }

    @Test
    void a_message_too_short_for_a_length_is_refused() {
        for (int size = 0; size < 8; size++) {
            byte[] bytes = new byte[size];
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> codec.decode(bytes))
                    .withMessage("String: expected the 8 bytes of a length, found " + size);
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void null_is_refused() {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(null))
                .withMessage("String: expected a value, found null");
    }

    @Test
    void plain_bytes_are_copied_both_ways() {
        byte[] bytes = {1, 2, 3};
        byte[] encoded = Codecs.bytes().encode(bytes);
        byte[] decoded = Codecs.bytes().decode(bytes);
        bytes[0] = 9;
        assertThat(encoded).containsExactly(1, 2, 3);
        assertThat(decoded).containsExactly(1, 2, 3);
    }

    private static byte[] message(long length, byte[] text) {
        return ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(text)
                .array();
    }
}
