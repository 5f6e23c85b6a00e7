package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.Rust;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest whose contract is not true: the host believes it at first, and comes to no harm. */
class LiarTest {

    /** The names are the guest's. */
    @SuppressWarnings("JavaLangClash")
    sealed interface Claim {
        record Say(@Rust("u32") long number) implements Claim {}

        record Bool() implements Claim {}

        record Option() implements Claim {}

        record Char() implements Claim {}

        record String() implements Claim {}

        record Vec() implements Claim {}

        record Variant() implements Claim {}

        record Short() implements Claim {}

        record Long() implements Claim {}
    }

    enum Color {
        RED,
        GREEN
    }

    /** The names are the guest's. */
    @SuppressWarnings("JavaLangClash")
    sealed interface Answer {
        record Said(@Rust("u32") long number) implements Answer {}

        record Bool(boolean value) implements Answer {}

        record Option(Optional<@Rust("u8") Integer> value) implements Answer {}

        record Char(@Rust("char") int value) implements Answer {}

        record String(java.lang.String value) implements Answer {}

        record Vec(List<@Rust("u64") BigInteger> value) implements Answer {}

        record Variant(Color value) implements Answer {}

        record Short(@Rust("u64") long value) implements Answer {}

        record Long(@Rust("u8") int value) implements Answer {}
    }

    private static final BoxOptions<Claim, Answer> OPTIONS =
            BoxOptions.of(Codecs.bincode(Claim.class), Codecs.bincode(Answer.class));

    @ParameterizedTest
    @EnumSource(Engine.class)
    void outputs_of_other_types_are_errors_with_their_place(Engine engine) {
        try (WasmBox<Claim, Answer> box = Guests.load("liar", engine).start(OPTIONS)) {
            refused(box, new Claim.Bool(), "Answer.Bool.value: expected 0 (false) or 1 (true), found 2");
            refused(box, new Claim.Option(), "Answer.Option.value: expected 0 (None) or 1 (Some), found 7");
            refused(box, new Claim.Char(), "Answer.Char.value: expected UTF-8");
            refused(box, new Claim.String(), "Answer.String.value: expected UTF-8");
            refused(
                    box,
                    new Claim.Vec(),
                    "Answer.Vec.value: expected 18446744073709551615 elements of 8 bytes or more");
            refused(box, new Claim.Variant(), "Answer.Variant.value: expected the index of one of 2 variants, found 2");
            refused(box, new Claim.Short(), "Answer.Short.value: expected 8 bytes, found 1");
            refused(box, new Claim.Long(), "Answer: expected 5 bytes, found 12");
        }
    }

    private static void refused(WasmBox<Claim, Answer> box, Claim claim, String message) {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> box.send(claim))
                .withMessageStartingWith(message);
        assertThat(box.state()).isEqualTo(BoxState.READY);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void inputs_that_it_cannot_read_end_the_guest_and_no_more(Engine engine) {
        try (WasmBox<Claim, Answer> box = Guests.load("liar", engine).start(OPTIONS)) {
            var snapshot = box.snapshot();
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> box.send(new Claim.Say(5)))
                    .withMessageContaining("the input of 8 bytes cannot be read as liar::Question");
            box.restore(snapshot);
            refused(box, new Claim.Bool(), "Answer.Bool.value");
        }
    }
}
