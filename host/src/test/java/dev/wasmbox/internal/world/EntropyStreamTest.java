package dev.wasmbox.internal.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stream is that of RFC 8439; the vectors are those of its appendix A.1 that have a nonce of zeros. */
class EntropyStreamTest {

    private static final String ZEROS = "00".repeat(32);
    private static final String LAST_BIT = "00".repeat(31) + "01";

    private static String read(String key, long position, int length) {
        byte[] bytes = new byte[length];
        new EntropyStream(HexFormat.of().parseHex(key), position).read(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 0, 76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
        "'', '', 1, 9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
        "'', 01, 1, 3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                + "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
        "00ff, '', 2, 72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
                + "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
    })
    void isThatOfTheStandard(String front, String back, int block, String expected) {
        String key = front + ZEROS.substring(front.length() + back.length()) + back;
        assertThat(read(key, 64L * block, 64)).isEqualTo(expected);
    }

    @Property(tries = 200)
    void isTheSameInWhateverPartsItIsRead(
            @ForAll @Size(max = 12) List<@IntRange(max = 200) Integer> lengths,
            @ForAll @LongRange(max = 1L << 62) long start) {
        EntropyStream parts = new EntropyStream(HexFormat.of().parseHex(LAST_BIT), start);
        StringBuilder read = new StringBuilder();
        for (int length : lengths) {
            // A stream that is taken up at the position of another goes on like it.
            EntropyStream resumed = new EntropyStream(parts.seed(), parts.position());
            byte[] expected = new byte[length];
            resumed.read(expected);
            byte[] bytes = new byte[length];
            parts.read(bytes);
            assertThat(bytes).isEqualTo(expected);
            assertThat(resumed.position()).isEqualTo(parts.position());
            read.append(HexFormat.of().formatHex(bytes));
        }
        int total = lengths.stream().mapToInt(length -> length).sum();
        assertThat(parts.position()).isEqualTo(start + total);
        assertThat(read.toString()).isEqualTo(read(LAST_BIT, start, total));
    }

    @Test
    void doesNotRepeatWhereTheCounterPasses32Bits() {
        long blocks = 1L << 32;
        assertThat(read(ZEROS, 64 * blocks, 64)).isNotEqualTo(read(ZEROS, 0, 64));
        // Across the boundary in one read and in two.
        assertThat(read(ZEROS, 64 * blocks - 10, 20))
                .isEqualTo(read(ZEROS, 64 * blocks - 10, 10) + read(ZEROS, 64 * blocks, 10));
    }

    @Test
    void refusesWhatIsNoKeyAndNoPosition() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EntropyStream(new byte[31], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EntropyStream(new byte[32], -1));
    }
}
