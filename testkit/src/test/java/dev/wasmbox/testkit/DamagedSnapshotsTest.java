package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no snapshots any more, and files that never were: each is an error that says so, and no box notices. */
class DamagedSnapshotsTest {

    /** Every message changes every part of the state; the answer tells all of it. */
    private static final String GUEST = Wat.guest(
            """
            (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 1 2)
            (table 2 4 funcref)
            (table 1 externref)
            (global $count (mut i32) (i32.const 0))
            (global $function (mut funcref) (ref.func $one))
            (global $long (mut i64) (i64.const 9))
            (elem declare func $one)
            (elem $elements func $one)
            (elem $more func $one)
            (data $data "some data")
            (func $one (result i32) (i32.const 1))
            (func (export "wasmbox_send") (param i32 i32)
              (global.set $count (i32.add (global.get $count) (i32.const 1)))
              (table.set 0 (i32.const 1) (global.get $function))
              (i32.store (i32.const 4) (call_indirect (result i32) (i32.const 1)))
              (drop (call $random (i32.const 8) (i32.const 8)))
              (i32.store (i32.const 0) (global.get $count))
              (data.drop $data)
              (elem.drop $elements)
              (elem.drop $more)
              (call $callback (i32.const 0) (i32.const 16)))
            """);

    private static final byte[] MESSAGE = {1};

    // Where the parts of this guest's snapshot are; docs/snapshot-format.md describes the format.
    private static final int LENGTH = 12;
    private static final int PAYLOAD = 20;
    private static final int REALTIME = PAYLOAD + 32;
    private static final int MONOTONIC = REALTIME + 8;
    private static final int ENTROPY = MONOTONIC + 8 + 32;
    private static final int MESSAGES = ENTROPY + 8;
    private static final int OUTPUTS = MESSAGES + 8;
    private static final int FINISHED = OUTPUTS + 8;
    private static final int MEMORIES = FINISHED + 1;
    private static final int PAGES = MEMORIES + 4;
    private static final int CHUNKS = PAGES + 4;
    private static final int CHUNK_INDEX = CHUNKS + 4;
    private static final int CHUNK = CHUNK_INDEX + 4;
    private static final int GLOBALS = CHUNK + 4096;
    private static final int FIRST_GLOBAL = GLOBALS + 4;
    private static final int SECOND_GLOBAL = FIRST_GLOBAL + 17;
    private static final int TABLES = FIRST_GLOBAL + 3 * 17;
    private static final int FIRST_TABLE = TABLES + 4;
    private static final int SECOND_TABLE = FIRST_TABLE + 4 + 2 * 4;
    private static final int DROPPED_DATA = SECOND_TABLE + 4 + 4;
    private static final int DROPPED_ELEMENTS = DROPPED_DATA + 8;
    private static final int END = DROPPED_ELEMENTS + 12;

    private WasmBox<byte[], byte[]> box = Wat.load(GUEST, Engine.COMPILED).start(BoxOptions.bytes());
    private byte[] file = {};
    private Snapshot snapshot = box.snapshot();

    @BeforeEach
    void takesASnapshot() {
        box.send(MESSAGE);
        snapshot = box.snapshot();
        file = snapshot.toBytes();
        assertThat(file).as("the places that the tests know").hasSize(END + 32);
    }

    private void assertTheBoxIsAsBefore() {
        assertThat(box.snapshot()).isEqualTo(snapshot);
        assertThat(box.send(MESSAGE)).singleElement().satisfies(output -> assertThat(output[0])
                .isEqualTo((byte) 2));
        box.restore(Snapshot.of(file));
        assertThat(box.snapshot()).isEqualTo(snapshot);
    }

    private static SnapshotException refused(byte[] bytes) {
        try {
            Snapshot read = Snapshot.of(bytes);
            throw new AssertionError("it was read: " + read);
        } catch (SnapshotException e) {
            assertThat(e.getMessage()).startsWith("this ").contains("snapshot").hasSizeGreaterThan(30);
            return e;
        }
    }

    // Damage.

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < file.length; length++) {
            refused(Arrays.copyOf(file, length));
        }
        assertTheBoxIsAsBefore();
    }

    @Test
    void everyFlippedBitIsRefused() {
        byte[] damaged = file.clone();
        for (int bit = 0; bit < 8 * file.length; bit++) {
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            refused(damaged);
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        assertThat(damaged).isEqualTo(file);
        assertTheBoxIsAsBefore();
    }

    @Test
    void flippedBitsOfALargeSnapshotAreRefused() {
        byte[] large =
                Guests.load("hashmap", Engine.COMPILED).start().snapshot().toBytes();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            int bit = random.nextInt(8 * large.length);
            large[bit / 8] ^= (byte) (1 << (bit % 8));
            refused(large);
            large[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        assertThat(Snapshot.of(large).toBytes()).isEqualTo(large);
    }

    @Test
    void whatIsAppendedIsRefused() {
        for (int length : new int[] {1, 2, 31, 32, 33, 4096, 100_000}) {
            assertThat(refused(Arrays.copyOf(file, file.length + length))).hasMessageContaining("header announces");
        }
        byte[] twice = Arrays.copyOf(file, 2 * file.length);
        System.arraycopy(file, 0, twice, file.length, file.length);
        refused(twice);
        assertTheBoxIsAsBefore();
    }

    @Test
    void swappedAndRepeatedPartsAreRefused() {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = file.clone();
            int length = 1 + random.nextInt(200);
            int from = random.nextInt(file.length - length);
            int to = random.nextInt(file.length - length);
            System.arraycopy(file, from, damaged, to, length);
            if (!Arrays.equals(damaged, file)) {
                refused(damaged);
            }
        }
    }

    @Test
    void garbageIsRefused() {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] garbage = new byte[random.nextInt(3000)];
            random.nextBytes(garbage);
            assertThat(refused(garbage)).hasMessageContaining("this is not a snapshot");
            System.arraycopy(file, 0, garbage, 0, Math.min(garbage.length, 20));
            refused(garbage);
        }
        assertThat(refused(Wat.assemble(GUEST))).hasMessageContaining("this is not a snapshot");
        assertTheBoxIsAsBefore();
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        byte[] later = file.clone();
        later[8] = 2;
        assertThat(refused(sealed(later))).hasMessageContaining("version 2", "reads version 1");
    }

    // Forgery: the checksum is right.

    private static byte[] sealed(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, bytes.length - 32);
            System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
            return bytes;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A change of the file, and what the error has to say. */
    record Forgery(String name, Consumer<ByteBuffer> change, String... words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Forgery integer(String name, int at, int value, String... words) {
        return new Forgery(name, file -> file.putInt(at, value), words);
    }

    private static Forgery number(String name, int at, long value, String... words) {
        return new Forgery(name, file -> file.putLong(at, value), words);
    }

    static Stream<Forgery> forgeries() {
        return Stream.of(
                number("a length of 2^63", LENGTH, Long.MIN_VALUE, "announces 9223372036854775808 bytes"),
                number("a length of -1", LENGTH, -1, "announces 18446744073709551615 bytes"),
                number("a length of 2^32 more", LENGTH, (1L << 32) + END - PAYLOAD, "announces"),
                number("a length of one less", LENGTH, END - PAYLOAD - 1, "announces"),
                number("another module", PAYLOAD, 7, "of the module with SHA-256"),
                number("a negative clock", REALTIME, -1, "realtime clock is 18446744073709551615"),
                number("a negative monotonic clock", MONOTONIC, Long.MIN_VALUE, "monotonic clock is"),
                number("a negative entropy position", ENTROPY, -64, "entropy position is"),
                number("an entropy position at the end of numbers", ENTROPY, Long.MAX_VALUE, "entropy position is"),
                number("negative messages", MESSAGES, -1, "message count is"),
                number("messages at the end of numbers", MESSAGES, Long.MAX_VALUE, "message count is"),
                number("negative outputs", OUTPUTS, -1, "output count is"),
                number("outputs at the end of numbers", OUTPUTS, Long.MAX_VALUE, "output count is"),
                new Forgery("finished twice", file -> file.put(FINISHED, (byte) 2), "'finished' is 2"),
                integer("no memories", MEMORIES, 0),
                integer("two memories", MEMORIES, 2),
                integer("many memories", MEMORIES, 17, "announces 17 memories"),
                integer("endless memories", MEMORIES, -1, "announces 4294967295 memories"),
                integer("no pages", PAGES, 0, "index"),
                integer("fewer pages than the module has", PAGES, 0),
                integer("more pages than the module may have", PAGES, 3, "memory 0 has 3 pages", "from 1 to 2"),
                integer("as many pages as there may be", PAGES, 32_767, "memory 0 has 32767 pages"),
                integer("more pages than there may be", PAGES, 32_768, "a memory has 32768 pages"),
                integer("negative pages", PAGES, -1, "a memory has 4294967295 pages"),
                integer("no chunks", CHUNKS, 0),
                integer("more chunks than there are", CHUNKS, 2, "announces 2 memory chunks"),
                integer("endless chunks", CHUNKS, -1, "announces 4294967295 memory chunks"),
                integer("a chunk beyond memory", CHUNK_INDEX, 16, "chunk has the index 16"),
                integer("a chunk at -1", CHUNK_INDEX, -1, "chunk has the index 4294967295"),
                new Forgery("a chunk of zeros", file -> file.put(CHUNK, new byte[4096]), "stored although it is zero"),
                integer("fewer globals", GLOBALS, 2),
                integer("no globals", GLOBALS, 0),
                integer("more globals", GLOBALS, 4),
                integer("endless globals", GLOBALS, -1, "announces 4294967295 globals"),
                integer("as many globals as 2^31", GLOBALS, Integer.MIN_VALUE, "announces 2147483648 globals"),
                new Forgery(
                        "a global of another type",
                        file -> file.put(FIRST_GLOBAL, (byte) 0x7e),
                        "mutable global 0 is of type 126"),
                new Forgery(
                        "a number as a function",
                        file -> file.put(FIRST_GLOBAL, (byte) 0x70),
                        "mutable global 0 is of type 112"),
                number("a number of 33 bits in 32", FIRST_GLOBAL + 1, 1L << 32, "mutable global 0"),
                number("a number with an upper half", FIRST_GLOBAL + 9, 1, "mutable global 0"),
                number(
                        "a function that is not there",
                        SECOND_GLOBAL + 1,
                        7,
                        "refers to function 7",
                        "the module has 7"),
                number("a function at -2", SECOND_GLOBAL + 1, -2, "refers to function -2"),
                number("a function at 2^32", SECOND_GLOBAL + 1, 1L << 32, "refers to function 4294967296"),
                number("a function with an upper half", SECOND_GLOBAL + 9, 1, "mutable global 1"),
                integer("one table", TABLES, 1),
                integer("endless tables", TABLES, -1, "announces 4294967295 tables"),
                integer("a smaller table", FIRST_TABLE, 1),
                integer("an endless table", FIRST_TABLE, -1, "announces 4294967295 table elements"),
                integer("a table of 2^31", FIRST_TABLE, Integer.MIN_VALUE, "announces 2147483648 table elements"),
                integer("an element that is not there", FIRST_TABLE + 4, 7, "table 0 refers to function 7"),
                integer("an element at -2", FIRST_TABLE + 4, -2, "table 0 refers to function -2"),
                integer("an external reference", SECOND_TABLE + 4, 0, "table 1 refers to"),
                integer("data that is not there", DROPPED_DATA + 4, 1, "dropped data segment 1, but the module has 1"),
                integer("data far away", DROPPED_DATA + 4, 2_000_000_000, "dropped data segments is 2000000000"),
                integer("data at -1", DROPPED_DATA + 4, -1, "dropped data segments is 4294967295"),
                integer("endless dropped data", DROPPED_DATA, -1, "announces 4294967295 dropped data segments"),
                integer("no dropped data", DROPPED_DATA, 0),
                integer("more dropped data", DROPPED_DATA, 2, "dropped"),
                integer("the same elements twice", DROPPED_ELEMENTS + 8, 1, "dropped element segments is 1"),
                integer(
                        "elements that are not there",
                        DROPPED_ELEMENTS + 8,
                        3,
                        "dropped element segment 3, but the module has 3"),
                integer("no dropped elements", DROPPED_ELEMENTS, 0, "left over"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void isRefusedWhenItIsReadOrRestored(Forgery forgery) {
        byte[] forged = file.clone();
        forgery.change().accept(ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN));
        sealed(forged);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.restore(Snapshot.of(forged)))
                .satisfies(e ->
                        Stream.of(forgery.words()).forEach(word -> assertThat(e).hasMessageContaining(word)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeGreaterThan(30));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.module().restore(Snapshot.of(forged), BoxOptions.bytes()));
        assertTheBoxIsAsBefore();
    }

    /** A file of a few hundred bytes must not make the host reserve gigabytes. */
    @Test
    void emptyMemoriesOfTheGreatestSizeTakeLittleRoom() {
        int memories = 16;
        byte[] forged = new byte[file.length - 4096 - 12 + 8 * memories];
        ByteBuffer out = ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN);
        out.put(file, 0, MEMORIES).putInt(memories);
        for (int i = 0; i < memories; i++) {
            out.putInt(32_767).putInt(0);
        }
        out.put(file, GLOBALS, file.length - GLOBALS);
        out.putLong(LENGTH, forged.length - PAYLOAD - 32);
        Snapshot read = Snapshot.of(sealed(forged));
        assertThat(read.memoryBytes()).isEqualTo(memories * 32_767L * 65_536);
        assertThatExceptionOfType(SnapshotException.class).isThrownBy(() -> box.restore(read));
        assertTheBoxIsAsBefore();
    }

    /**
     * Any other change of what is not the guest's own memory: it is refused, or is a state that the guest might be in.
     * Whatever it does then, it does not harm the host.
     */
    @Test
    void noForgeryOfAByteHarmsTheHost() {
        int accepted = 0;
        for (int at = PAYLOAD + 32; at < END; at = at == CHUNK + 32 ? GLOBALS : at + 1) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] forged = file.clone();
                forged[at] = (byte) value;
                WasmBox<byte[], byte[]> forgedBox;
                try {
                    forgedBox = box.module().restore(Snapshot.of(sealed(forged)), BoxOptions.bytes());
                } catch (SnapshotException e) {
                    continue;
                }
                accepted++;
                assertThat(HexFormat.of().formatHex(forgedBox.snapshot().toBytes()))
                        .as("byte %d as %d: what is restored is what was read", at, value)
                        .isEqualTo(HexFormat.of().formatHex(forged));
                if (!forgedBox.snapshot().finished()) {
                    try {
                        forgedBox.send(MESSAGE);
                        Snapshot.of(forgedBox.snapshot().toBytes());
                    } catch (TrapException e) {
                        assertThat(e.getMessage()).isNotEmpty();
                    }
                }
            }
        }
        assertThat(accepted).isGreaterThan(300);
        assertTheBoxIsAsBefore();
    }
}
