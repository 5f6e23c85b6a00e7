package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GlobalContents;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.WasmBox;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two boxes that go on from one state hand out the same "random" keys if that is asked for, and otherwise not; and a state
 * goes into a box of another module if that is asked for and it fits, and otherwise not.
 */
class EntropyPolicyTest {

    private static final RestoreOptions SEEDED = RestoreOptions.standard().withEntropy(Entropy.reseed(Seed.of(7)));

    private static GuestModule random(Engine engine) {
        return Guests.load("random", engine);
    }

    /** A box that has handed out a key already. */
    private static WasmBox<String, String> used(Engine engine) {
        WasmBox<String, String> box = random(engine).start();
        assertThat(key(box)).hasSize(4);
        return box;
    }

    /** 128 bits, so that two are the same for no other reason than that their entropy is. */
    private static List<String> key(WasmBox<String, String> box) {
        return Stream.of("a", "b", "c", "d")
                .map(message -> box.send(message).getFirst())
                .toList();
    }

    @Nested
    class TheSameKeys {

        @ParameterizedTest
        @EnumSource(Engine.class)
        void areNotHandedOutByTwoBoxesRestoredFromOneSnapshot(Engine engine) {
            WasmBox<String, String> box = used(engine);
            Snapshot snapshot = box.snapshot();
            assertThat(List.of(
                            key(box),
                            key(random(engine).restore(snapshot)),
                            key(random(engine).restore(snapshot)),
                            key(random(engine).restore(snapshot, BoxOptions.strings())),
                            key(random(engine)
                                    .restore(snapshot, BoxOptions.strings().withSeed(Seed.of(3))))))
                    .doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void areNotHandedOutByForksNorByTheBoxThatTheyAreForksOf(Engine engine) {
            WasmBox<String, String> box = used(engine);
            WasmBox<String, String> first = box.fork();
            WasmBox<String, String> second = box.fork(Entropy.reseed());
            WasmBox<String, String> third = first.fork();
            assertThat(List.of(key(box), key(first), key(second), key(third))).doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void areNotHandedOutByABoxThatWasPutBackInPlace(Engine engine) {
            WasmBox<String, String> box = used(engine);
            Snapshot snapshot = box.snapshot();
            List<String> first = key(box);
            box.restore(snapshot);
            List<String> second = key(box);
            box.restore(snapshot, RestoreOptions.standard());
            assertThat(List.of(first, second, key(box))).doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void areHandedOutByTwins(Engine engine) {
            WasmBox<String, String> box = used(engine);
            Snapshot snapshot = box.snapshot();
            WasmBox<String, String> fork = box.fork(Entropy.identical());
            List<String> key = key(box);
            assertThat(key(fork)).isEqualTo(key);
            assertThat(key(random(engine).restore(snapshot, BoxOptions.strings(), RestoreOptions.identical())))
                    .isEqualTo(key);
            box.restore(snapshot, RestoreOptions.identical());
            assertThat(box.snapshot()).isEqualTo(snapshot);
            assertThat(key(box)).isEqualTo(key);
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void areHandedOutFromEqualSeedsHoweverTheStateCameAbout(Engine engine) {
            WasmBox<String, String> box = used(engine);
            Snapshot snapshot = box.snapshot();
            List<String> key = key(box.fork(Entropy.reseed(Seed.of(7))));
            assertThat(key).isNotEqualTo(key(box));
            assertThat(key(random(engine).restore(snapshot, BoxOptions.strings(), SEEDED)))
                    .isEqualTo(key);
            box.restore(snapshot, SEEDED);
            assertThat(key(box)).isEqualTo(key);
            assertThat(key(box.fork(Entropy.reseed(Seed.of(8))))).isNotEqualTo(key);
        }

        @Test
        void areHandedOutOnTheOtherEngineToo() {
            WasmBox<String, String> box = used(Engine.COMPILED);
            Snapshot snapshot = box.snapshot();
            List<String> key = key(box);
            GuestModule interpreted = random(Engine.INTERPRETED);
            assertThat(key(interpreted.restore(snapshot, BoxOptions.strings(), RestoreOptions.identical())))
                    .isEqualTo(key);
            WasmBox<String, String> one = interpreted.restore(snapshot, BoxOptions.strings(), SEEDED);
            WasmBox<String, String> other = random(Engine.COMPILED).restore(snapshot, BoxOptions.strings(), SEEDED);
            assertThat(key(one)).isEqualTo(key(other)).isNotEqualTo(key);
            assertThat(one.snapshot()).isEqualTo(other.snapshot());
        }

        @Test
        void areHandedOutByABoxWhoseForksWereMany() {
            WasmBox<String, String> box = used(Engine.COMPILED);
            Snapshot snapshot = box.snapshot();
            for (int i = 0; i < 10; i++) {
                assertThat(key(box.fork())).hasSize(4);
            }
            assertThat(box.snapshot()).isEqualTo(snapshot);
        }
    }

    @Nested
    class Reseeding {

        @Test
        void changesTheEntropyAndNothingElse() {
            Snapshot before = used(Engine.COMPILED).snapshot();
            Snapshot after = random(Engine.COMPILED).restore(before).snapshot();
            assertThat(after.seed()).isNotEqualTo(before.seed());
            assertThat(before.entropyPosition()).isEqualTo(16);
            assertThat(after.entropyPosition()).isZero();
            assertThat(after.digest()).isNotEqualTo(before.digest());
            assertThat(after.moduleDigest()).isEqualTo(before.moduleDigest());
            assertThat(after.clock()).isEqualTo(before.clock());
            assertThat(after.uptime()).isEqualTo(before.uptime());
            assertThat(after.messages()).isEqualTo(before.messages());
            assertThat(after.outputs()).isEqualTo(before.outputs());
            assertThat(after.globals()).isEqualTo(before.globals()).hasOnlyElementsOfType(GlobalContents.class);
            assertThat(after.tables()).usingRecursiveComparison().isEqualTo(before.tables());
            assertThat(after.memories()
                            .getFirst()
                            .changedPages(before.memories().getFirst()))
                    .isEmpty();
            // With the same entropy, they are the same.
            Entropy same = Entropy.reseed(Seed.of(7));
            assertThat(after.with(same)).isEqualTo(before.with(same)).isNotEqualTo(before);
        }

        @Test
        void ofASnapshotIsAsThatOfABox() {
            Snapshot snapshot = used(Engine.COMPILED).snapshot();
            assertThat(snapshot.with(Entropy.identical())).isSameAs(snapshot);
            assertThat(snapshot.with(Entropy.reseed())).isNotEqualTo(snapshot.with(Entropy.reseed()));
            assertThat(random(Engine.COMPILED)
                            .restore(snapshot, BoxOptions.strings(), SEEDED)
                            .snapshot())
                    .isEqualTo(snapshot.with(Entropy.reseed(Seed.of(7))));
        }

        @Test
        void happensToAFinishedBoxToo() {
            WasmBox<String, String> box =
                    Guests.load("finisher", Engine.COMPILED).start();
            assertThat(box.send("done")).isNotEmpty();
            WasmBox<String, String> fork = box.fork();
            assertThat(fork.state()).isEqualTo(BoxState.FINISHED);
            assertThat(fork.snapshot()).isNotEqualTo(box.snapshot());
            assertThat(box.fork(Entropy.identical()).snapshot()).isEqualTo(box.snapshot());
        }

        @Test
        void isWhatTheOptionsSay() {
            assertThat(RestoreOptions.standard().entropy()).hasToString("reseed");
            assertThat(RestoreOptions.standard().allowsOtherModule()).isFalse();
            assertThat(RestoreOptions.identical().entropy().isIdentical()).isTrue();
            RestoreOptions both = RestoreOptions.identical().intoOtherModule();
            assertThat(both.entropy()).hasToString("identical");
            assertThat(both.withEntropy(Entropy.reseed()).allowsOtherModule()).isTrue();
        }
    }

    @Nested
    class AnotherModule {

        private static final String GUEST =
                """
                (memory (export "memory") 2 4)
                (global (mut i32) (i32.const 1))
                (global (mut i64) (i64.const 2))
                (table 3 funcref)
                (data "x")
                """;

        private GuestModule withCustomSection(GuestModule module) {
            byte[] wasm = module.wasm();
            byte[] section = {0, 3, 2, 'h', 'i'};
            byte[] both = Arrays.copyOf(wasm, wasm.length + section.length);
            System.arraycopy(section, 0, both, wasm.length, section.length);
            return GuestModule.load(both, ModuleOptions.standard().withEngine(module.engine()));
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void isRefusedWithBothDigestsAndTheBoxGoesOn(Engine engine) {
            GuestModule other = withCustomSection(random(engine));
            Snapshot snapshot = used(engine).snapshot();
            assertThatThrownBy(() -> other.restore(snapshot))
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining(snapshot.moduleDigest())
                    .hasMessageContaining(other.digest());
            WasmBox<String, String> box = other.start();
            box.send("once");
            Snapshot before = box.snapshot();
            WasmBox<String, String> twin = box.fork(Entropy.identical());
            for (RestoreOptions options : List.of(RestoreOptions.standard(), RestoreOptions.identical(), SEEDED)) {
                assertThatThrownBy(() -> box.restore(snapshot, options)).isInstanceOf(SnapshotException.class);
                assertThat(box.snapshot()).isEqualTo(before);
            }
            assertThat(key(box)).isEqualTo(key(twin));
        }

        @ParameterizedTest
        @EnumSource(Engine.class)
        void thatDiffersInACustomSectionTakesTheStateIfOneInsists(Engine engine) {
            GuestModule other = withCustomSection(random(engine));
            WasmBox<String, String> box = used(engine);
            Snapshot snapshot = box.snapshot();
            List<String> key = key(box);
            WasmBox<String, String> moved = other.restore(
                    snapshot, BoxOptions.strings(), RestoreOptions.identical().intoOtherModule());
            assertThat(moved.snapshot().moduleDigest()).isEqualTo(other.digest());
            assertThat(moved.snapshot().messages()).isEqualTo(snapshot.messages());
            assertThat(key(moved)).isEqualTo(key);
            // What moved there is a state of that module, and needs no insisting any more.
            assertThat(key(other.restore(moved.snapshot()))).isNotEqualTo(key);
            WasmBox<String, String> reseeded = other.start();
            reseeded.restore(snapshot, RestoreOptions.standard().intoOtherModule());
            assertThat(key(reseeded)).isNotEqualTo(key);
        }

        /** Each guest is {@link #GUEST} with one part replaced. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "(global (mut i64) (i64.const 2))  |                                     | this snapshot has 2 mutable globals, but the module has 1",
                    "(global (mut i64) (i64.const 2))  | (global (mut f64) (f64.const 2))    | global",
                    "2 4)                              | 3 4)                                | memory 0",
                    "2 4)                              | 1 1)                                | memory 0",
                    "(table 3 funcref)                 | (table 4 funcref)                   | table 0",
                    "(table 3 funcref)                 | (table 1 2 funcref)                 | table 0",
                    "(table 3 funcref)                 |                                     | this snapshot has 1 tables, but the module has 0",
                    "(table 3 funcref)                 | (table 3 funcref) (table 1 funcref) | this snapshot has 1 tables, but the module has 2",
                    "(data \"x\")                      | (memory 1)                          | this snapshot has 1 memories, but the module has 2",
                })
        void whoseShapeIsAnotherIsRefusedByNameThoughOneInsists(String part, String instead, String name) {
            for (Engine engine : Engine.values()) {
                Snapshot snapshot = Wat.load(Wat.guest(GUEST), engine)
                        .start(BoxOptions.bytes())
                        .snapshot();
                String changed = GUEST.replace(part, instead == null ? "" : instead);
                assertThat(changed).isNotEqualTo(GUEST);
                WasmBox<byte[], byte[]> box =
                        Wat.load(Wat.guest(changed), engine).start(BoxOptions.bytes());
                Snapshot before = box.snapshot();
                assertThatThrownBy(() ->
                                box.restore(snapshot, RestoreOptions.standard().intoOtherModule()))
                        .isInstanceOf(SnapshotException.class)
                        .hasMessageContaining(name);
                assertThat(box.snapshot()).isEqualTo(before);
                assertThat(box.send(new byte[] {1})).isEmpty();
            }
        }

        /** A trapped box can be restored, and is not by a restore that is refused. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void leavesATrappedBoxTrapped(boolean insist) {
            WasmBox<byte[], byte[]> box = Wat.load(
                            Wat.guest("(func (export \"wasmbox_send\") (param i32 i32) unreachable)"), Engine.COMPILED)
                    .start(BoxOptions.bytes());
            Snapshot own = box.snapshot();
            assertThatThrownBy(() -> box.send(new byte[0]));
            Snapshot other = Wat.load(Wat.guest(GUEST), Engine.COMPILED)
                    .start(BoxOptions.bytes())
                    .snapshot();
            RestoreOptions options = insist ? RestoreOptions.standard().intoOtherModule() : RestoreOptions.standard();
            assertThatThrownBy(() -> box.restore(other, options)).isInstanceOf(SnapshotException.class);
            assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
            box.restore(own, options);
            assertThat(box.state()).isEqualTo(BoxState.READY);
        }
    }
}
