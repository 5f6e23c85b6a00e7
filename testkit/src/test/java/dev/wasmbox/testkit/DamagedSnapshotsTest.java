package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import dev.wasmbox.testkit.ForgedSnapshot.Part;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    private static final GuestModule MODULE = Wat.load(GUEST, Engine.COMPILED);

    /** All forms that a file of the same state can have. */
    enum Form {
        WHOLE,
        SELF_CONTAINED,
        DELTA_FROM_BASE,
        DELTA,
        VERSION_1
    }

    private final WasmBox<byte[], byte[]> box = MODULE.start(BoxOptions.bytes());
    private final Map<Form, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, byte[]> parents = new ConcurrentHashMap<>();
    private final SnapshotReader reader =
            SnapshotReader.standard().withModule(MODULE).withSource(digest -> Optional.ofNullable(parents.get(digest)));
    private final Snapshot parent;
    private final Snapshot snapshot;

    DamagedSnapshotsTest() {
        box.send(MESSAGE);
        parent = box.snapshot();
        box.send(MESSAGE);
        snapshot = box.snapshot();
        parents.put(parent.digest(), parent.toBytes());
        parents.put(MODULE.digest(), MODULE.base().toBytes());
        files.put(Form.WHOLE, snapshot.toBytes());
        files.put(Form.SELF_CONTAINED, snapshot.toBytes(SnapshotForm.selfContained(MODULE)));
        files.put(Form.DELTA_FROM_BASE, snapshot.toBytes(SnapshotForm.deltaFromBase(MODULE)));
        files.put(Form.DELTA, snapshot.toBytes(SnapshotForm.deltaFrom(parent)));
        files.put(Form.VERSION_1, PlainSnapshot.read(snapshot.toBytes()).toVersionOne());
    }

    private byte[] file(Form form) {
        byte[] file = files.get(form);
        if (file == null) {
            throw new AssertionError(form);
        }
        return file.clone();
    }

    private void assertTheBoxIsAsBefore() {
        assertThat(box.snapshot()).isEqualTo(snapshot);
        assertThat(box.send(MESSAGE)).singleElement().satisfies(output -> assertThat(output[0])
                .isEqualTo((byte) 3));
        box.restore(reader.read(file(Form.DELTA)), RestoreOptions.identical());
        assertThat(box.snapshot()).isEqualTo(snapshot);
    }

    private SnapshotException refused(byte[] bytes) {
        try {
            Snapshot read = reader.read(bytes);
            throw new AssertionError("it was read: " + read);
        } catch (SnapshotException e) {
            assertThat(e.getMessage()).startsWith("this ").contains("snapshot").hasSizeGreaterThan(30);
            return e;
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isReadWhileItIsWhole(Form form) {
        assertThat(reader.read(file(form))).isEqualTo(snapshot);
        assertThat(PlainSnapshot.read(file(form), PlainSnapshot.parents(parents))
                        .digestHex())
                .isEqualTo(snapshot.digest());
        assertTheBoxIsAsBefore();
    }

    // Damage.

    @ParameterizedTest
    @EnumSource(Form.class)
    void everyTruncationIsRefused(Form form) {
        byte[] file = file(form);
        for (int length = 0; length < file.length; length++) {
            refused(Arrays.copyOf(file, length));
        }
        assertTheBoxIsAsBefore();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void everyFlippedBitIsRefused(Form form) {
        byte[] damaged = file(form);
        for (int bit = 0; bit < 8 * damaged.length; bit++) {
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            refused(damaged);
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        assertThat(damaged).isEqualTo(file(form));
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

    @ParameterizedTest
    @EnumSource(Form.class)
    void whatIsAppendedIsRefused(Form form) {
        byte[] file = file(form);
        for (int length : new int[] {1, 2, 31, 32, 33, 4096, 100_000}) {
            assertThat(refused(Arrays.copyOf(file, file.length + length))).hasMessageContaining("checksum");
            assertThat(refused(PlainSnapshot.sealed(Arrays.copyOf(file, file.length + length))))
                    .hasMessageContaining(form == Form.VERSION_1 ? "header announces" : "left over");
        }
        byte[] twice = Arrays.copyOf(file, 2 * file.length);
        System.arraycopy(file, 0, twice, file.length, file.length);
        refused(twice);
        assertTheBoxIsAsBefore();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void swappedAndRepeatedPartsAreRefused(Form form) {
        byte[] file = file(form);
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
        byte[] file = file(Form.WHOLE);
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] garbage = new byte[random.nextInt(3000)];
            random.nextBytes(garbage);
            assertThat(refused(garbage)).hasMessageContaining("this is not a snapshot");
            System.arraycopy(file, 0, garbage, 0, Math.min(garbage.length, 20));
            refused(garbage);
            if (garbage.length >= 60) {
                refused(PlainSnapshot.sealed(garbage));
            }
        }
        assertThat(refused(Wat.assemble(GUEST))).hasMessageContaining("this is not a snapshot");
        assertTheBoxIsAsBefore();
    }

    @Test
    void anotherVersionIsRefusedByName() {
        for (int version : new int[] {0, 3, 256, Integer.MIN_VALUE, -1}) {
            ForgedSnapshot forged = ForgedSnapshot.of(file(Form.WHOLE));
            forged.version(version);
            assertThat(refused(forged.bytes()))
                    .hasMessageContaining("of format version " + Integer.toUnsignedString(version))
                    .hasMessageContaining("reads versions 1 and 2");
        }
        ForgedSnapshot forged = ForgedSnapshot.of(file(Form.WHOLE));
        forged.version(1);
        assertThat(refused(forged.bytes())).hasMessageContaining("announces");
    }

    // Forgery: the checksum is right, and so is the state's digest where there is a state.

    /** A change of a file, and what the error has to say. */
    record Forgery(String name, Form form, Consumer<ForgedSnapshot> change, String... words) {
        @Override
        public String toString() {
            return name + " (" + form + ")";
        }
    }

    private static Forgery integer(String name, String section, int at, int value, String... words) {
        return new Forgery(name, Form.WHOLE, file -> file.part(section).putInt(at, value), words);
    }

    private static Forgery number(String name, String section, int at, long value, String... words) {
        return new Forgery(name, Form.WHOLE, file -> file.part(section).putLong(at, value), words);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] ints(int... values) {
        byte[] bytes = new byte[4 * values.length];
        IntStream.of(values).forEach(ForgedSnapshot.buffer(bytes)::putInt);
        return bytes;
    }

    // Where the numbers of this guest's file are in their sections; docs/snapshot-format.md describes the format.
    private static final int REALTIME = 0;
    private static final int MONOTONIC = 8;
    private static final int ENTROPY = 48;
    private static final int MESSAGES = 56;
    private static final int OUTPUTS = 64;
    private static final int FINISHED = 72;
    private static final int FIRST_GLOBAL = 4;
    private static final int SECOND_GLOBAL = FIRST_GLOBAL + 9;
    private static final int DROPPED_DATA = 0;
    private static final int DROPPED_ELEMENTS = 8;
    private static final int MEMORIES = 0;
    private static final int MEMORY_PAGES = 4;
    private static final int STORED_PAGES = 8;
    private static final int PAGE_INDEX = 12;
    private static final int PAGE_CONTENT = 16;
    private static final int TABLES = 20;
    private static final int ELEMENTS = 24;
    private static final int TABLE_INDEX = 32;
    private static final int TABLE_CONTENT = 36;
    private static final int SECOND_TABLE = 40;

    private static final int DIFFERENCE = 1 << 31;

    private static Stream<Forgery> forgeriesOfTheFile() {
        return Stream.of(
                new Forgery("a section more", Form.WHOLE, file -> file.countMore(1), "in the middle of its sections"),
                new Forgery("a section less", Form.WHOLE, file -> file.countMore(-1), "left over at the end of its"),
                new Forgery("2^31 sections", Form.WHOLE, file -> file.countMore(Integer.MIN_VALUE), "announces 21474"),
                new Forgery("no sections", Form.WHOLE, file -> file.countMore(-file.parts.size()), "left over"),
                new Forgery("nothing", Form.WHOLE, file -> file.parts.clear(), "IDEN"),
                new Forgery("bytes after the last", Form.WHOLE, file -> file.append(new byte[5]), "5 bytes are left"),
                new Forgery(
                        "a section that has to be understood",
                        Form.WHOLE,
                        file -> file.parts.add(1, new Part("CALL", 0, new byte[10])),
                        "has a section CALL, which has to be understood"),
                new Forgery(
                        "one that has flags of the future",
                        Form.WHOLE,
                        file -> file.parts.add(new Part("SOON", 3, new byte[10])),
                        "has a section SOON, which has to be understood"),
                new Forgery(
                        "one whose name cannot be read",
                        Form.WHOLE,
                        file -> file.parts.add(new Part("\0\u00ffa ", 0, new byte[10])),
                        "has a section ??a?, which has to be understood"),
                new Forgery(
                        "another section before the identity",
                        Form.WHOLE,
                        file -> file.parts.addFirst(new Part("SKIP", 1, new byte[64])),
                        "IDEN"),
                integer("another state", "IDEN", 0, 7), // repaired, and so the same
                integer("another module", "IDEN", 32, 7, "of the module with SHA-256"));
    }

    private static Stream<Forgery> forgeriesOfEachSection() {
        List<Forgery> forgeries = new ArrayList<>();
        Map<Form, List<String>> kinds = Map.of(
                Form.WHOLE, List.of("IDEN", "HOST", "GLOB", "DROP", "PAGE", "BLOK"),
                Form.DELTA, List.of("IDEN", "PARE", "HOST", "GLOB", "DROP", "PAGE", "BLOK"),
                Form.SELF_CONTAINED, List.of("IDEN", "HOST", "GLOB", "DROP", "PAGE", "BLOK", "WASM"));
        kinds.forEach((form, sections) -> sections.forEach(kind -> {
            forgeries.add(new Forgery(
                    kind + " with other flags", form, file -> file.part(kind).flags ^= 1, kind + " has the flags"));
            forgeries.add(new Forgery(
                    kind + " with flags of the future",
                    form,
                    file -> file.part(kind).flags |= 256,
                    kind + " has the flags"));
            forgeries.add(new Forgery(
                    kind + " of 2^63 bytes",
                    form,
                    file -> file.part(kind).announce(Long.MIN_VALUE),
                    kind + " announces 9223372036854775808 bytes"));
            forgeries.add(new Forgery(
                    kind + " of 2^31 bytes", form, file -> file.part(kind).announce(1L << 31), kind + " announces"));
            forgeries.add(new Forgery(
                    kind + " of 2^32 bytes more",
                    form,
                    file -> file.part(kind).announce((1L << 32) + file.part(kind).contents.length),
                    kind + " announces"));
            forgeries.add(new Forgery(
                    kind + " twice",
                    form,
                    file -> file.parts.add(
                            file.indexOf(kind) + 1, file.part(kind).copy()),
                    kind + " is there twice"));
            forgeries.add(new Forgery(
                    kind + " twice, at the end",
                    form,
                    file -> file.parts.add(file.part(kind).copy()),
                    kind + " is there twice"));
            if (!kind.equals("WASM")) {
                forgeries.add(new Forgery(
                        kind + " of a byte less",
                        form,
                        file -> file.part(kind).contents =
                                Arrays.copyOf(file.part(kind).contents, file.part(kind).contents.length - 1),
                        switch (kind) {
                            case "GLOB" -> "announces 3 globals, more than it can hold";
                            case "DROP" -> "announces 2 dropped element segments, more than it can hold";
                            default -> "middle of its section " + kind;
                        }));
                forgeries.add(new Forgery(
                        kind + " of a byte more",
                        form,
                        file -> file.part(kind).contents =
                                Arrays.copyOf(file.part(kind).contents, file.part(kind).contents.length + 1),
                        "1 bytes are left over at the end of its section " + kind));
                forgeries.add(new Forgery(
                        kind + " empty", form, file -> file.part(kind).contents = new byte[0], "its section " + kind));
                forgeries.add(new Forgery(
                        kind + " too late",
                        form,
                        file -> {
                            int at = file.indexOf(kind);
                            file.parts.add(
                                    Math.min(at + 1, file.parts.size() - 1),
                                    file.parts.remove(Math.min(at, file.parts.size() - 2)));
                        },
                        kind.equals("IDEN") ? "IDEN" : "not in its order"));
            }
            if (List.of("IDEN", "HOST", "GLOB", "PAGE").contains(kind)) {
                forgeries.add(new Forgery(kind + " missing", form, file -> file.parts.remove(file.part(kind)), kind));
            }
        }));
        return forgeries.stream();
    }

    private static Stream<Forgery> forgeriesOfTheHostState() {
        return Stream.of(
                number("a negative clock", "HOST", REALTIME, -1, "realtime clock is 18446744073709551615"),
                number("a negative monotonic clock", "HOST", MONOTONIC, Long.MIN_VALUE, "monotonic clock is"),
                number("a negative entropy position", "HOST", ENTROPY, -64, "entropy position is"),
                number("entropy at the end of numbers", "HOST", ENTROPY, Long.MAX_VALUE, "entropy position is"),
                number("negative messages", "HOST", MESSAGES, -1, "message count is"),
                number("messages at the end of numbers", "HOST", MESSAGES, Long.MAX_VALUE, "message count is"),
                number("messages beyond 2^62", "HOST", MESSAGES, (1L << 62) + 1, "message count is"),
                number("negative outputs", "HOST", OUTPUTS, -1, "output count is"),
                number("outputs at the end of numbers", "HOST", OUTPUTS, Long.MAX_VALUE, "output count is"),
                new Forgery(
                        "finished twice",
                        Form.WHOLE,
                        file -> file.part("HOST").contents[FINISHED] = 2,
                        "'finished' is 2"));
    }

    private static Stream<Forgery> forgeriesOfTheGuestState() {
        return Stream.of(
                integer("fewer globals", "GLOB", 0, 2, "9 bytes are left over at the end of its section GLOB"),
                integer("no globals", "GLOB", 0, 0, "left over at the end of its section GLOB"),
                integer("more globals", "GLOB", 0, 4, "announces 4 globals"),
                integer("endless globals", "GLOB", 0, -1, "announces 4294967295 globals"),
                integer("as many globals as 2^31", "GLOB", 0, Integer.MIN_VALUE, "announces 2147483648 globals"),
                new Forgery(
                        "really fewer globals",
                        Form.WHOLE,
                        file -> file.part("GLOB").putInt(0, 2).rest(4 + 2 * 9, new byte[0]),
                        "2 mutable globals, but the module has 3"),
                new Forgery(
                        "a global of another type",
                        Form.WHOLE,
                        file -> file.part("GLOB").contents[FIRST_GLOBAL] = 0x7e,
                        "mutable global 0 is of type 126"),
                new Forgery(
                        "a global of no type",
                        Form.WHOLE,
                        file -> file.part("GLOB").contents[FIRST_GLOBAL] = 0,
                        "mutable global 0 is of type 0"),
                new Forgery(
                        "a number as a vector",
                        Form.WHOLE,
                        file -> file.part("GLOB").contents[SECOND_GLOBAL + 9] = 0x7b,
                        "middle of its section GLOB"),
                new Forgery(
                        "a number as a function",
                        Form.WHOLE,
                        file -> file.part("GLOB").contents[FIRST_GLOBAL] = 0x70,
                        "mutable global 0 is of type 112"),
                number("a number of 33 bits in 32", "GLOB", FIRST_GLOBAL + 1, 1L << 32, "mutable global 0 has more"),
                number("a function that is not there", "GLOB", SECOND_GLOBAL + 1, 7, "function 7", "has 7"),
                number("a function at -2", "GLOB", SECOND_GLOBAL + 1, -2, "refers to function -2"),
                number("a function at 2^32", "GLOB", SECOND_GLOBAL + 1, 1L << 32, "refers to function 4294967296"),
                integer("data that is not there", "DROP", DROPPED_DATA + 4, 1, "data segment 1, but the module has 1"),
                integer("data far away", "DROP", DROPPED_DATA + 4, 2_000_000_000, "data segments is 2000000000"),
                integer("data at -1", "DROP", DROPPED_DATA + 4, -1, "dropped data segments is 4294967295"),
                integer("endless dropped data", "DROP", DROPPED_DATA, -1, "announces 4294967295 dropped data"),
                integer("no dropped data", "DROP", DROPPED_DATA, 0, "12 bytes are left over"),
                integer("more dropped data", "DROP", DROPPED_DATA, 2),
                integer("the same elements twice", "DROP", DROPPED_ELEMENTS + 8, 1, "element segments is 1"),
                integer("elements that are not there", "DROP", DROPPED_ELEMENTS + 8, 3, "segment 3, but the module"),
                integer("no dropped elements", "DROP", DROPPED_ELEMENTS, 0, "left over"),
                integer("2^31 elements", "DROP", DROPPED_ELEMENTS, Integer.MIN_VALUE, "announces 2147483648 dropped"));
    }

    private static Stream<Forgery> forgeriesOfPages() {
        return Stream.of(
                integer("no memories", "PAGE", MEMORIES, 0),
                integer("two memories", "PAGE", MEMORIES, 2),
                integer("many memories", "PAGE", MEMORIES, 17, "number of memories is 17, but it can be 16 at most"),
                integer("endless memories", "PAGE", MEMORIES, -1, "number of memories is 4294967295"),
                new Forgery(
                        "really no memories",
                        Form.WHOLE,
                        file -> {
                            byte[] tables = Arrays.copyOfRange(file.part("PAGE").contents, TABLES, SECOND_TABLE + 8);
                            file.part("PAGE").putInt(0, 0).rest(4, tables).putInt(TABLE_CONTENT - 16, 1);
                            file.blocks(Arrays.copyOf(ints(0, 1), 4096));
                        },
                        "0 memories, but the module has 1"),
                integer("no WebAssembly pages", "PAGE", MEMORY_PAGES, 0, "a page has the index 0"),
                integer("more pages than the module may have", "PAGE", MEMORY_PAGES, 3, "has 3 pages", "from 1 to 2"),
                integer("as many pages as there may be", "PAGE", MEMORY_PAGES, 32_767, "memory 0 has 32767 pages"),
                integer("more pages than there may be", "PAGE", MEMORY_PAGES, 32_768, "memory's pages is 32768"),
                integer("negative pages", "PAGE", MEMORY_PAGES, -1, "memory's pages is 4294967295"),
                integer("no stored pages", "PAGE", STORED_PAGES, 0),
                integer("more stored pages than there are", "PAGE", STORED_PAGES, 6, "announces 6 pages"),
                integer("endless stored pages", "PAGE", STORED_PAGES, -1, "announces 4294967295 pages"),
                integer("2^31 stored pages", "PAGE", STORED_PAGES, Integer.MIN_VALUE, "announces 2147483648 pages"),
                integer("a page beyond memory", "PAGE", PAGE_INDEX, 16, "a page has the index 16"),
                integer("a page at -1", "PAGE", PAGE_INDEX, -1, "a page has the index 4294967295"),
                integer("a page beyond the table", "PAGE", TABLE_INDEX, 1, "a page has the index 1"),
                integer("a page of zeros in a whole file", "PAGE", PAGE_CONTENT, 0, "a page has the content 0"),
                integer("a number that is too large", "PAGE", PAGE_CONTENT, 2, "a page has the content 2"),
                integer("the largest number", "PAGE", PAGE_CONTENT, Integer.MAX_VALUE, "the content 2147483647"),
                integer("a number that leaves one out", "PAGE", TABLE_CONTENT, 3, "a page has the content 3"),
                integer("a content that nothing uses", "PAGE", TABLE_CONTENT, 1, "more or fewer contents"),
                integer("a difference in a whole file", "PAGE", PAGE_CONTENT, DIFFERENCE | 1, "content 2147483649"),
                integer("a difference without a block", "PAGE", PAGE_CONTENT, DIFFERENCE, "content 2147483648"),
                new Forgery(
                        "the same page twice",
                        Form.WHOLE,
                        file -> {
                            byte[] rest = Arrays.copyOfRange(file.part("PAGE").contents, PAGE_INDEX, SECOND_TABLE + 8);
                            file.part("PAGE").putInt(STORED_PAGES, 2).rest(TABLES, rest);
                        },
                        "a page has the index 0"),
                integer("one table", "PAGE", TABLES, 1),
                integer("many tables", "PAGE", TABLES, 17, "number of tables is 17"),
                integer("endless tables", "PAGE", TABLES, -1, "number of tables is 4294967295"),
                integer("a smaller table", "PAGE", ELEMENTS, 1, "last page goes beyond the end"),
                integer("a larger table", "PAGE", ELEMENTS, 5, "table 0 has 5 elements", "from 2 to 4"),
                integer("a table without elements", "PAGE", ELEMENTS, 0, "a page has the index 0"),
                integer("an endless table", "PAGE", ELEMENTS, -1, "table's elements is 4294967295"),
                integer("a table of too many", "PAGE", ELEMENTS, 10_000_001, "table's elements is 10000001"),
                new Forgery(
                        "an element that is not there",
                        Form.WHOLE,
                        file -> file.blocks(bytes(4096, 1), Arrays.copyOf(ints(0, 8), 4096)),
                        "table 0 refers to function 7"),
                new Forgery(
                        "an element at -2",
                        Form.WHOLE,
                        file -> file.blocks(bytes(4096, 1), Arrays.copyOf(ints(0, -1), 4096)),
                        "table 0 refers to function -2"),
                new Forgery(
                        "an element beyond the end",
                        Form.WHOLE,
                        file -> file.blocks(bytes(4096, 1), Arrays.copyOf(ints(0, 1, 0, 1), 4096)),
                        "last page goes beyond the end"),
                new Forgery(
                        "an external reference",
                        Form.WHOLE,
                        file -> {
                            file.part("PAGE").putInt(SECOND_TABLE + 4, 1).rest(SECOND_TABLE + 8, ints(0, 3));
                            file.blocks(bytes(4096, 1), Arrays.copyOf(ints(0, 1), 4096), Arrays.copyOf(ints(1), 4096));
                        },
                        "table 1 refers to"));
    }

    private static Stream<Forgery> forgeriesOfBlocks() {
        return Stream.of(
                new Forgery("no blocks", Form.WHOLE, file -> file.parts.removeLast(), "of its pages are missing"),
                new Forgery(
                        "blocks that nothing uses",
                        Form.WHOLE,
                        file -> file.part("PAGE").contents = ints(1, 1, 0, 2, 2, 0, 1, 0),
                        "there, but no page has any"),
                new Forgery(
                        "a block of zeros",
                        Form.WHOLE,
                        file -> file.blocks(bytes(4096, 1), new byte[4096]),
                        "stored although it is zero"),
                new Forgery("a block less", Form.WHOLE, file -> file.blocks(bytes(4096, 1)), "more or fewer contents"),
                new Forgery(
                        "a block more",
                        Form.WHOLE,
                        file -> file.blocks(bytes(4096, 1), bytes(4096, 2), bytes(4096, 3)),
                        "more or fewer contents"),
                integer("2^31 blocks", "BLOK", 0, Integer.MIN_VALUE, "more or fewer contents"),
                integer("no blocks in the section", "BLOK", 0, 0, "more or fewer contents"),
                integer("nothing compressed", "BLOK", 4, 0, "has 0 bytes instead of 8192"),
                integer("a byte less compressed", "BLOK", 4, 30, "decompressed"),
                integer("all in the file compressed", "BLOK", 4, 2 * 4096, "middle of its section BLOK"),
                integer("more than uncompressed", "BLOK", 4, 2 * 4096 + 1, "compressed pages is 8193"),
                integer("2^31 compressed", "BLOK", 4, Integer.MIN_VALUE, "compressed pages is 2147483648"),
                integer("endlessly compressed", "BLOK", 4, -1, "compressed pages is 4294967295"),
                new Forgery(
                        "what is compressed is garbage",
                        Form.WHOLE,
                        file -> Arrays.fill(file.part("BLOK").contents, 8, file.part("BLOK").contents.length, (byte) 9),
                        "cannot be decompressed"));
    }

    private static Stream<Forgery> forgeriesOfDeltas() {
        return Stream.of(
                new Forgery(
                        "a kind of the future",
                        Form.DELTA,
                        file -> file.part("PARE").putInt(0, 2),
                        "kind of pa"),
                new Forgery(
                        "a negative kind", Form.DELTA, file -> file.part("PARE").putInt(0, -1), "kind of parent"),
                new Forgery(
                        "a parent that is not there",
                        Form.DELTA,
                        file -> file.part("PARE").putInt(4, 7),
                        "is a delta against the snapshot 07000000",
                        "which is not there"),
                new Forgery(
                        "a base that is another",
                        Form.DELTA_FROM_BASE,
                        file -> file.part("PARE").putInt(4, 7),
                        "is a delta against the base 07000000",
                        "but the base of its module is"),
                new Forgery(
                        "a snapshot as a base",
                        Form.DELTA,
                        file -> file.part("PARE").putInt(0, 1),
                        "is a delta against the base"),
                new Forgery(
                        "a base as a snapshot",
                        Form.DELTA_FROM_BASE,
                        file -> file.part("PARE").putInt(0, 0),
                        "is a delta against the snapshot"),
                new Forgery(
                        "no parent",
                        Form.DELTA,
                        file -> file.parts.remove(file.part("PARE")),
                        "a page has the content 2147483649"),
                new Forgery(
                        "no parent that is needed",
                        Form.DELTA_FROM_BASE,
                        file -> file.parts.remove(file.part("PARE"))), // all pages are there: it is whole
                new Forgery(
                        "a difference from nothing",
                        Form.DELTA_FROM_BASE,
                        file -> file.part("PAGE").putInt(PAGE_CONTENT, DIFFERENCE | 1),
                        "difference from one that its parent does not have"),
                new Forgery(
                        "a zero instead of zero",
                        Form.DELTA_FROM_BASE,
                        file -> {
                            file.part("PAGE").putInt(PAGE_CONTENT, 0).putInt(TABLE_CONTENT, 1);
                            file.blocks(Arrays.copyOf(ints(0, 1), 4096));
                        },
                        "difference from one that its parent does not have"));
    }

    static Stream<Forgery> forgeries() {
        return Stream.of(
                        forgeriesOfTheFile(),
                        forgeriesOfEachSection(),
                        forgeriesOfTheHostState(),
                        forgeriesOfTheGuestState(),
                        forgeriesOfPages(),
                        forgeriesOfBlocks(),
                        forgeriesOfDeltas())
                .flatMap(forgeries -> forgeries);
    }

    /** Changes that come out as the state that the file had before. */
    private static final List<String> HARMLESS = List.of("another state", "no parent that is needed");

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void isRefusedWhenItIsReadOrRestored(Forgery forgery) {
        ForgedSnapshot forged = ForgedSnapshot.of(file(forgery.form()));
        forgery.change().accept(forged);
        byte[] file = forged.bytesOfItsState(PlainSnapshot.parents(parents));
        if (HARMLESS.contains(forgery.name())) {
            assertThat(reader.read(file)).isEqualTo(snapshot);
        } else {
            assertRefused(file, forgery.words());
        }
        assertTheBoxIsAsBefore();
    }

    private void assertRefused(byte[] file, String... words) {
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> box.restore(reader.read(file)))
                .satisfies(e -> Stream.of(words).forEach(word -> assertThat(e).hasMessageContaining(word)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeGreaterThan(30));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> MODULE.restore(reader.read(file), BoxOptions.bytes()));
    }

    /** What a later WasmBox may add without saying that it has to be understood. */
    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"VERSION_1"},
            mode = EnumSource.Mode.EXCLUDE)
    void unknownSectionsThatMayBeSkippedAreSkipped(Form form) {
        int places = ForgedSnapshot.of(file(form)).parts.size();
        for (int place = 1; place <= places; place++) {
            ForgedSnapshot forged = ForgedSnapshot.of(file(form));
            forged.parts.add(place, new Part("NOTE", 1, "a later WasmBox".getBytes(StandardCharsets.UTF_8)));
            forged.parts.add(place, new Part("\u00ff\0\r\n", 1, new byte[0]));
            forged.parts.add(new Part("NOTE", 1, new byte[70_000]));
            assertThat(reader.read(forged.bytes())).isEqualTo(snapshot);
        }
        assertTheBoxIsAsBefore();
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"VERSION_1"},
            mode = EnumSource.Mode.EXCLUDE)
    void aStateThatIsNotTheOneThatTheFileSaysIsRefused(Form form) {
        for (String kind : List.of("IDEN", "HOST", "GLOB", "DROP")) {
            ForgedSnapshot forged = ForgedSnapshot.of(file(form));
            byte[] contents = forged.part(kind).contents;
            int at = kind.equals("HOST") ? 16 : kind.equals("GLOB") ? FIRST_GLOBAL + 1 : 4;
            contents[at] ^= 2;
            assertThat(refused(forged.bytes())).hasMessageContaining("is not the one that it says, by its digest");
        }
        assertTheBoxIsAsBefore();
    }

    /** The module is looked at when it is loaded, not when the state is read. */
    @Test
    void aForgedModuleIsRefusedWhenItIsLoaded() {
        byte[] file = file(Form.SELF_CONTAINED);
        assertThat(GuestModule.load(file, ModuleOptions.standard()).digest()).isEqualTo(MODULE.digest());
        int stored = ForgedSnapshot.of(file).part("WASM").contents.length - 8;
        for (long length : new long[] {0, 1, stored - 1, stored, stored * 512L + 1, 1L << 31, 1L << 62, -1, -8}) {
            ForgedSnapshot forged = ForgedSnapshot.of(file);
            forged.part("WASM").putLong(0, length);
            assertThat(reader.read(forged.bytes())).isEqualTo(snapshot);
            assertModuleRefused(forged.bytes());
        }
        for (int at = 8; at < stored + 8; at += 3) {
            ForgedSnapshot forged = ForgedSnapshot.of(file);
            forged.part("WASM").contents[at] ^= 0x40;
            assertModuleRefusedOrTheSame(forged.bytes());
        }
        ForgedSnapshot other = ForgedSnapshot.of(file);
        byte[] wasm = Wat.assemble(Wat.guest(""));
        other.part("WASM").putLong(0, wasm.length).rest(8, wasm);
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> GuestModule.load(other.bytes(), ModuleOptions.standard()))
                .withMessageContaining("the module in it is another one than it says");
        ForgedSnapshot empty = ForgedSnapshot.of(file);
        empty.part("WASM").contents = new byte[0];
        assertModuleRefused(empty.bytes());
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> GuestModule.load(file(Form.WHOLE), ModuleOptions.standard()))
                .withMessageContaining("not self-contained");
        assertTheBoxIsAsBefore();
    }

    private static void assertModuleRefused(byte[] file) {
        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(() -> GuestModule.load(file, ModuleOptions.standard()))
                .withMessageContaining("this snapshot is damaged");
    }

    private static void assertModuleRefusedOrTheSame(byte[] file) {
        try {
            assertThat(GuestModule.load(file, ModuleOptions.standard()).digest())
                    .isEqualTo(MODULE.digest());
        } catch (InvalidModuleException e) {
            assertThat(e).hasMessageContaining("this snapshot is damaged");
        }
    }

    // Chains.

    private byte[] deltaOf(byte[] parentDigest) {
        ForgedSnapshot forged = ForgedSnapshot.of(file(Form.DELTA));
        forged.part("PARE").rest(4, parentDigest);
        return forged.bytes();
    }

    private static byte[] unhex(String digest) {
        return java.util.HexFormat.of().parseHex(digest);
    }

    @Test
    void aDeltaFromItselfIsRefused() {
        byte[] own = deltaOf(unhex(snapshot.digest()));
        parents.put(snapshot.digest(), own);
        assertThat(refused(own)).hasMessageContaining("can never be read");
        assertTheBoxIsAsBefore();
    }

    @Test
    void deltasFromEachOtherAreRefused() {
        byte[] first = snapshot.toBytes(SnapshotForm.deltaFrom(parent));
        byte[] second = parent.toBytes(SnapshotForm.deltaFrom(snapshot));
        parents.put(parent.digest(), second);
        parents.put(snapshot.digest(), first);
        assertThat(refused(first)).hasMessageContaining("can never be read");
        assertThat(refused(second)).hasMessageContaining("can never be read");
        parents.put(parent.digest(), parent.toBytes());
        assertTheBoxIsAsBefore();
    }

    @Test
    void aParentThatIsAnotherOneIsRefused() {
        for (byte[] other : List.of(file(Form.WHOLE), file(Form.VERSION_1), file(Form.DELTA_FROM_BASE))) {
            parents.put(parent.digest(), other);
            assertThat(refused(file(Form.DELTA)))
                    .hasMessageContaining("this snapshot is of the state " + snapshot.digest())
                    .hasMessageContaining("the difference from the state " + parent.digest());
        }
        byte[] damaged = parent.toBytes();
        damaged[100] ^= 1;
        parents.put(parent.digest(), damaged);
        assertThat(refused(file(Form.DELTA))).hasMessageContaining("checksum");
        parents.put(parent.digest(), Wat.assemble(GUEST));
        assertThat(refused(file(Form.DELTA))).hasMessageContaining("this is not a snapshot");
        parents.put(parent.digest(), parent.toBytes());
        assertTheBoxIsAsBefore();
    }

    @Test
    void aParentOfAnotherModuleIsRefused() {
        GuestModule otherModule = Wat.load(Wat.guest("(func $different)"), Engine.INTERPRETED);
        Snapshot other = otherModule.base();
        parents.put(other.digest(), other.toBytes());
        assertThat(refused(deltaOf(unhex(other.digest())))).hasMessageContaining("its parent is of another module");
        assertTheBoxIsAsBefore();
    }

    private byte[] firstPage(byte[] file) {
        PlainSnapshot plain = PlainSnapshot.read(file, PlainSnapshot.parents(parents));
        return Arrays.copyOf(PlainSnapshot.whole(plain.memories().getFirst()), 4096);
    }

    @Test
    void aDifferenceThatComesOutAsZeroIsRefused() {
        ForgedSnapshot forged = ForgedSnapshot.of(file(Form.DELTA));
        assertThat(forged.part("PAGE").getInt(PAGE_CONTENT)).isEqualTo(DIFFERENCE | 1);
        byte[] page = Objects.requireNonNull(PlainSnapshot.read(parent.toBytes())
                .memories()
                .getFirst()
                .pages()
                .get(0));
        forged.blocks(page);
        assertThat(refused(forged.bytesOfItsState(PlainSnapshot.parents(parents))))
                .hasMessageContaining("told by a difference although it is zero");
        assertTheBoxIsAsBefore();
    }

    // Version 1, which is still read.

    // Where the parts of this guest's snapshot are.
    private static final int V1_LENGTH = 12;
    private static final int V1_PAYLOAD = 20;
    private static final int V1_HOST = V1_PAYLOAD + 32;
    private static final int V1_MEMORIES = V1_HOST + 73;
    private static final int V1_PAGES = V1_MEMORIES + 4;
    private static final int V1_CHUNKS = V1_PAGES + 4;
    private static final int V1_CHUNK_INDEX = V1_CHUNKS + 4;
    private static final int V1_CHUNK = V1_CHUNK_INDEX + 4;
    private static final int V1_GLOBALS = V1_CHUNK + 4096;
    private static final int V1_FIRST_GLOBAL = V1_GLOBALS + 4;
    private static final int V1_SECOND_GLOBAL = V1_FIRST_GLOBAL + 17;
    private static final int V1_TABLES = V1_FIRST_GLOBAL + 3 * 17;
    private static final int V1_FIRST_TABLE = V1_TABLES + 4;
    private static final int V1_SECOND_TABLE = V1_FIRST_TABLE + 4 + 2 * 4;
    private static final int V1_DROPPED_DATA = V1_SECOND_TABLE + 4 + 4;
    private static final int V1_DROPPED_ELEMENTS = V1_DROPPED_DATA + 8;
    private static final int V1_END = V1_DROPPED_ELEMENTS + 12;

    /** A change of a file of version 1, and what the error has to say. */
    record OldForgery(String name, Consumer<ByteBuffer> change, String... words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static OldForgery oldInteger(String name, int at, int value, String... words) {
        return new OldForgery(name, file -> file.putInt(at, value), words);
    }

    private static OldForgery oldNumber(String name, int at, long value, String... words) {
        return new OldForgery(name, file -> file.putLong(at, value), words);
    }

    static Stream<OldForgery> oldForgeries() {
        return Stream.of(
                oldNumber("a length of 2^63", V1_LENGTH, Long.MIN_VALUE, "announces 9223372036854775808 bytes"),
                oldNumber("a length of -1", V1_LENGTH, -1, "announces 18446744073709551615 bytes"),
                oldNumber("a length of 2^32 more", V1_LENGTH, (1L << 32) + V1_END - V1_PAYLOAD, "announces"),
                oldNumber("a length of one less", V1_LENGTH, V1_END - V1_PAYLOAD - 1, "announces"),
                oldNumber("another module", V1_PAYLOAD, 7, "of the module with SHA-256"),
                oldNumber("a negative clock", V1_HOST, -1, "realtime clock is 18446744073709551615"),
                oldNumber("a negative monotonic clock", V1_HOST + MONOTONIC, Long.MIN_VALUE, "monotonic clock is"),
                oldNumber("a negative entropy position", V1_HOST + ENTROPY, -64, "entropy position is"),
                oldNumber(
                        "an entropy position at the end of numbers",
                        V1_HOST + ENTROPY,
                        Long.MAX_VALUE,
                        "entropy position is"),
                oldNumber("negative messages", V1_HOST + MESSAGES, -1, "message count is"),
                oldNumber("messages at the end of numbers", V1_HOST + MESSAGES, Long.MAX_VALUE, "message count is"),
                oldNumber("negative outputs", V1_HOST + OUTPUTS, -1, "output count is"),
                oldNumber("outputs at the end of numbers", V1_HOST + OUTPUTS, Long.MAX_VALUE, "output count is"),
                new OldForgery("finished twice", file -> file.put(V1_HOST + FINISHED, (byte) 2), "'finished' is 2"),
                oldInteger("no memories", V1_MEMORIES, 0),
                oldInteger("two memories", V1_MEMORIES, 2),
                oldInteger("many memories", V1_MEMORIES, 17, "number of memories is 17"),
                oldInteger("endless memories", V1_MEMORIES, -1, "number of memories is 4294967295"),
                oldInteger("no pages", V1_PAGES, 0, "index"),
                oldInteger("fewer pages than the module has", V1_PAGES, 0),
                oldInteger("more pages than the module may have", V1_PAGES, 3, "memory 0 has 3 pages", "from 1 to 2"),
                oldInteger("as many pages as there may be", V1_PAGES, 32_767, "memory 0 has 32767 pages"),
                oldInteger("more pages than there may be", V1_PAGES, 32_768, "memory's pages is 32768"),
                oldInteger("negative pages", V1_PAGES, -1, "memory's pages is 4294967295"),
                oldInteger("no chunks", V1_CHUNKS, 0),
                oldInteger("more chunks than there are", V1_CHUNKS, 2, "announces 2 memory chunks"),
                oldInteger("endless chunks", V1_CHUNKS, -1, "announces 4294967295 memory chunks"),
                oldInteger("a chunk beyond memory", V1_CHUNK_INDEX, 16, "chunk has the index 16"),
                oldInteger("a chunk at -1", V1_CHUNK_INDEX, -1, "chunk has the index 4294967295"),
                new OldForgery(
                        "a chunk of zeros", file -> file.put(V1_CHUNK, new byte[4096]), "stored although it is zero"),
                oldInteger("fewer globals", V1_GLOBALS, 2),
                oldInteger("no globals", V1_GLOBALS, 0),
                oldInteger("more globals", V1_GLOBALS, 4),
                oldInteger("endless globals", V1_GLOBALS, -1, "announces 4294967295 globals"),
                oldInteger("as many globals as 2^31", V1_GLOBALS, Integer.MIN_VALUE, "announces 2147483648 globals"),
                new OldForgery(
                        "a global of another type",
                        file -> file.put(V1_FIRST_GLOBAL, (byte) 0x7e),
                        "mutable global 0 is of type 126"),
                new OldForgery(
                        "a number as a function",
                        file -> file.put(V1_FIRST_GLOBAL, (byte) 0x70),
                        "mutable global 0 is of type 112"),
                oldNumber("a number of 33 bits in 32", V1_FIRST_GLOBAL + 1, 1L << 32, "mutable global 0"),
                oldNumber("a number with an upper half", V1_FIRST_GLOBAL + 9, 1, "mutable global 0"),
                oldNumber(
                        "a function that is not there",
                        V1_SECOND_GLOBAL + 1,
                        7,
                        "refers to function 7",
                        "the module has 7"),
                oldNumber("a function at -2", V1_SECOND_GLOBAL + 1, -2, "refers to function -2"),
                oldNumber("a function at 2^32", V1_SECOND_GLOBAL + 1, 1L << 32, "refers to function 4294967296"),
                oldNumber("a function with an upper half", V1_SECOND_GLOBAL + 9, 1, "mutable global 1"),
                oldInteger("one table", V1_TABLES, 1),
                oldInteger("endless tables", V1_TABLES, -1, "number of tables is 4294967295"),
                oldInteger("a smaller table", V1_FIRST_TABLE, 1),
                oldInteger("an endless table", V1_FIRST_TABLE, -1, "announces 4294967295 table elements"),
                oldInteger("a table of 2^31", V1_FIRST_TABLE, Integer.MIN_VALUE, "announces 2147483648 table elements"),
                oldInteger("an element that is not there", V1_FIRST_TABLE + 4, 7, "table 0 refers to function 7"),
                oldInteger("an element at -2", V1_FIRST_TABLE + 4, -2, "table 0 refers to function -2"),
                oldInteger("an external reference", V1_SECOND_TABLE + 4, 0, "table 1 refers to"),
                oldInteger(
                        "data that is not there",
                        V1_DROPPED_DATA + 4,
                        1,
                        "dropped data segment 1, but the module has 1"),
                oldInteger("data far away", V1_DROPPED_DATA + 4, 2_000_000_000, "dropped data segments is 2000000000"),
                oldInteger("data at -1", V1_DROPPED_DATA + 4, -1, "dropped data segments is 4294967295"),
                oldInteger("endless dropped data", V1_DROPPED_DATA, -1, "announces 4294967295 dropped data segments"),
                oldInteger("no dropped data", V1_DROPPED_DATA, 0),
                oldInteger("more dropped data", V1_DROPPED_DATA, 2, "dropped"),
                oldInteger("the same elements twice", V1_DROPPED_ELEMENTS + 8, 1, "dropped element segments is 1"),
                oldInteger(
                        "elements that are not there",
                        V1_DROPPED_ELEMENTS + 8,
                        3,
                        "dropped element segment 3, but the module has 3"),
                oldInteger("no dropped elements", V1_DROPPED_ELEMENTS, 0, "left over"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oldForgeries")
    void isRefusedInVersionOneToo(OldForgery forgery) {
        byte[] forged = file(Form.VERSION_1);
        assertThat(forged).as("the places that the tests know").hasSize(V1_END + 32);
        forgery.change().accept(ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN));
        assertRefused(PlainSnapshot.sealed(forged), forgery.words());
        assertTheBoxIsAsBefore();
    }

    // A small file that means a large state.

    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
        work.run();
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
    }

    /** A file of a few hundred bytes must not make the host reserve gigabytes. */
    @Test
    void emptyMemoriesOfTheGreatestSizeTakeLittleRoom() {
        ForgedSnapshot forged = ForgedSnapshot.of(file(Form.WHOLE));
        byte[] contents = new byte[8 + 8 * 16 + 8 * 16];
        ByteBuffer pages = ForgedSnapshot.buffer(contents);
        pages.putInt(16);
        IntStream.range(0, 16).forEach(_ -> pages.putInt(32_767).putInt(0));
        pages.putInt(16);
        IntStream.range(0, 16).forEach(_ -> pages.putInt(10_000_000).putInt(0));
        forged.part("PAGE").contents = contents;
        forged.parts.remove(forged.part("BLOK"));
        byte[] file = forged.bytesOfItsState(PlainSnapshot.parents(parents));
        assertThat(file).hasSizeLessThan(700);
        Snapshot[] read = {snapshot};
        assertThat(allocated(() -> read[0] = reader.read(file))).isLessThan(8 << 20);
        assertThat(read[0].memoryBytes()).isEqualTo(16 * 32_767L * 65_536);
        assertThatExceptionOfType(SnapshotException.class).isThrownBy(() -> box.restore(read[0]));
        assertTheBoxIsAsBefore();

        ByteBuffer old =
                ByteBuffer.wrap(new byte[V1_END + 32 - 4096 - 12 + 8 * 16]).order(ByteOrder.LITTLE_ENDIAN);
        old.put(file(Form.VERSION_1), 0, V1_MEMORIES).putInt(16);
        IntStream.range(0, 16).forEach(_ -> old.putInt(32_767).putInt(0));
        old.put(file(Form.VERSION_1), V1_GLOBALS, V1_END + 32 - V1_GLOBALS);
        old.putLong(V1_LENGTH, old.capacity() - V1_PAYLOAD - 32);
        byte[] oldFile = PlainSnapshot.sealed(old.array());
        assertThat(allocated(() -> read[0] = reader.read(oldFile))).isLessThan(8 << 20);
        assertThat(read[0].memoryBytes()).isEqualTo(16 * 32_767L * 65_536);
        assertTheBoxIsAsBefore();
    }

    /** What compresses best: each page of the state takes eight bytes at least, and a page has 4096. */
    @Test
    void whatCompressesBestTakesNoMoreRoomThanTheFormatSays() {
        int pages = 30_000;
        ForgedSnapshot forged = ForgedSnapshot.of(file(Form.WHOLE));
        byte[][] blocks = new byte[pages][];
        byte[] contents = new byte[16 + 8 * pages];
        ByteBuffer list = ForgedSnapshot.buffer(contents);
        list.putInt(1).putInt(2000).putInt(pages);
        for (int i = 0; i < pages; i++) {
            blocks[i] = bytes(4096, 1);
            list.putInt(i).putInt(i + 1);
        }
        list.putInt(0);
        forged.part("PAGE").contents = contents;
        forged.part("BLOK").contents = compressed(blocks);
        byte[] file = forged.bytesOfItsState(PlainSnapshot.parents(parents));
        assertThat(file).hasSizeLessThan(12 * pages);
        long[] read = new long[1];
        long allocated = allocated(() -> read[0] = reader.read(file).memoryBytes());
        assertThat(read[0]).isEqualTo(2000L * 65_536);
        // Decompressed together, and then each page on its own: twice, of which half is let go at once.
        assertThat(allocated).isLessThan(5L * 256 * file.length + (8 << 20));
    }

    private static byte[] compressed(byte[][] blocks) {
        byte[] section = new byte[blocks.length * 16];
        ByteBuffer out = ForgedSnapshot.buffer(section);
        out.putInt(blocks.length);
        for (int from = 0; from < blocks.length; from += 256) {
            ByteBuffer together = ByteBuffer.allocate(Math.min(256, blocks.length - from) * 4096);
            for (int i = from; together.hasRemaining(); i++) {
                together.put(blocks[i]);
            }
            byte[] frame = new byte[together.capacity()];
            int length = new io.airlift.compress.v3.zstd.ZstdJavaCompressor()
                    .compress(together.array(), 0, together.capacity(), frame, 0, frame.length);
            out.putInt(length).put(frame, 0, length);
        }
        return Arrays.copyOf(section, out.position());
    }

    // Any other change.

    /**
     * Any other change of what is not the guest's own memory: it is refused, or is a state that the guest might be in.
     * Whatever it does then, it does not harm the host.
     */
    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"WHOLE", "DELTA"})
    void noForgeryOfAByteHarmsTheHost(Form form) {
        ForgedSnapshot original = ForgedSnapshot.of(file(form));
        byte[] page = firstPage(file(form));
        if (form == Form.WHOLE) {
            original.blocks(page, Arrays.copyOf(ints(0, 5), 4096));
        }
        int accepted = 0;
        for (Part part : original.parts) {
            for (int at = 0; at < Math.min(part.contents.length, 100); at++) {
                for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                    byte before = part.contents[at];
                    part.contents[at] = (byte) value;
                    byte[] forged = original.bytesOfItsState(PlainSnapshot.parents(parents));
                    accepted += isAccepted(forged) ? 1 : 0;
                    part.contents[at] = before;
                }
            }
        }
        assertThat(accepted).isGreaterThan(300);
        assertTheBoxIsAsBefore();
    }

    @Test
    void noForgeryOfAByteOfVersionOneHarmsTheHost() {
        byte[] file = file(Form.VERSION_1);
        int accepted = 0;
        for (int at = V1_PAYLOAD; at < V1_END; at = at == V1_CHUNK + 32 ? V1_GLOBALS : at + 1) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] forged = file.clone();
                forged[at] = (byte) value;
                accepted += isAccepted(PlainSnapshot.sealed(forged)) ? 1 : 0;
            }
        }
        assertThat(accepted).isGreaterThan(300);
        assertTheBoxIsAsBefore();
    }

    private boolean isAccepted(byte[] forged) {
        Snapshot read;
        WasmBox<byte[], byte[]> forgedBox;
        try {
            read = reader.read(forged);
            assertThat(Snapshot.of(read.toBytes()))
                    .as("what was read can be written")
                    .isEqualTo(read);
            forgedBox = MODULE.restore(read, BoxOptions.bytes(), RestoreOptions.identical());
        } catch (SnapshotException e) {
            return false;
        }
        assertThat(forgedBox.snapshot()).as("what is restored is what was read").isEqualTo(read);
        assertThat(PlainSnapshot.read(forged, PlainSnapshot.parents(parents)).digestHex())
                .isEqualTo(read.digest());
        if (!read.finished()) {
            try {
                forgedBox.send(MESSAGE);
                Snapshot.of(forgedBox.snapshot().toBytes());
            } catch (TrapException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        return true;
    }

    /** Whatever is done to what is compressed: it is refused, or means the same. */
    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"VERSION_1"},
            mode = EnumSource.Mode.EXCLUDE)
    void noDamageOfWhatIsCompressedHarmsTheHost(Form form) {
        ForgedSnapshot forged = ForgedSnapshot.of(file(form));
        byte[] contents = forged.part("BLOK").contents;
        for (int at = 4; at < contents.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                contents[at] ^= (byte) (1 << bit);
                try {
                    assertThat(reader.read(forged.bytes())).isEqualTo(snapshot);
                } catch (SnapshotException e) {
                    assertThat(e).hasMessageContaining("this snapshot is damaged");
                }
                contents[at] ^= (byte) (1 << bit);
            }
        }
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] garbage = contents.clone();
            for (int changes = 1 + random.nextInt(10); changes > 0; changes--) {
                garbage[8 + random.nextInt(garbage.length - 8)] = (byte) random.nextInt();
            }
            forged.part("BLOK").contents = garbage;
            try {
                assertThat(reader.read(forged.bytes())).isEqualTo(snapshot);
            } catch (SnapshotException e) {
                assertThat(e).hasMessageContaining("this snapshot is damaged");
            }
        }
        assertTheBoxIsAsBefore();
    }
}
