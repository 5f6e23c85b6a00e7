package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.Rust;
import dev.wasmbox.WasmBox;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests and hosts of yesterday and of today: what each can tell the other, as docs/contract.md has it. */
@SuppressWarnings("SameNameButDifferent") // that is what it is about
class EvolutionTest {

    /** The host's types as they were. */
    interface Yesterday {

        sealed interface Command {
            record Add(String name, @Rust("u32") long cents) implements Command {}

            record Put(Item item) implements Command {}

            record PutAll(List<Item> items) implements Command {}

            record PutFrom(Map<String, Item> shelves) implements Command {}

            record PutMaybe(Optional<Item> item) implements Command {}

            record Look() implements Command {}
        }

        record Item(String name, @Rust("u32") long cents) {}

        sealed interface Answer {
            record Understood(String words) implements Answer {}

            record Cart(List<Item> items, Map<String, Item> byName, Optional<Item> last, @Rust("u64") long totalCents)
                    implements Answer {}
        }

        Codec<Answer> ANSWER = Codecs.bincode(Answer.class);
        BoxOptions<Command, Answer> OPTIONS = BoxOptions.of(Codecs.bincode(Command.class), ANSWER);
    }

    /** The host's types as they are. */
    interface Today {

        sealed interface Command {
            record Add(String name, @Rust("u32") long cents, Optional<String> note) implements Command {}

            record Put(Item item) implements Command {}

            record PutAll(List<Item> items) implements Command {}

            record PutFrom(Map<String, Item> shelves) implements Command {}

            record PutMaybe(Optional<Item> item) implements Command {}

            record Look() implements Command {}

            record Redeem(String coupon, @Rust("u8") int percent) implements Command {}
        }

        record Item(String name, @Rust("u32") long cents, Optional<String> note) {}

        record Coupon(String coupon, @Rust("u8") int percent) {}

        sealed interface Answer {
            record Understood(String words) implements Answer {}

            record Cart(
                    List<Item> items,
                    Map<String, Item> byName,
                    Optional<Item> last,
                    @Rust("u64") long totalCents,
                    Optional<Coupon> coupon)
                    implements Answer {}

            record Redeemed(Coupon coupon) implements Answer {}
        }

        BoxOptions<Command, Answer> OPTIONS =
                BoxOptions.of(Codecs.bincode(Command.class), Codecs.bincode(Answer.class));
    }

    private static Today.Item plain(String name, long cents) {
        return new Today.Item(name, cents, Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void a_host_of_today_and_a_guest_of_today(Engine engine) {
        try (WasmBox<Today.Command, Today.Answer> box =
                Guests.load("evolution-2", engine).start(Today.OPTIONS)) {
            Today.Item tea = new Today.Item("tea", 300, Optional.of("green"));
            assertThat(box.send(new Today.Command.Put(tea)))
                    .containsExactly(new Today.Answer.Understood("tea for 300 (green)"));
            Today.Coupon coupon = new Today.Coupon("TENTH", 10);
            assertThat(box.send(new Today.Command.Redeem("TENTH", 10)))
                    .containsExactly(new Today.Answer.Redeemed(coupon));
            assertThat(box.send(new Today.Command.Look()))
                    .containsExactly(new Today.Answer.Cart(
                            List.of(tea), Map.of("tea", tea), Optional.of(tea), 270, Optional.of(coupon)));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void a_host_of_today_and_a_guest_of_yesterday(Engine engine) {
        try (WasmBox<Today.Command, Today.Answer> box =
                Guests.load("evolution-1", engine).start(Today.OPTIONS)) {
            assertThat(box.send(new Today.Command.Add("tea", 300, Optional.empty())))
                    .containsExactly(new Today.Answer.Understood("tea for 300"));
            assertThat(box.send(new Today.Command.PutAll(List.of(plain("jam", 5), plain("rye", 7)))))
                    .containsExactly(new Today.Answer.Understood("jam for 5, rye for 7"));
            assertThat(box.send(new Today.Command.PutFrom(Map.of("3b", plain("oil", 9)))))
                    .containsExactly(new Today.Answer.Understood("oil for 9"));
            assertThat(box.send(new Today.Command.PutMaybe(Optional.of(plain("egg", 1)))))
                    .containsExactly(new Today.Answer.Understood("egg for 1"));
            assertThat(box.send(new Today.Command.Look())).singleElement().satisfies(answer -> {
                Today.Answer.Cart cart = (Today.Answer.Cart) answer;
                assertThat(cart.items()).contains(plain("tea", 300), plain("egg", 1));
                assertThat(cart.byName()).containsEntry("oil", plain("oil", 9));
                assertThat(cart.last()).contains(plain("egg", 1));
                assertThat(cart.coupon()).isEmpty();
            });
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Today.Command.Redeem("TENTH", 10)))
                    .withMessage(
                            "Command: expected a variant that the guest knows (Add, Put, PutAll, PutFrom, PutMaybe,"
                                    + " Look), found Redeem, for which the guest is too old");
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(
                            new Today.Command.PutFrom(Map.of("3b", new Today.Item("oil", 9, Optional.of("olive"))))))
                    .withMessageStartingWith(
                            "Command.PutFrom.shelves[0].value.note: expected nothing, as the guest is too"
                                    + " old to have this field, found");
            assertThat(box.snapshot().messages()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void a_host_of_yesterday_and_a_guest_of_today(Engine engine) {
        try (WasmBox<Today.Command, Today.Answer> box =
                Guests.load("evolution-2", engine).start(Today.OPTIONS)) {
            Today.Item green = new Today.Item("tea", 300, Optional.of("green"));
            box.send(new Today.Command.Put(green));
            box.send(new Today.Command.Redeem("TENTH", 10));
            try (WasmBox<Yesterday.Command, Yesterday.Answer> older =
                    box.module().restore(box.snapshot(), Yesterday.OPTIONS)) {
                Yesterday.Item tea = new Yesterday.Item("tea", 300);
                Yesterday.Item jam = new Yesterday.Item("jam", 5);
                assertThat(older.send(new Yesterday.Command.Add("jam", 5)))
                        .containsExactly(new Yesterday.Answer.Understood("jam for 5"));
                assertThat(older.send(new Yesterday.Command.PutMaybe(Optional.empty())))
                        .containsExactly(new Yesterday.Answer.Understood(""));
                assertThat(older.send(new Yesterday.Command.Look()))
                        .containsExactly(new Yesterday.Answer.Cart(
                                List.of(tea, jam), Map.of("tea", tea, "jam", jam), Optional.of(jam), 275));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void a_host_of_yesterday_hears_from_a_guest_of_today_what_it_does_not_know(Engine engine) {
        BoxOptions<Today.Command, Yesterday.Answer> options = BoxOptions.of(Today.OPTIONS.input(), Yesterday.ANSWER);
        try (WasmBox<Today.Command, Yesterday.Answer> box =
                Guests.load("evolution-2", engine).start(options)) {
            assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(() -> box.send(new Today.Command.Redeem("TENTH", 10)))
                    .withMessage(
                            "Answer: expected a variant that the host knows (Understood, Cart), found Redeemed of a"
                                    + " newer guest");
            assertThat(box.state()).isEqualTo(BoxState.READY);
            assertThat(box.send(new Today.Command.Look()))
                    .containsExactly(new Yesterday.Answer.Cart(List.of(), Map.of(), Optional.empty(), 0));
        }
    }
}
