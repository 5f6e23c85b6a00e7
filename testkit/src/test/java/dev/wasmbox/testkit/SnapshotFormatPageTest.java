package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/snapshot-format.md shows two files byte by byte: they are what its guest gives, and every reader reads them. */
class SnapshotFormatPageTest {

    private static final String PAGE = page();

    private static String page() {
        try {
            return Files.readString(Guests.root().resolve("docs/snapshot-format.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is between a line of three back-quotes and a word, and the next of three back-quotes. */
    private static String block(String word) {
        int start = PAGE.indexOf("\n```" + word + "\n") + word.length() + 5;
        return PAGE.substring(start, PAGE.indexOf("\n```\n", start));
    }

    /** The bytes of a listing, each line of which has its offset, up to sixteen bytes, and perhaps their meaning. */
    private static byte[] listing(String word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block(word).lines().forEach(line -> {
            assertThat(line).startsWith("%04X  ".formatted(bytes.size()));
            String hex = line.substring(6, Math.min(53, line.length())).strip();
            bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
        });
        return bytes.toByteArray();
    }

    private static WasmBox<byte[], byte[]> box(Engine engine) {
        return Wat.load(block("wat"), engine)
                .start(BoxOptions.bytes().withClock(BoxClock.fixed(Instant.ofEpochSecond(1_700_000_000))));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theListingsAreWhatTheGuestGives(Engine engine) {
        WasmBox<byte[], byte[]> box = box(engine);
        box.send("hi".getBytes(UTF_8));
        Snapshot first = box.snapshot();
        assertThat(HexFormat.ofDelimiter(" ").formatHex(first.toBytes()))
                .as("the file; change docs/snapshot-format.md if it is to be another one from now on")
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(listing("whole")));
        box.send("hi".getBytes(UTF_8));
        assertThat(HexFormat.ofDelimiter(" ").formatHex(box.snapshot().toBytes(SnapshotForm.deltaFrom(first))))
                .as("the delta; change docs/snapshot-format.md if it is to be another one from now on")
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(listing("delta")));
    }

    @Test
    void theListingsAreReadByTheLibraryAndByTheReaderThatKnowsThePageOnly() {
        Snapshot whole = Snapshot.of(listing("whole"));
        Snapshot delta = SnapshotReader.standard()
                .withSource(digest -> Optional.of(listing("whole")))
                .read(listing("delta"));
        assertThat(whole.messages()).isEqualTo(1);
        assertThat(delta.messages()).isEqualTo(2);
        assertThat(whole.clock()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(whole.tables()).singleElement().satisfies(table -> assertThat(table)
                .containsExactly(-1, 1));
        assertThat(new String(whole.memories().getFirst().read(16, 14), UTF_8)).isEqualTo("A small guest.");
        assertThat(delta.memories().getFirst().read(8, 1)).containsExactly(2);

        PlainSnapshot plainWhole = PlainSnapshot.read(listing("whole"));
        PlainSnapshot plainDelta =
                PlainSnapshot.read(listing("delta"), PlainSnapshot.parents(Map.of(whole.digest(), listing("whole"))));
        assertThat(plainWhole.digestHex()).isEqualTo(whole.digest());
        assertThat(plainDelta.digestHex()).isEqualTo(delta.digest());
        Stream.of("IDEN", "PARE", "HOST", "GLOB", "DROP", "PAGE", "BLOK", "WASM")
                .forEach(kind -> assertThat(PAGE).contains("| `" + kind + "` | "));
    }
}
