package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GlobalContents;
import dev.wasmbox.GuestModule;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.WasmBox;
import dev.wasmbox.inspect.ByteRange;
import dev.wasmbox.inspect.EntropyChange;
import dev.wasmbox.inspect.GlobalChange;
import dev.wasmbox.inspect.MemoryChange;
import dev.wasmbox.inspect.MemorySearch;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.Region;
import dev.wasmbox.inspect.RegionChange;
import dev.wasmbox.inspect.SnapshotDiff;
import dev.wasmbox.inspect.SnapshotFileInfo;
import dev.wasmbox.inspect.SnapshotPicture;
import dev.wasmbox.inspect.Symbol;
import dev.wasmbox.inspect.TableChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Looking into snapshots, whose guests are real ones. */
class InspectTest {

    /** A guest that puts each message at the address that it begins with; it can grow. */
    private static final GuestModule POKE = Wat.load(
            Wat.guest(
                    """
                    (memory (export "memory") 2 20)
                    (func (export "wasmbox_malloc") (param i32) (result i32) i32.const 512)
                    (func (export "wasmbox_send") (param $p i32) (param $length i32)
                      (if (i32.eq (local.get $length) (i32.const 1))
                        (then (drop (memory.grow (i32.load8_u (local.get $p)))))
                        (else (memory.copy
                          (i32.load (local.get $p))
                          (i32.add (local.get $p) (i32.const 4))
                          (i32.sub (local.get $length) (i32.const 4)))))
                      (memory.fill (i32.const 512) (i32.const 0) (local.get $length)))
                    """),
            Engine.INTERPRETED);

    private static byte[] poke(int address, byte... bytes) {
        return ByteBuffer.allocate(4 + bytes.length)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(address)
                .put(bytes)
                .array();
    }

    private static WasmBox<byte[], byte[]> poked(byte[]... messages) {
        WasmBox<byte[], byte[]> box = POKE.start(BoxOptions.bytes());
        for (byte[] message : messages) {
            box.send(message);
        }
        return box;
    }

    private static MemoryContents memory(byte[]... messages) {
        return poked(messages).snapshot().memories().getFirst();
    }

    private static byte[] bytes(MemoryContents memory) {
        return memory.read(0, memory.sizeBytes());
    }

    /** Whoever gives what was the size that is, and puts in the ranges, has what is. */
    @Property(tries = 40)
    void areWhatHasToBeAppliedToTheOneToGetTheOther(
            @ForAll long seed, @ForAll @IntRange(max = 6) int before, @ForAll @IntRange(max = 12) int more) {
        Random random = new Random(seed);
        WasmBox<byte[], byte[]> box = poked();
        pokes(random, before).forEach(box::send);
        Snapshot one = box.snapshot();
        pokes(random, more).forEach(box::send);
        Snapshot other = box.snapshot();
        for (SnapshotDiff diff : List.of(SnapshotDiff.between(one, other), SnapshotDiff.between(other, one))) {
            byte[] expected = bytes(diff.after().memories().getFirst());
            byte[] patched = Arrays.copyOf(bytes(diff.before().memories().getFirst()), expected.length);
            long changed = 0;
            for (MemoryChange memory : diff.memories()) {
                List<ByteRange> ranges = memory.ranges().toList();
                for (ByteRange range : ranges) {
                    byte[] now = memory.after(range);
                    for (int i = 0; i < range.length(); i++) {
                        assertThat(patched[range.address() + i]).isNotEqualTo(now[i]);
                    }
                    System.arraycopy(now, 0, patched, range.address(), range.length());
                    changed += range.length();
                }
                assertThat(memory.changedBytes()).isEqualTo(changed);
                assertThat(memory.byRegion(ModuleLayout.of(POKE).regions(0, memory.bytesAfter())))
                        .extracting(RegionChange::changedBytes)
                        .satisfies(sums -> assertThat(
                                        sums.stream().mapToLong(Long::longValue).sum())
                                .isEqualTo(memory.changedBytes()));
            }
            assertThat(patched).isEqualTo(expected);
            assertThat(diff.isEmpty()).isEqualTo(diff.before().equals(diff.after()));
        }
    }

    private static List<byte[]> pokes(Random random, int count) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                messages.add(new byte[] {1});
            } else {
                byte[] bytes = new byte[1 + random.nextInt(400)];
                random.nextBytes(bytes);
                // Around the borders of pages, more often than elsewhere.
                int page = 1 + random.nextInt(31);
                messages.add(poke(page * 4096 - random.nextInt(bytes.length), bytes));
            }
        }
        return messages;
    }

    @Property(tries = 30)
    void findWhatASimpleSearchFinds(@ForAll @Size(min = 1, max = 3) byte[] pattern, @ForAll long seed) {
        Random random = new Random(seed);
        List<byte[]> pokes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pokes.add(poke(4000 + random.nextInt(60_000), pattern));
        }
        MemoryContents memory = memory(pokes.toArray(new byte[0][]));
        byte[] all = bytes(memory);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i + pattern.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + pattern.length, pattern, 0, pattern.length)) {
                expected.add(i);
            }
        }
        assertThat(MemorySearch.find(memory, pattern).boxed()).isEqualTo(expected);
    }

    @Nested
    class Diffs {

        @Test
        void ofASnapshotWithItselfAreEmpty() {
            Snapshot snapshot = Guests.load("counter", Engine.COMPILED).start().snapshot();
            for (Snapshot other : List.of(snapshot, Snapshot.of(snapshot.toBytes()))) {
                SnapshotDiff diff = SnapshotDiff.between(snapshot, other);
                assertThat(diff.isEmpty()).isTrue();
                assertThat(diff.memories()).isEmpty();
                assertThat(diff.globals()).isEmpty();
                assertThat(diff.tables()).isEmpty();
                assertThat(diff.clock()).isZero();
                assertThat(diff.uptime()).isZero();
                assertThat(diff.messages()).isZero();
                assertThat(diff.outputs()).isZero();
                assertThat(diff.finished()).isFalse();
                assertThat(diff.sameModule()).isTrue();
                assertThat(diff.entropy().kind()).isEqualTo(EntropyChange.Kind.SAME);
                assertThat(diff.droppedDataSegments()).isEqualTo(new BitSet());
                assertThat(diff.droppedElementSegments()).isEqualTo(new BitSet());
            }
        }

        @Test
        void tellWhichBytesAndCounts() {
            WasmBox<byte[], byte[]> box = poked();
            Snapshot before = box.snapshot();
            box.send(poke(70_000, (byte) 1, (byte) 0, (byte) 2, (byte) 3));
            box.setClock(BoxClock.fixed(Instant.ofEpochSecond(7)));
            Snapshot after = box.snapshot();
            SnapshotDiff diff = SnapshotDiff.between(before, after);
            assertThat(diff.isEmpty()).isFalse();
            assertThat(diff.messages()).isEqualTo(1);
            assertThat(diff.clock()).isEqualTo(Duration.ofSeconds(7));
            MemoryChange memory = diff.memories().getFirst();
            assertThat(diff.memories()).hasSize(1);
            assertThat(memory.memory()).isZero();
            assertThat(memory.pages()).containsExactly(70_000 / 4096);
            assertThat(memory.ranges()).containsExactly(new ByteRange(70_000, 1), new ByteRange(70_002, 2));
            assertThat(memory.changedBytes()).isEqualTo(3);
            assertThat(memory.changedBytes(17)).isEqualTo(3);
            assertThat(memory.changedBytes(16)).isZero();
            assertThat(memory.before(new ByteRange(70_002, 2))).containsExactly(0, 0);
            assertThat(memory.after(new ByteRange(70_002, 2))).containsExactly(2, 3);
        }

        @Test
        void tellHowAMemoryGrewAndShrank() {
            Snapshot small = poked().snapshot();
            Snapshot large = poked(new byte[] {3}, poke(300_000, (byte) 9)).snapshot();
            MemoryChange grown = SnapshotDiff.between(small, large).memories().getFirst();
            assertThat(grown.bytesBefore()).isEqualTo(2 << 16);
            assertThat(grown.bytesAfter()).isEqualTo(5 << 16);
            assertThat(grown.ranges()).containsExactly(new ByteRange(300_000, 1));
            assertThat(grown.before(new ByteRange(300_000, 1))).containsExactly(0);
            MemoryChange shrunk = SnapshotDiff.between(large, small).memories().getFirst();
            assertThat(shrunk.bytesAfter()).isEqualTo(2 << 16);
            assertThat(shrunk.changedBytes()).isZero();
        }

        @Test
        void tellWhatBecameOfTheEntropy() {
            WasmBox<String, String> box = Guests.load("random", Engine.COMPILED)
                    .start(BoxOptions.strings().withSeed(Seed.of(1)));
            Snapshot before = box.snapshot();
            box.send("random");
            Snapshot after = box.snapshot();
            assertThat(after.entropyPosition()).isGreaterThan(before.entropyPosition());
            assertThat(SnapshotDiff.between(before, after).entropy())
                    .isEqualTo(new EntropyChange(
                            EntropyChange.Kind.ADVANCED, before.entropyPosition(), after.entropyPosition()));
            assertThat(SnapshotDiff.between(after, before).entropy().kind()).isEqualTo(EntropyChange.Kind.REWOUND);
            Snapshot other = before.with(Entropy.reseed(Seed.of(2)));
            SnapshotDiff reseeded = SnapshotDiff.between(before, other);
            assertThat(reseeded.entropy().kind()).isEqualTo(EntropyChange.Kind.RESEEDED);
            assertThat(reseeded.isEmpty()).isFalse();
            assertThat(reseeded.memories()).isEmpty();
        }

        @Test
        void tellGlobalsTablesAndDroppedSegments() {
            GuestModule machine = StateMachine.load(Engine.INTERPRETED);
            WasmBox<byte[], byte[]> box = machine.start(BoxOptions.bytes());
            Snapshot before = box.snapshot();
            box.send(StateMachine.command(0, 0, 41)); // globals
            box.send(StateMachine.command(1, 2, 0)); // table.grow
            box.send(StateMachine.command(4, 1, 0)); // data.drop
            box.send(StateMachine.command(5, 0, 0)); // elem.drop
            box.send(StateMachine.command(8, 1, 256)); // memory.grow of the second
            SnapshotDiff diff = SnapshotDiff.between(before, box.snapshot());
            assertThat(diff.globals().getFirst())
                    .isEqualTo(new GlobalChange(0, new GlobalContents("i32", 1, 0), new GlobalContents("i32", 42, 0)));
            TableChange table = diff.tables().getFirst();
            assertThat(table.sizeBefore()).isEqualTo(3);
            assertThat(table.sizeAfter()).isEqualTo(5);
            assertThat(table.elements()).extracting(TableChange.Element::index).containsExactly(3, 4);
            assertThat(table.elements()).allMatch(element -> element.before() == -1 && element.after() > 0);
            assertThat(diff.droppedDataSegments().cardinality()).isEqualTo(1);
            assertThat(diff.droppedElementSegments().cardinality()).isEqualTo(1);
            assertThat(diff.memories()).extracting(MemoryChange::memory).containsExactly(0, 1);
            assertThat(diff.memories().getLast().bytesAfter()).isEqualTo(2 << 16);
        }

        @Test
        void ofOtherModulesSaySo() {
            Snapshot counter = Guests.load("counter", Engine.INTERPRETED).base();
            Snapshot machine = Wat.load(StateMachine.TEXT, Engine.INTERPRETED).base();
            SnapshotDiff diff = SnapshotDiff.between(counter, machine);
            assertThat(diff.sameModule()).isFalse();
            assertThat(diff.globals().getLast().before()).isNull();
            assertThat(SnapshotDiff.between(machine, counter)
                            .globals()
                            .getLast()
                            .after())
                    .isNull();
            assertThat(diff.memories().getLast().bytesBefore()).isZero();
        }
    }

    @Nested
    class Layouts {

        @Test
        void goBySymbolsWhereThereAreSome() {
            ModuleLayout layout = ModuleLayout.of(Wat.load(
                    Wat.guest(
                            """
                            (memory (export "memory") 3)
                            (global $__stack_pointer (mut i32) (i32.const 65536))
                            (global $counter (mut i32) (i32.const 0))
                            (global (export "__data_end") i32 (i32.const 66000))
                            (global (export "__heap_base") i32 (i32.const 66016))
                            (global (export "__stack_pointer") (mut i32) (i32.const 65536))
                            (data (i32.const 65536) "constants")
                            """),
                    Engine.INTERPRETED));
            assertThat(layout.regions(0, 3 << 16))
                    .containsExactly(
                            new Region(Region.Kind.STACK, 0, 65536),
                            new Region(Region.Kind.DATA, 65536, 66016),
                            new Region(Region.Kind.HEAP, 66016, 3 << 16));
            assertThat(layout.symbols())
                    .containsExactly(new Symbol("__data_end", 66000), new Symbol("__heap_base", 66016));
            assertThat(layout.derivation()).anyMatch(line -> line.contains("__heap_base (0x101e0)"));
            assertThat(layout.globalName(2)).isEqualTo("__stack_pointer");
            assertThat(layout.regionAt(0, 66015)).isEqualTo(Region.Kind.DATA);
            assertThat(layout.regionAt(0, 66016)).isEqualTo(Region.Kind.HEAP);
        }

        @Test
        void goByDataSegmentsAndTheFirstGlobalWhereThereAreNone() {
            ModuleLayout layout = ModuleLayout.of(Wat.load(
                    Wat.guest(
                            """
                            (memory (export "memory") 3)
                            (global (mut i32) (i32.const 70000))
                            (data (i32.const 1024) "constants")
                            (data (i32.const 2000) "static")
                            """),
                    Engine.INTERPRETED));
            assertThat(layout.regions(0, 3 << 16))
                    .containsExactly(
                            new Region(Region.Kind.OTHER, 0, 1024),
                            new Region(Region.Kind.DATA, 1024, 2006),
                            new Region(Region.Kind.STACK, 2006, 70000),
                            new Region(Region.Kind.HEAP, 70000, 3 << 16));
            assertThat(layout.derivation()).anyMatch(line -> line.contains("no symbol __heap_base"));
        }

        @Test
        void leaveOpenWhatNobodySays() {
            ModuleLayout layout = ModuleLayout.of(POKE);
            assertThat(layout.regions(0, 2 << 16)).containsExactly(new Region(Region.Kind.OTHER, 0, 2 << 16));
            assertThat(layout.isKnown()).isTrue();
            assertThat(ModuleLayout.unknown().isKnown()).isFalse();
            assertThat(ModuleLayout.unknown().regions(0, 10)).containsExactly(new Region(Region.Kind.OTHER, 0, 10));
        }

        @Test
        void ofRustGuestsAreFoundWhicheverCompilerMadeThem() {
            for (String name : List.of("counter", "hashmap")) {
                ModuleLayout layout = ModuleLayout.of(Guests.load(name, Engine.INTERPRETED));
                assertThat(layout.regions(0, 17 << 16))
                        .extracting(Region::kind)
                        .containsExactly(Region.Kind.STACK, Region.Kind.DATA, Region.Kind.HEAP);
                assertThat(layout.regions(0, 17 << 16).getFirst().end()).isEqualTo(1 << 20);
            }
        }

        @Test
        void knowFunctionsByTheirNames() {
            GuestModule counter = Guests.load("counter", Engine.INTERPRETED);
            ModuleLayout layout = ModuleLayout.of(counter);
            assertThat(layout.functionName(-1)).isEqualTo("null");
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                names.add(layout.functionName(i));
            }
            assertThat(names).contains("env.wasmbox_callback", "wasmbox_send", "wasmbox_malloc");
            assertThat(ModuleLayout.unknown().functionName(7)).isEqualTo("func 7");
        }

        @Test
        void cutRegionsWhereTheMemoryEnds() {
            ModuleLayout layout = ModuleLayout.of(Guests.load("counter", Engine.INTERPRETED));
            assertThat(layout.regions(0, 4096)).containsExactly(new Region(Region.Kind.STACK, 0, 4096));
            assertThat(layout.regions(0, 0)).isEmpty();
            assertThat(layout.regions(3, 4096)).containsExactly(new Region(Region.Kind.OTHER, 0, 4096));
        }

        @Test
        void tellInHowManyPagesOfARegionSomethingIs() {
            MemoryContents memory = memory(poke(8190, new byte[] {1, 0, 1}), poke(40_000, (byte) 1));
            assertThat(new Region(Region.Kind.OTHER, 0, memory.sizeBytes()).pagesInUse(memory))
                    .isEqualTo(3);
            assertThat(new Region(Region.Kind.DATA, 8191, 8192).pagesInUse(memory))
                    .isZero();
            assertThat(new Region(Region.Kind.DATA, 8192, 8193).pagesInUse(memory))
                    .isEqualTo(1);
            assertThat(new Region(Region.Kind.HEAP, 8192, Integer.MAX_VALUE).pagesInUse(memory))
                    .isEqualTo(2);
        }

        @Test
        void takeNamesFromTheNameSection() {
            byte[] wasm = Wat.assemble(Wat.guest("(global (mut i32) (i32.const 8192)) (func)"));
            byte[] names = ("\0\42\4name" + "\1\7\1\0\4main" + "\7\22\1\0\17__stack_pointer").getBytes(UTF_8);
            byte[] named = Arrays.copyOf(wasm, wasm.length + names.length);
            System.arraycopy(names, 0, named, wasm.length, names.length);
            ModuleLayout layout = ModuleLayout.of(
                    GuestModule.load(named, ModuleOptions.standard().withEngine(Engine.INTERPRETED)));
            assertThat(layout.functionName(0)).isEqualTo("main");
            assertThat(layout.globalName(0)).isEqualTo("__stack_pointer");
            assertThat(layout.derivation().getFirst()).contains("the symbol __stack_pointer begins with (0x2000)");
            assertThat(layout.regionAt(0, 8191)).isEqualTo(Region.Kind.STACK);
        }
    }

    @Nested
    class Searches {

        @Test
        void findTextAcrossPagesAndAtTheEnd() {
            MemoryContents memory = memory(
                    poke(4094, "four".getBytes(UTF_8)),
                    poke(9000, "abc".getBytes(UTF_8)),
                    poke(20_000, "größer 🦀!".getBytes(UTF_8)),
                    poke((2 << 16) - 5, "at end".substring(1).getBytes(UTF_8)));
            assertThat(MemorySearch.strings(memory, 4))
                    .containsExactly(
                            new MemorySearch.Text(4094, 4, "four"),
                            new MemorySearch.Text(20_000, 14, "größer 🦀!"),
                            new MemorySearch.Text((2 << 16) - 5, 5, "t end"));
            assertThat(MemorySearch.strings(memory, 3))
                    .extracting(MemorySearch.Text::text)
                    .contains("abc");
            assertThatIllegalArgumentException().isThrownBy(() -> MemorySearch.strings(memory, 0));
        }

        @Test
        void findNoTextInWhatIsNone() {
            MemoryContents memory = memory(poke(5000, new byte[] {
                (byte) 0xC3, 'a', 'b', 'c', (byte) 0xFF, 'd', 'e', 'f', (byte) 0xE2, (byte) 0x80, 'x'
            }));
            assertThat(MemorySearch.strings(memory, 3))
                    .extracting(MemorySearch.Text::text)
                    .containsExactly("abc", "def");
        }

        @Test
        void findBytesAlsoWhereTheyOverlapAndReachIntoZeros() {
            MemoryContents memory = memory(poke(4094, new byte[] {7, 7, 7}), poke(8191, (byte) 1));
            assertThat(MemorySearch.find(memory, new byte[] {7, 7})).containsExactly(4094, 4095);
            assertThat(MemorySearch.find(memory, new byte[] {1, 0, 0})).containsExactly(8191);
            assertThat(MemorySearch.find(memory, new byte[] {0, 1})).containsExactly(8190);
            assertThat(MemorySearch.find(memory, new byte[] {9})).isEmpty();
            assertThat(MemorySearch.find(memory, new byte[] {0, 0}).limit(2)).containsExactly(0, 1);
            assertThatIllegalArgumentException().isThrownBy(() -> MemorySearch.find(memory, new byte[0]));
        }
    }

    @Nested
    class Files {

        private final GuestModule module = Guests.load("counter", Engine.COMPILED);

        @Test
        void sayWhatTheyAreWithoutTheirParents() {
            WasmBox<String, String> box = module.start();
            Snapshot one = box.snapshot();
            box.send("up");
            Snapshot two = box.snapshot();
            SnapshotFileInfo whole = SnapshotFileInfo.of(two.toBytes());
            assertThat(whole.digest()).isEqualTo(two.digest());
            assertThat(whole.moduleDigest()).isEqualTo(module.digest());
            assertThat(whole.form()).isEqualTo(SnapshotFileInfo.Form.WHOLE);
            assertThat(whole.parentDigest()).isEmpty();
            assertThat(whole.containsModule()).isFalse();
            assertThat(whole.sections())
                    .extracting(SnapshotFileInfo.Section::name)
                    .contains("IDEN", "HOST", "PAGE");
            assertThat(whole.bytes()).isEqualTo(two.toBytes().length);

            SnapshotFileInfo delta = SnapshotFileInfo.of(two.toBytes(SnapshotForm.deltaFrom(one)));
            assertThat(delta.form()).isEqualTo(SnapshotFileInfo.Form.DELTA);
            assertThat(delta.parentDigest()).contains(one.digest());
            assertThat(delta.storedPages()).isPositive().isLessThan(whole.storedPages());
            assertThat(SnapshotFileInfo.of(two.toBytes(SnapshotForm.deltaFromBase(module)))
                            .form())
                    .isEqualTo(SnapshotFileInfo.Form.DELTA_FROM_BASE);
            assertThat(SnapshotFileInfo.of(two.toBytes(SnapshotForm.selfContained(module)))
                            .containsModule())
                    .isTrue();
        }

        @Test
        void thatAreNoneAreRefused() {
            assertThat(SnapshotFileInfo.isSnapshot("text".getBytes(UTF_8))).isFalse();
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> SnapshotFileInfo.of("text".getBytes(UTF_8)));
        }
    }

    @Nested
    class Pictures {

        @Test
        void areTheSameEachTimeAndNeedNothingElse() {
            WasmBox<String, String> box =
                    Guests.load("counter", Engine.COMPILED).start();
            Snapshot one = box.snapshot();
            box.send("up");
            ModuleLayout layout = ModuleLayout.of(box.module());
            SnapshotPicture picture = SnapshotPicture.of(SnapshotDiff.between(one, box.snapshot()), layout)
                    .withNames("one", "two");
            String html = picture.toHtml();
            assertThat(html)
                    .isEqualTo(picture.toHtml())
                    .startsWith("<!doctype html>")
                    .contains(one.digest(), box.snapshot().digest())
                    .doesNotContain("http:", "https:", "src=", "<link", "@import", "\"the data\"");
        }

        @Test
        void letNothingOfTheGuestOrItsFilesBecomeMarkup() {
            String evil = "</script><script>alert('1')</script><!--";
            GuestModule module = Wat.load(
                    Wat.guest("(global (export \"" + evil + "\") i32 (i32.const 16))"
                            + "(table 1 funcref) (elem (i32.const 0) 0) (func (export \"&<b>\\\"\"))"
                            + "(data (i32.const 16) \"" + evil + "\")"),
                    Engine.INTERPRETED);
            String html = SnapshotPicture.of(module.base(), ModuleLayout.of(module))
                    .withNames("", evil)
                    .toHtml();
            assertThat(html).doesNotContain("<script>alert").doesNotContain("<b>");
            assertThat(html.split("</script>", -1)).hasSize(3);
            assertThat(html.split("<script", -1)).hasSize(3);
        }

        @Test
        void leaveOutBytesBeyondTheirLimitAndStillShowThePages() {
            Snapshot snapshot = Guests.load("hashmap", Engine.COMPILED).start().snapshot();
            String all = SnapshotPicture.of(snapshot, ModuleLayout.unknown()).toHtml();
            String some = SnapshotPicture.of(snapshot, ModuleLayout.unknown())
                    .withContentBytes(2 * 4096)
                    .toHtml();
            assertThat(all).contains("\"leftOut\":0").hasSizeGreaterThan(some.length());
            assertThat(some).contains("\"leftOut\":");
            assertThat(some).doesNotContain("\"leftOut\":0");
        }
    }
}
