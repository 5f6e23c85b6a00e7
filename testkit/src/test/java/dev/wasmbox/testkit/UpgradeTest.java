package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.Limits;
import dev.wasmbox.Rehearsal;
import dev.wasmbox.Rehearsal.Answer;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A deployed guest is replaced by a newer version of its program, and its boxes lose nothing. */
class UpgradeTest {

    private static final BoxOptions<String, String> OPTIONS = BoxOptions.strings();

    private final GuestModule older = Guests.load("ledger-1", Engine.COMPILED);
    private final GuestModule newer = Guests.load("ledger-2", Engine.COMPILED);

    private WasmBox<String, String> ledger(Engine engine) {
        WasmBox<String, String> box = Guests.load("ledger-1", engine)
                .start(OPTIONS.withSeed(Seed.of(5)).withClock(BoxClock.fixed(Instant.ofEpochSecond(77))));
        box.send("owner ada");
        box.send("add ada 12");
        box.send("add grace 30");
        return box;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theNewerGuestGoesOnWithTheOldersState(Engine engine) {
        WasmBox<String, String> box = ledger(engine);
        Snapshot snapshot = box.snapshot();
        WasmBox<String, String> upgraded =
                Guests.load("ledger-2", engine).upgrade(snapshot, Guests.load("ledger-1", engine), OPTIONS);

        assertThat(upgraded.initialOutputs()).containsExactly("ledger 2, accounts=0", "ledger 2, accounts=2");
        assertThat(upgraded.send("balance ada")).containsExactly("ada=12");
        assertThat(upgraded.send("owner")).containsExactly("owner=ada");
        assertThat(upgraded.send("total")).containsExactly("total=42.00 EUR");

        assertThat(box.snapshot()).as("the older box is untouched").isEqualTo(snapshot);
        assertThat(box.send("total")).containsExactly("total=42");
    }

    @Test
    void clocksEntropyAndCountersGoOn() {
        Snapshot before = ledger(Engine.COMPILED).snapshot();
        Snapshot after = newer.upgrade(before, older, OPTIONS).snapshot();
        assertThat(after.moduleDigest()).isEqualTo(newer.digest());
        assertThat(after.clock()).isEqualTo(Instant.ofEpochSecond(77));
        assertThat(after.seed()).isEqualTo(Seed.of(5));
        assertThat(after.messages()).isEqualTo(3);
        assertThat(after.entropyPosition()).isGreaterThanOrEqualTo(before.entropyPosition());
    }

    @Test
    void theSameUpgradeHasTheSameResultOnEveryEngine() {
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        GuestModule interpretedOlder = Guests.load("ledger-1", Engine.INTERPRETED);
        GuestModule interpretedNewer = Guests.load("ledger-2", Engine.INTERPRETED);
        assertThat(interpretedNewer.upgrade(snapshot, interpretedOlder, OPTIONS).snapshot())
                .isEqualTo(newer.upgrade(snapshot, older, OPTIONS).snapshot());
    }

    /** To the same version: the state goes out and in, and the guest is as it was. */
    @Test
    void aStateThatGoesOutAndInIsTheSame() {
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        WasmBox<String, String> moved = older.upgrade(snapshot, older, OPTIONS);
        for (String message : List.of("balance ada", "balance grace", "owner", "total")) {
            assertThat(moved.send(message)).isEqualTo(older.restore(snapshot).send(message));
        }
        assertThat(moved.send("since"))
                .as("a local variable is not in the state")
                .containsExactly("since=5");
    }

    @Test
    void aStateThatCannotBeReadIsRefusedInTheGuestsWords() {
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> Guests.load("ledger-broken", Engine.COMPILED).upgrade(snapshot, older, OPTIONS))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PANIC))
                .withMessageContaining("approved_by");
    }

    @Test
    void whatCannotBeUpgradedIsRefusedByName() {
        GuestModule counter = Guests.load("counter", Engine.COMPILED);
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> counter.upgrade(snapshot, older, OPTIONS))
                .withMessageContaining("the module with SHA-256 " + counter.digest()
                        + " does not export wasmbox_export_state and wasmbox_import_state");
        Snapshot counting = counter.start().snapshot();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> newer.upgrade(counting, counter, OPTIONS))
                .withMessageContaining("does not export wasmbox_export_state");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> newer.upgrade(counting, older, OPTIONS))
                .withMessageContaining(counter.digest())
                .withMessageContaining(older.digest());
    }

    // What guests can do wrong.

    /** A guest whose export and import are as given. */
    private static GuestModule guest(String exportAndImport) {
        return Wat.load(
                Wat.guest(
                        """
                        (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                        (import "env" "wasmbox_finished" (func $finished))
                        (memory (export "memory") 1)
                        (func (export "wasmbox_send") (param i32 i32) (call $finished))
                        """
                                + exportAndImport),
                Engine.INTERPRETED);
    }

    private static final String TAKES = "(func (export \"wasmbox_import_state\") (param i32 i32))";
    private static final String HANDS_OUT_ONE =
            "(func (export \"wasmbox_export_state\") (call $callback (i32.const 0) (i32.const 3)))";

    @Test
    void oneOfTheTwoAloneIsRefusedAtLoad() {
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> guest(TAKES))
                .withMessageContaining("does not export the function wasmbox_export_state of type () -> ()");
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> guest(HANDS_OUT_ONE))
                .withMessageContaining("does not export the function wasmbox_import_state of type (i32, i32) -> ()");
        assertThat(guest(HANDS_OUT_ONE + TAKES).isUpgradable()).isTrue();
        assertThat(guest("").isUpgradable()).isFalse();
    }

    @Test
    void aGuestHasToHandOutOneState() {
        BoxOptions<byte[], byte[]> options = BoxOptions.bytes();
        GuestModule good = guest(HANDS_OUT_ONE + TAKES);
        for (String body : List.of(
                "", "(call $callback (i32.const 0) (i32.const 3)) (call $callback (i32.const 0) (i32.const 3))")) {
            GuestModule bad = guest("(func (export \"wasmbox_export_state\") " + body + ")" + TAKES);
            Snapshot snapshot = bad.start(options).snapshot();
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> good.upgrade(snapshot, bad, options))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONTRACT))
                    .withMessageContaining("states in wasmbox_export_state, but it has to hand out one");
        }
    }

    @Test
    void aFinishedGuestHasNothingToGoOnWith() {
        BoxOptions<byte[], byte[]> options = BoxOptions.bytes();
        GuestModule module = guest(HANDS_OUT_ONE + TAKES);
        WasmBox<byte[], byte[]> box = module.start(options);
        box.send(new byte[0]);
        Snapshot finished = box.snapshot();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> module.upgrade(finished, module, options))
                .withMessageContaining("has finished");
    }

    @Test
    void guestsThatDoNotEndAreEnded() {
        BoxOptions<byte[], byte[]> options =
                BoxOptions.bytes().withLimits(Limits.standard().withTimePerMessage(java.time.Duration.ofMillis(200)));
        GuestModule good = guest(HANDS_OUT_ONE + TAKES);
        GuestModule endless = guest("(func (export \"wasmbox_export_state\") (loop (br 0)))" + TAKES);
        Snapshot snapshot = endless.start(options).snapshot();
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> good.upgrade(snapshot, endless, options))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TIME));
    }

    // Rehearsals.

    @Test
    void aRehearsalFindsTheFirstAnswerThatDiffers() {
        WasmBox<String, String> box = ledger(Engine.COMPILED);
        Snapshot snapshot = box.snapshot();
        List<String> messages = List.of("balance ada", "add ada 1", "total", "owner");
        Rehearsal<String, String> rehearsal = Rehearsal.of(snapshot, older, newer, OPTIONS, messages);

        assertThat(rehearsal.messages()).isEqualTo(3);
        assertThat(rehearsal.difference())
                .contains(new Rehearsal.Difference<>(
                        2,
                        "total",
                        new Answer<>(List.of("total=43"), BoxState.READY, ""),
                        new Answer<>(List.of("total=43.00 EUR"), BoxState.READY, "")));
        assertThat(box.snapshot()).as("the box does not notice").isEqualTo(snapshot);
    }

    @Test
    void aRehearsalWithoutADifferenceSaysSo() {
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        Rehearsal<String, String> rehearsal = Rehearsal.of(
                snapshot, older, newer, OPTIONS, List.of("balance ada", "add ada 1", "balance ada", "owner"));
        assertThat(rehearsal.difference()).isEmpty();
        assertThat(rehearsal.messages()).isEqualTo(4);
        assertThat(rehearsal.initialOutputs()).containsExactly("ledger 2, accounts=0", "ledger 2, accounts=2");
    }

    @Test
    void aRehearsalOfWhatCannotBeReadIsRefused() {
        Snapshot snapshot = ledger(Engine.COMPILED).snapshot();
        GuestModule broken = Guests.load("ledger-broken", Engine.COMPILED);
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> Rehearsal.of(snapshot, older, broken, OPTIONS, List.of()));
    }

    /** What a guest says when it panics is its own; a rehearsal goes by what became of the box. */
    @Test
    void aPanicIsNoAnswerWhateverItSays() {
        GuestModule answers = guest(HANDS_OUT_ONE + TAKES);
        GuestModule panics = Wat.load(
                Wat.guest(
                        """
                        (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                        (import "env" "wasmbox_panicked" (func $panicked (param i32 i32)))
                        (memory (export "memory") 1)
                        (data (i32.const 64) "finished")
                        (func (export "wasmbox_send") (param i32 i32)
                          (call $panicked (i32.const 64) (local.get 1))
                          (unreachable))
                        """
                                + HANDS_OUT_ONE + TAKES),
                Engine.INTERPRETED);
        BoxOptions<byte[], byte[]> options = BoxOptions.bytes();
        Snapshot snapshot = answers.start(options).snapshot();
        for (int said : new int[] {0, "finished".length()}) {
            assertThat(Rehearsal.of(snapshot, answers, panics, options, List.of(new byte[said], new byte[said]))
                            .difference())
                    .hasValueSatisfying(difference -> {
                        assertThat(difference.before().state()).isEqualTo(BoxState.FINISHED);
                        assertThat(difference.after().state()).isEqualTo(BoxState.TRAPPED);
                        assertThat(difference.after().trap()).isNotBlank();
                    });
        }
        Snapshot panicking = panics.start(options).snapshot();
        Rehearsal<byte[], byte[]> alike =
                Rehearsal.of(panicking, panics, panics, options, List.of(new byte[0], new byte[0]));
        assertThat(alike.difference()).isEmpty();
        assertThat(alike.messages()).as("nobody is there for the second").isEqualTo(1);
    }
}
