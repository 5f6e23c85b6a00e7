package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest that has a place for messages gets there what fits, and all else as ever. */
class ExchangeBufferTest {

    /** Before each message, and before each state, it says where it was put; malloc and free say what they are asked. */
    private static final String GUEST = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (memory (export "memory") 1)
            (global (export "wasmbox_exchange") i32 (i32.const 2000))
            (data (i32.const 2000) "\\10\\00\\00\\00")
            (func $say (param $number i32)
              (i32.store (i32.const 8) (local.get $number))
              (call $callback (i32.const 8) (i32.const 4)))
            (func (export "wasmbox_malloc") (param $size i32) (result i32)
              (call $say (local.get $size))
              (i32.const 4096))
            (func (export "wasmbox_free") (param $pointer i32) (param $size i32)
              (call $say (local.get $size)))
            (func $receive (export "wasmbox_send") (export "wasmbox_import_state") (param $pointer i32) (param $length i32)
              (call $say (local.get $pointer))
              (call $callback (local.get $pointer) (local.get $length))
              (if (i32.eq (local.get $length) (i32.const 1))
                (then (i32.store8 (i32.const 2000) (i32.load8_u (local.get $pointer)))))
              (memory.fill (local.get $pointer) (i32.const 0xff) (local.get $length)))
            (func (export "wasmbox_export_state")
              (call $callback (i32.const 2000) (i32.load8_u (i32.const 2000))))
            """);

    private static final int CAPACITY = 16;

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static byte[] number(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8), 0, 0};
    }

    private static byte[][] inTheBuffer(byte[] message) {
        return new byte[][] {number(2004), message};
    }

    private static byte[][] inAllocatedMemory(byte[] message) {
        return new byte[][] {number(message.length), number(4096), message, number(message.length)};
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void getsThereWhatFits(Engine engine) {
        WasmBox<byte[], byte[]> box = Wat.load(GUEST, engine).start(BoxOptions.bytes());
        for (int length : new int[] {CAPACITY, 0, 2, CAPACITY - 1}) {
            assertThat(box.send(bytes(length))).containsExactly(inTheBuffer(bytes(length)));
        }
        for (int length : new int[] {CAPACITY + 1, 1000}) {
            assertThat(box.send(bytes(length))).containsExactly(inAllocatedMemory(bytes(length)));
        }
        assertThat(box.send(bytes(3))).containsExactly(inTheBuffer(bytes(3)));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void saysAnewBeforeEachMessageWhatFits(Engine engine) {
        WasmBox<byte[], byte[]> box = Wat.load(GUEST, engine).start(BoxOptions.bytes());
        Snapshot before = box.snapshot();
        box.send(new byte[] {2});
        assertThat(box.send(bytes(2))).containsExactly(inTheBuffer(bytes(2)));
        assertThat(box.send(bytes(3))).containsExactly(inAllocatedMemory(bytes(3)));
        box.send(new byte[] {0});
        assertThat(box.send(bytes(0))).containsExactly(inTheBuffer(bytes(0)));
        assertThat(box.send(bytes(2))).containsExactly(inAllocatedMemory(bytes(2)));
        box.restore(before, RestoreOptions.identical());
        assertThat(box.send(bytes(3))).containsExactly(inTheBuffer(bytes(3)));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void getsAStateThereIfItFits(Engine engine) {
        GuestModule module = Wat.load(GUEST, engine);
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        byte[] state = new byte[CAPACITY];
        state[0] = CAPACITY;
        assertThat(module.upgrade(box.snapshot(), module, BoxOptions.bytes()).initialOutputs())
                .containsExactly(inTheBuffer(state));
        box.send(new byte[] {CAPACITY + 1});
        byte[] longer = new byte[CAPACITY + 1];
        longer[0] = CAPACITY + 1;
        longer[4] = -1; // what came of the message
        assertThat(module.upgrade(box.snapshot(), module, BoxOptions.bytes()).initialOutputs())
                .containsExactly(inAllocatedMemory(longer));
    }

    @Test
    void isTheSameGuestWhateverIsDoneToIt() {
        List<byte[]> messages = new ArrayList<>();
        for (int length : new int[] {3, CAPACITY, CAPACITY + 1, 0, 2, 40, 5}) {
            messages.add(bytes(length));
        }
        messages.add(3, new byte[] {4});
        SameResult.of(engine -> Wat.load(GUEST, engine)).checkBytes(messages, SameResult.everywhere(messages.size()));
        FrozenResult.check(
                engine -> Wat.load(GUEST, engine),
                messages,
                SameResult.everywhere(messages.size()),
                List.of(Engine.values()));
    }

    /** Those that have a state, too, and none of them twice, which would not be a module. */
    @Test
    void everyGuestOfTheRustSdkHasOne() {
        for (String guest : List.of("counter", "countersync", "ledger-1", "ledger-2")) {
            assertThat(Guests.load(guest, Engine.COMPILED).exports()).contains("wasmbox_exchange");
        }
        for (String guest : List.of("original-counter", "original-echo", "original-random")) {
            assertThat(Guests.load(guest, Engine.COMPILED).exports()).doesNotContain("wasmbox_exchange");
        }
        List<String> messages =
                IntStream.rangeClosed(496, 504).mapToObj("x"::repeat).toList();
        SameResult.ofGuest("echo").check(messages);
    }
}
