package dev.wasmbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What a key signs with is HMAC-SHA-256, and nothing but what was signed verifies. */
class SigningKeyTest {

    /** RFC 4231, test cases 1 and 2. A key that is shorter than a block counts as filled up with zeros. */
    @Test
    void signsAsTheRfcSays() {
        byte[] twentyTimes0b = new byte[32];
        Arrays.fill(twentyTimes0b, 0, 20, (byte) 0x0B);
        assertThat(signature(twentyTimes0b, "Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(signature(Arrays.copyOf("Jefe".getBytes(US_ASCII), 32), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    private static String signature(byte[] key, String data) {
        return HexFormat.of().formatHex(SigningKey.of(key).sign(data.getBytes(US_ASCII), data.length()));
    }

    @Test
    void signsAsThePlatformDoes() throws GeneralSecurityException {
        Random random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            byte[] data = new byte[length + random.nextInt(10)];
            random.nextBytes(data);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(data, 0, length);
            assertThat(SigningKey.of(key).sign(data, length)).isEqualTo(mac.doFinal());
        }
    }

    @Test
    void verifiesWhatItSignedAndNothingElse() {
        SigningKey key = SigningKey.of(new byte[32]);
        byte[] data = {1, 2, 3, 4};
        byte[] signature = key.sign(data, 3);
        assertThat(key.verify(data, 3, signature)).isTrue();
        assertThat(key.verify(data, 4, signature)).isFalse();
        assertThat(key.verify(new byte[] {1, 2, 4}, 3, signature)).isFalse();
        assertThat(key.verify(data, 3, Arrays.copyOf(signature, 31))).isFalse();
        byte[] other = new byte[32];
        other[31] = 1;
        assertThat(SigningKey.of(other).verify(data, 3, signature)).isFalse();
    }
}
