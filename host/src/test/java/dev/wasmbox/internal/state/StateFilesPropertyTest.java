package dev.wasmbox.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.SnapshotException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever a state is, and however its file tells it: what is read is what was written. */
class StateFilesPropertyTest {

    private static final byte[] WASM = "not much of a module, but compressible: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final byte[] MODULE = Sha256.of(WASM);

    /** Bases and files of states, by their digests. */
    private record Known(@Nullable BoxImage module, Map<String, List<byte[]>> files) implements SnapshotFormat.Parents {
        @Override
        public @Nullable BoxImage base(byte[] moduleDigest) {
            return Arrays.equals(moduleDigest, MODULE) ? module : null;
        }

        @Override
        public Iterator<byte[]> snapshots(byte[] stateDigest) {
            return files.getOrDefault(HexFormat.of().formatHex(stateDigest), List.of())
                    .iterator();
        }
    }

    private static final Known NOTHING = new Known(null, Map.of());

    private static String digest(BoxImage image) {
        return HexFormat.of().formatHex(StateDigest.of(image));
    }

    /** Part by part, and not by the digest: the digest may be wrong on both sides. */
    static void assertSame(BoxImage expected, BoxImage actual) {
        assertThat(actual.moduleDigest()).isEqualTo(expected.moduleDigest());
        assertThat(actual.host()).usingRecursiveComparison().isEqualTo(expected.host());
        assertThat(actual.guest().globals()).isEqualTo(expected.guest().globals());
        assertThat(actual.guest().droppedData()).isEqualTo(expected.guest().droppedData());
        assertThat(actual.guest().droppedElements()).isEqualTo(expected.guest().droppedElements());
        assertThat(actual.guest().memories()).hasSameSizeAs(expected.guest().memories());
        for (int i = 0; i < expected.guest().memories().size(); i++) {
            byte[] memory = expected.guest().memories().get(i).toBytes();
            assertThat(Arrays.equals(actual.guest().memories().get(i).toBytes(), memory))
                    .as("memory %d", i)
                    .isTrue();
        }
        assertThat(actual.guest().tables()).hasSameSizeAs(expected.guest().tables());
        for (int i = 0; i < expected.guest().tables().size(); i++) {
            int[] table = expected.guest().tables().get(i).references();
            assertThat(Arrays.equals(actual.guest().tables().get(i).references(), table))
                    .as("table %d", i)
                    .isTrue();
        }
        assertThat(digest(actual)).isEqualTo(digest(expected));
    }

    @Property(tries = 150)
    void everyFormIsReadAsTheSameState(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        BoxImage parent = states.image(MODULE);
        BoxImage image = seed % 5 == 0 ? states.image(MODULE) : states.next(parent);
        Known known = new Known(
                parent,
                Map.of(
                        digest(parent),
                        List.of(
                                new byte[3],
                                SnapshotFormat.write(image, null, null),
                                SnapshotFormat.write(parent, null, null))));

        byte[] whole = SnapshotFormat.write(image, null, null);
        assertSame(image, SnapshotFormat.read(whole, NOTHING));
        assertThat(SnapshotFormat.write(SnapshotFormat.read(whole, NOTHING), null, null))
                .isEqualTo(whole);
        assertThat(SnapshotFormat.wasm(whole)).isNull();
        assertThat(SnapshotFormat.peek(Arrays.copyOf(whole, SnapshotFormat.PEEK_BYTES)))
                .isEqualTo(StateDigest.of(image));

        byte[] selfContained = SnapshotFormat.write(image, null, WASM);
        assertSame(image, SnapshotFormat.read(selfContained, NOTHING));
        assertThat(SnapshotFormat.wasm(selfContained)).isEqualTo(WASM);

        byte[] fromBase = SnapshotFormat.write(image, new Parent(Parent.Kind.BASE, parent), null);
        assertSame(image, SnapshotFormat.read(fromBase, known));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> SnapshotFormat.read(fromBase, NOTHING))
                .withMessageContaining("name that module");

        byte[] delta = SnapshotFormat.write(image, new Parent(Parent.Kind.SNAPSHOT, parent), null);
        assertSame(image, SnapshotFormat.read(delta, known));
        assertThat(delta).hasSameSizeAs(fromBase);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> SnapshotFormat.read(delta, NOTHING))
                .withMessageContaining("which is not there");

        // Both at once: nothing writes it yet, and it means what it says.
        byte[] selfContainedDelta = SnapshotFormat.write(image, new Parent(Parent.Kind.SNAPSHOT, parent), WASM);
        assertSame(image, SnapshotFormat.read(selfContainedDelta, known));
        assertThat(SnapshotFormat.wasm(selfContainedDelta)).isEqualTo(WASM);
    }

    @Property(tries = 60)
    void aChainIsReadAndFlattened(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int length) {
        RandomStates states = new RandomStates(seed);
        BoxImage base = states.image(MODULE);
        BoxImage image = states.next(base);
        Map<String, List<byte[]>> files = new HashMap<>();
        boolean rootIsDelta = seed % 2 == 0;
        byte[] file = SnapshotFormat.write(image, rootIsDelta ? new Parent(Parent.Kind.BASE, base) : null, null);
        List<BoxImage> images = new ArrayList<>(List.of(image));
        files.put(digest(image), List.of(file));
        for (int i = 0; i < length; i++) {
            BoxImage next = states.next(image);
            file = SnapshotFormat.write(next, new Parent(Parent.Kind.SNAPSHOT, image), null);
            files.put(digest(next), List.of(file));
            images.add(next);
            image = next;
        }
        Known known = new Known(base, files);
        BoxImage read = SnapshotFormat.read(file, known);
        assertSame(image, read);
        assertThat(SnapshotFormat.write(read, null, null))
                .as("flattened, it is what it would be if it had been written whole")
                .isEqualTo(SnapshotFormat.write(image, null, null));
        for (BoxImage each : images) {
            assertSame(each, SnapshotFormat.read(SnapshotFormat.write(each, null, null), NOTHING));
            known.files()
                    .getOrDefault(digest(each), List.of())
                    .forEach(any -> assertSame(each, SnapshotFormat.read(any, known)));
        }
    }

    /** After undoing, a state has two files, of which the later is told by way of the earlier. */
    @Property(tries = 40)
    void aStateThatComesBackIsReadFromEachOfItsFiles(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        BoxImage root = states.image(MODULE);
        BoxImage first = states.next(root);
        BoxImage second = states.next(first);
        byte[] rootFile = SnapshotFormat.write(root, null, null);
        byte[] firstFile = SnapshotFormat.write(first, new Parent(Parent.Kind.SNAPSHOT, root), null);
        byte[] secondFile = SnapshotFormat.write(second, new Parent(Parent.Kind.SNAPSHOT, first), null);
        byte[] back = SnapshotFormat.write(first, new Parent(Parent.Kind.SNAPSHOT, second), null);
        List<byte[]> both = new ArrayList<>(List.of(firstFile, back));
        if (new Random(seed).nextBoolean()) {
            both = both.reversed();
        }
        Known known = new Known(
                null,
                Map.of(
                        digest(root), List.of(rootFile),
                        digest(first), both,
                        digest(second), List.of(secondFile)));
        assertSame(first, SnapshotFormat.read(firstFile, known));
        assertSame(first, SnapshotFormat.read(back, known));
        assertSame(second, SnapshotFormat.read(secondFile, known));

        Known circle = new Known(null, Map.of(digest(first), List.of(back), digest(second), List.of(secondFile)));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> SnapshotFormat.read(secondFile, circle))
                .withMessageContaining("can never be read");
    }

    @Property(tries = 60)
    void aDeltaSharesWithItsParentWhatItDoesNotTell(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        BoxImage parent = states.image(MODULE);
        BoxImage image = states.next(parent);
        byte[] file = SnapshotFormat.write(image, new Parent(Parent.Kind.SNAPSHOT, parent), null);
        BoxImage read = new SnapshotFile(file).image(parent);
        int memories = Math.min(
                parent.guest().memories().size(), image.guest().memories().size());
        for (int i = 0; i < memories; i++) {
            PagedBytes then = parent.guest().memories().get(i);
            PagedBytes now = read.guest().memories().get(i);
            for (int page = 0; page < Math.min(then.pageCount(), now.pageCount()); page++) {
                Page before = then.page(page);
                Page after = now.page(page);
                if (before != null && after != null && Arrays.equals(before.bytes(), after.bytes())) {
                    assertThat(after).isSameAs(before);
                }
            }
        }
    }
}
