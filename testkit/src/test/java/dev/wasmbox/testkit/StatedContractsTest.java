package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.WasmBox;
import dev.wasmbox.schema.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guests of the SDKs say of their messages is what they are, and is nowhere but in its section. */
class StatedContractsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"counter", "countersync", "echo", "random", "counter-c", "counter-wat", "counter-assemblyscript"
            })
    void guests_of_strings_say_so(String guest) {
        assertThat(Guests.load(guest, Engine.INTERPRETED).contract())
                .contains(Contract.parse("wasmbox 1; codec \"bincode-1\"; input String; output String;"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"original-counter", "original-echo"})
    void guests_of_the_original_crate_say_nothing(String guest) {
        assertThat(Guests.load(guest, Engine.INTERPRETED).contract()).isEmpty();
    }

    record Length(double number, Unit unit) {}

    enum Unit {
        METER,
        FOOT
    }

    record Sum(List<Product> products) {}

    sealed interface Product {
        record Once(Length length) implements Product {}

        record Times(double times, Sum sum) implements Product {}
    }

    record Answer(double value, List<Length> parts) {}

    /** Its linker found the definitions in many objects, and would have left some of them there. */
    @Test
    void types_of_another_crate_are_stated_whole() {
        BoxOptions<Sum, Answer> options = BoxOptions.of(Codecs.bincode(Sum.class), Codecs.bincode(Answer.class));
        Length foot = new Length(10, Unit.FOOT);
        try (WasmBox<Sum, Answer> box =
                Guests.load("shared-types", Engine.COMPILED).start(options)) {
            Sum sum = new Sum(List.of(
                    new Product.Once(foot),
                    new Product.Times(2, new Sum(List.of(new Product.Once(new Length(1, Unit.METER)))))));
            assertThat(box.send(sum))
                    .containsExactly(new Answer(10 * 0.3048 + 2, List.of(foot, new Length(2, Unit.METER))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror", "chess-clock", "shared-types", "tally-c"})
    void the_text_takes_no_memory(String guest) throws IOException {
        byte[] wasm = Files.readAllBytes(Guests.file(guest));
        String whole = new String(wasm, StandardCharsets.ISO_8859_1);
        assertThat(whole.split("codec \"bincode-1\"", -1)).hasSize(2);
        try (WasmBox<byte[], byte[]> box =
                Guests.load(guest, Engine.INTERPRETED).start(BoxOptions.bytes())) {
            MemoryContents memory = box.snapshot().memories().getFirst();
            assertThat(new String(memory.read(0, memory.sizeBytes()), StandardCharsets.ISO_8859_1))
                    .doesNotContain("codec \"bincode-1\"");
        }
    }
}
