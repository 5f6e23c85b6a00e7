package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.BoxStateException;
import dev.wasmbox.CallHandler;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest asks its host in the middle of a message, and what it is replied is an input like the message. */
class CallsTest {

    /** Asks with each message, keeps the reply, and sends it. With an empty message it takes one more reply; with "far", one to nowhere. */
    private static final String GUEST = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (import "env" "wasmbox_call" (func $call (param i32 i32) (result i32)))
            (import "env" "wasmbox_reply" (func $reply (param i32)))
            (memory (export "memory") 1 4)
            (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
            (func (export "wasmbox_free") (param i32 i32))
            (func (export "wasmbox_send") (param $pointer i32) (param $length i32)
              (local $reply i32)
              (if (i32.eqz (local.get $length)) (then (call $reply (i32.const 0)) return))
              (if (i32.eq (local.get $length) (i32.const 3))
                (then (drop (call $call (local.get $pointer) (local.get $length))) (call $reply (i32.const 65535)) return))
              (if (i32.eq (local.get $length) (i32.const 4))
                (then (drop (call $call (i32.const 65530) (i32.const 7))) return))
              (local.set $reply (call $call (local.get $pointer) (local.get $length)))
              (call $reply (i32.const 2048))
              (call $callback (i32.const 2048) (local.get $reply)))
            """);

    private static final BoxOptions<byte[], byte[]> BYTES = BoxOptions.bytes();

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] shouted(byte[] call) {
        return bytes(new String(call, UTF_8).toUpperCase(java.util.Locale.ROOT) + "!");
    }

    private static WasmBox<byte[], byte[]> start(Engine engine, CallHandler calls) {
        return Wat.load(GUEST, engine).start(BYTES.withCalls(calls));
    }

    private static TrapException trap(WasmBox<byte[], byte[]> box, String message) {
        TrapException trap = catchThrowableOfType(TrapException.class, () -> box.send(bytes(message)));
        assertThat(box.state()).isEqualTo(BoxState.TRAPPED);
        return trap;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theHostReplies(Engine engine) {
        try (WasmBox<byte[], byte[]> box = start(engine, CallsTest::shouted)) {
            assertThat(box.send(bytes("hello"))).containsExactly(bytes("HELLO!"));
            assertThat(box.send(bytes("hello again"))).containsExactly(bytes("HELLO AGAIN!"));
        }
        try (WasmBox<byte[], byte[]> box = start(engine, call -> new byte[0])) {
            assertThat(box.send(bytes("hello"))).containsExactly(new byte[0]);
        }
    }

    /** The one thing by which a run is repeated: its messages, and the replies that they got. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void theSameRepliesAreTheSameState(Engine engine) {
        List<byte[]> replies = new ArrayList<>();
        AtomicInteger count = new AtomicInteger();
        WasmBox<byte[], byte[]> first = start(engine, call -> {
            byte[] reply = bytes(new String(call, UTF_8) + count.incrementAndGet());
            replies.add(reply);
            return reply;
        });
        first.send(bytes("first"));
        Snapshot between = first.snapshot();
        first.send(bytes("second"));

        Deque<byte[]> recorded = new ArrayDeque<>(replies);
        WasmBox<byte[], byte[]> again = start(engine, call -> recorded.remove());
        again.send(bytes("first"));
        assertThat(again.snapshot().digest()).isEqualTo(between.digest());
        assertThat(again.send(bytes("second"))).containsExactly(bytes("second2"));
        assertThat(again.snapshot().digest()).isEqualTo(first.snapshot().digest());

        recorded.add(replies.getLast());
        WasmBox<byte[], byte[]> restored =
                again.module().restore(between, BYTES.withCalls(call -> recorded.remove()), RestoreOptions.identical());
        assertThat(restored.send(bytes("second"))).containsExactly(bytes("second2"));
        assertThat(restored.snapshot().digest()).isEqualTo(first.snapshot().digest());
    }

    /** With the Rust SDK: the oracle, for a guest that goes on with what it was replied. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aRestoredGuestGoesOnWithWhatItWasReplied(Engine engine) {
        BoxOptions<String, String> options = BoxOptions.strings().withCalls(CallsTest::shouted);
        GuestModule module = Guests.load("caller", engine);
        WasmBox<String, String> box = module.start(options);
        assertThat(box.send("one")).containsExactly("ONE! after nothing");
        WasmBox<String, String> restored = module.restore(box.snapshot(), options, RestoreOptions.identical());
        for (WasmBox<String, String> each : List.of(box, restored)) {
            assertThat(each.send("two")).containsExactly("TWO! after ONE!");
        }
        assertThat(restored.snapshot().digest()).isEqualTo(box.snapshot().digest());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aForkHasTheSameHost(Engine engine) {
        try (WasmBox<byte[], byte[]> box = start(engine, CallsTest::shouted);
                WasmBox<byte[], byte[]> fork = box.fork()) {
            assertThat(fork.send(bytes("hello"))).containsExactly(bytes("HELLO!"));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aHostThatFailsEndsTheGuest(Engine engine) {
        IllegalStateException failure = new IllegalStateException("no such account");
        WasmBox<byte[], byte[]> box = start(engine, call -> {
            throw failure;
        });
        Snapshot before = box.snapshot();
        TrapException trap = trap(box, "hello");
        assertThat(trap.reason()).isEqualTo(Reason.CALL);
        assertThat(trap)
                .hasMessage("the guest's call got no reply: java.lang.IllegalStateException: no such account")
                .hasCause(failure);
        box.restore(before);
        assertThat(box.state()).isEqualTo(BoxState.READY);
    }

    @Test
    void aBoxWithoutAHandlerSaysHowToGetOne() {
        try (WasmBox<byte[], byte[]> box = Wat.load(GUEST, Engine.INTERPRETED).start(BYTES)) {
            TrapException trap = trap(box, "hello");
            assertThat(trap.reason()).isEqualTo(Reason.CALL);
            assertThat(trap).hasMessageEndingWith("the box was given no handler of calls; see BoxOptions.withCalls");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what it is about
    void aReplyIsSomethingAndNotTooLong() {
        TrapException none = trap(start(Engine.INTERPRETED, call -> null), "hello");
        assertThat(none.reason()).isEqualTo(Reason.CALL);
        assertThat(none).hasMessageEndingWith("the handler returned null");

        BoxOptions<byte[], byte[]> small = BYTES.withLimits(
                        Limits.standard().withMessageBytes(10).withOutputBytes(10))
                .withCalls(call -> new byte[11]);
        GuestModule module = Wat.load(GUEST, Engine.INTERPRETED);
        TrapException tooLong = trap(module.start(small), "hello");
        assertThat(tooLong.reason()).isEqualTo(Reason.CALL);
        assertThat(tooLong).hasMessage("the reply to the guest's call has 11 bytes; the box allows 10");
        BoxOptions<byte[], byte[]> smaller = small.withLimits(Limits.standard().withOutputBytes(4));
        TrapException call = trap(module.start(smaller), "hello");
        assertThat(call.reason()).isEqualTo(Reason.OUTPUT);
        assertThat(call).hasMessage("the guest made a call of 5 bytes; the box allows 4");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatIsNotInTheMemoryEndsTheGuest(Engine engine) {
        assertThat(trap(start(engine, CallsTest::shouted), ""))
                .hasMessage("the guest took a reply, but there is none that it has not taken");
        assertThat(trap(start(engine, CallsTest::shouted), "far"))
                .hasMessage("the guest took a reply of 4 bytes at address 65535, which is not in its memory");
        TrapException call = trap(start(engine, CallsTest::shouted), "from");
        assertThat(call.reason()).isEqualTo(Reason.CONTRACT);
        assertThat(call).hasMessage("the guest made a call of 7 bytes at address 65530, which is not in its memory");
    }

    /** Also if the message ended before the guest took it: a snapshot would not know of it. */
    @Test
    void noReplyIsLeftForTheNextMessage() {
        try (WasmBox<byte[], byte[]> box = start(Engine.INTERPRETED, CallsTest::shouted)) {
            box.send(bytes("hello"));
            assertThat(trap(box, "")).hasMessageStartingWith("the guest took a reply");
        }
    }

    @Test
    void theHandlerCannotUseTheBox() {
        List<WasmBox<byte[], byte[]>> self = new ArrayList<>();
        try (WasmBox<byte[], byte[]> box =
                start(Engine.COMPILED, call -> self.getFirst().send(call).getFirst())) {
            self.add(box);
            assertThat(trap(box, "hello")).hasCauseInstanceOf(BoxStateException.class);
        }
    }

    /** It may use others, though. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aBoxCanAskAnother(Engine engine) {
        WasmBox<byte[], byte[]> other = start(engine, CallsTest::shouted);
        try (WasmBox<byte[], byte[]> box =
                start(engine, call -> other.send(call).getFirst())) {
            assertThat(box.send(bytes("hello"))).containsExactly(bytes("HELLO!"));
        }
        WasmBox<byte[], byte[]> broken = start(engine, call -> {
            throw new UncheckedIOException(new IOException("no network"));
        });
        try (WasmBox<byte[], byte[]> box =
                start(engine, call -> broken.send(call).getFirst())) {
            assertThat(trap(box, "hello")).hasCauseInstanceOf(TrapException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aHandlerThatTakesTooLongIsInterrupted(Engine engine) {
        BoxOptions<byte[], byte[]> hurried =
                BYTES.withLimits(Limits.standard().withTimePerMessage(Duration.ofMillis(50)));
        CallHandler waitsForEver = call -> {
            try {
                new CountDownLatch(1).await();
                return call;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        WasmBox<byte[], byte[]> box = Wat.load(GUEST, engine).start(hurried.withCalls(waitsForEver));
        TrapException trap = trap(box, "hello");
        assertThat(trap.reason()).isEqualTo(Reason.TIME);
        assertThat(trap).hasMessage("the guest took longer than the 50 ms that the box allows for a message");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aModuleThatImportsThemOtherwiseIsRefused() {
        assertThatThrownBy(() -> Wat.load(
                        GUEST.replace("(param i32 i32) (result i32)))", "(param i32) (result i32)))")
                                .replace(
                                        "(call $call (local.get $pointer) (local.get $length))",
                                        "(call $call (i32.const 0))")
                                .replace("(call $call (i32.const 65530) (i32.const 7))", "(call $call (i32.const 0))"),
                        Engine.INTERPRETED))
                .isInstanceOf(InvalidModuleException.class)
                .hasMessage("this module imports env.wasmbox_call as a function of type (i32) -> (i32),"
                        + " but it is one of type (i32, i32) -> (i32)");
    }
}
