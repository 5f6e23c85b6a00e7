package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise about memory: many states cost what changes between them. It is counted, by walking over all objects that
 * the snapshots hold, and tried, in a Java virtual machine that has no room for more.
 */
class SharedPagesTest {

    /** A memory of a mebibyte, all of it in use; each message changes three pages, other ones each time. */
    private static final String GUEST = Wat.guest(
            """
            (memory (export "memory") 16)
            (global $messages (mut i32) (i32.const 0))
            (func (export "wasmbox_initialize") (local $i i32)
              (loop $next
                (i32.store (local.get $i) (i32.mul (local.get $i) (i32.const 2654435)))
                (br_if $next
                  (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 1048576)))))
            (func (export "wasmbox_send") (param i32 i32)
              (global.set $messages (i32.add (global.get $messages) (i32.const 1)))
              (call $touch (i32.const 0))
              (call $touch (i32.const 97))
              (call $touch (i32.const 170)))
            (func $touch (param $offset i32)
              (i32.store
                (i32.mul (i32.const 4096)
                  (i32.rem_u (i32.add (local.get $offset) (global.get $messages)) (i32.const 256)))
                (i32.add (i32.const 7) (global.get $messages))))
            """);

    private static final int SNAPSHOTS = 1000;
    private static final long PROMISE_BYTES = 20_000_000;
    private static final byte[] MESSAGE = {1};

    /** A generous size of an object's header and its fields. */
    private static final int OBJECT_BYTES = 48;

    private final GuestModule module = Wat.load(GUEST, Engine.COMPILED);

    private static List<Snapshot> snapshots(WasmBox<byte[], byte[]> box) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < SNAPSHOTS; i++) {
            box.send(MESSAGE);
            snapshots.add(box.snapshot());
        }
        return snapshots;
    }

    /** The size of all objects that can be reached from some, each counted once: ours, arrays, and collections. */
    private static long bytesHeldBy(Iterable<?> roots) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        roots.forEach(open::add);
        long bytes = 0;
        while (!open.isEmpty()) {
            Object object = open.removeLast();
            if (!seen.add(object)) {
                continue;
            }
            switch (object) {
                case byte[] array -> bytes += 16 + array.length;
                case Object[] array -> {
                    bytes += 16 + 8L * array.length;
                    for (Object element : array) {
                        if (element != null) {
                            open.add(element);
                        }
                    }
                }
                case Iterable<?> collection -> {
                    bytes += OBJECT_BYTES;
                    collection.forEach(open::add);
                }
                default -> {
                    bytes += OBJECT_BYTES;
                    if (object.getClass().getName().startsWith("dev.wasmbox.")) {
                        fields(object, open);
                    } else if (object.getClass().isArray()) {
                        bytes += 8L * Array.getLength(object);
                    }
                }
            }
        }
        return bytes;
    }

    private static void fields(Object object, Deque<Object> open) {
        for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    Object value = field.get(object);
                    if (value != null) {
                        open.add(value);
                    }
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void aThousandSnapshotsCostWhatChanged() {
        WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes());
        List<Snapshot> snapshots = snapshots(box);
        assertThat(snapshots.getLast().memoryBytes()).isEqualTo(16 * Limits.PAGE_BYTES);
        assertThat(snapshots.getLast().memories().getFirst().pagesInUse()).hasSize(256);
        assertThat(snapshots
                        .getLast()
                        .memories()
                        .getFirst()
                        .changedPages(snapshots.get(SNAPSHOTS - 2).memories().getFirst()))
                .hasSize(3);
        long held = bytesHeldBy(snapshots);
        assertThat(held)
                .as("a mebibyte, and three pages for each of them")
                .isGreaterThan(1_048_576 + SNAPSHOTS * 3L * 4096 - 4096)
                .isLessThan(PROMISE_BYTES);
        snapshots.forEach(Snapshot::digest);
        assertThat(bytesHeldBy(snapshots)).as("with their digests").isLessThan(PROMISE_BYTES);
    }

    private static long more(List<?> before, List<?> after) {
        List<Object> both = new ArrayList<>(before);
        both.addAll(after);
        return bytesHeldBy(both) - bytesHeldBy(before);
    }

    @Test
    void forksRestoredBoxesAndNewBoxesShare() {
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            Snapshot start = box.snapshot();
            List<Snapshot> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                WasmBox<byte[], byte[]> fork = box.fork(Entropy.reseed());
                others.add(fork.snapshot());
                fork.send(MESSAGE);
                others.add(fork.snapshot());
                WasmBox<byte[], byte[]> restored = module.restore(start, BoxOptions.bytes());
                restored.send(MESSAGE);
                others.add(restored.snapshot());
                WasmBox<byte[], byte[]> fresh = module.start(BoxOptions.bytes());
                others.add(fresh.snapshot());
                fresh.send(MESSAGE);
                others.add(fresh.snapshot());
            }
            others.add(module.base());
            assertThat(more(List.of(start), others))
                    .as("three pages of each of three times twenty boxes that had a message, and little else")
                    .isLessThan(60 * (3 * 4096 + 6500) + 41 * 2500);
        }
    }

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatIsReadFromADeltaSharesWithTheBase() {
        SnapshotReader reader = SnapshotReader.standard().withModule(module);
        List<Snapshot> read = new ArrayList<>();
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            for (int i = 0; i < 20; i++) {
                box.send(MESSAGE);
                read.add(reader.read(box.snapshot().toBytes(SnapshotForm.deltaFromBase(module))));
            }
        }
        assertThat(more(List.of(module.base()), read)).isLessThan(20 * 20 * 3 * (4096 + 150) + 20 * 5000);
        assertThat(more(List.of(module.base()), read.subList(0, 1)))
                .as("one message after the base: three pages")
                .isLessThan(3 * 4096 + 6500);
    }

    /** A chain is read whole and at once, and what comes of it holds the last state only. */
    @Test
    void whatIsReadFromAChainHoldsOneStateOnly() throws IOException {
        try (WasmBox<byte[], byte[]> box = module.start(BoxOptions.bytes())) {
            Snapshot last = box.snapshot();
            last.write(folder.resolve("0"));
            for (int i = 1; i < 50; i++) {
                box.send(MESSAGE);
                Snapshot next = box.snapshot();
                next.write(folder.resolve("" + i), SnapshotForm.deltaFrom(last));
                last = next;
            }
            Snapshot read = Snapshot.read(folder.resolve("49"));
            assertThat(read).isEqualTo(last);
            assertThat(bytesHeldBy(List.of(read))).isLessThan((1 << 20) + 256 * 150);
        }
    }

    /** What the other process does: it takes as many snapshots as it is told, and holds all of them. */
    public static void main(String[] arguments) throws IOException {
        GuestModule interpreted =
                GuestModule.load(Path.of(arguments[0]), ModuleOptions.standard().withEngine(Engine.INTERPRETED));
        WasmBox<byte[], byte[]> box = interpreted.start(BoxOptions.bytes());
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            box.send(MESSAGE);
            snapshots.add(box.snapshot());
        }
        System.out.println(
                "held " + snapshots.size() + " until " + snapshots.getLast().messages());
    }

    /**
     * The Java virtual machine, the engine and the guest take about 10 MB; a thousand whole memories would take 1,050. With 32 MB
     * a thousand snapshots fit, and three thousand, which change 37 MB, do not: so it is the snapshots that fill it.
     */
    @Test
    void aThousandSnapshotsFitIntoASmallHeap() throws IOException, InterruptedException {
        Path wasm = Files.write(folder.resolve("guest.wasm"), Wat.assemble(GUEST));
        assertThat(inAHeapOf("32m", wasm, SNAPSHOTS)).contains("held 1000 until 1000");
        assertThat(inAHeapOf("32m", wasm, 3 * SNAPSHOTS))
                .contains("OutOfMemoryError")
                .doesNotContain("held");
    }

    private static String inAHeapOf(String size, Path wasm, int snapshots) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + size,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SharedPagesTest.class.getName(),
                        wasm.toString(),
                        "" + snapshots)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }
}
