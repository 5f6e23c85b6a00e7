package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The oracle for frozen modules: a box of a module that was frozen at some point goes on as the box did that it was
 * frozen from. Compared are the outputs of each message, how the guest ends, the memories, globals and tables at the
 * point and at the end, and what the two are when they are frozen at the end.
 */
final class FrozenResult {

    static final BoxOptions<byte[], byte[]> OPTIONS = BoxOptions.bytes().withLog((stream, line) -> {});

    private FrozenResult() {}

    /**
     * Runs everything on some engines, and has WABT look at the frozen modules.
     *
     * @param load gives the module for an engine
     * @param inputs the messages
     * @param points before which inputs the module is frozen
     * @param engines the engines
     */
    static void check(
            Function<Engine, GuestModule> load, List<byte[]> inputs, Set<Integer> points, List<Engine> engines) {
        checkOursOnly(load, inputs, points, engines).forEach(FrozenResult::validate);
    }

    /**
     * Runs everything on some engines.
     *
     * @return the frozen modules
     */
    static List<byte[]> checkOursOnly(
            Function<Engine, GuestModule> load, List<byte[]> inputs, Set<Integer> points, List<Engine> engines) {
        Map<Integer, byte[]> frozen = new TreeMap<>();
        for (Engine engine : engines) {
            GuestModule module = load.apply(engine);
            Map<Integer, Snapshot> snapshots = new TreeMap<>();
            Run run = run(module.start(OPTIONS), inputs, 0, points, snapshots);
            snapshots.forEach((point, snapshot) -> {
                byte[] bytes = module.freeze(snapshot);
                byte[] before = frozen.putIfAbsent(point, bytes);
                if (before != null) {
                    assertThat(bytes).as("frozen at %d, %s", point, engine).isEqualTo(before);
                }
                checkOne(engine + ", frozen at " + point, GuestModule.load(bytes, options(engine)), run, inputs, point);
            });
        }
        return List.copyOf(frozen.values());
    }

    private static ModuleOptions options(Engine engine) {
        return ModuleOptions.standard().withEngine(engine);
    }

    private static void checkOne(String name, GuestModule frozen, Run expected, List<byte[]> inputs, int point) {
        WasmBox<byte[], byte[]> box = frozen.start(OPTIONS);
        assertThat(box.initialOutputs()).as(name).isEmpty();
        Snapshot first = box.snapshot();
        assertThat(GuestContents.of(first))
                .as(name)
                .isEqualTo(expected.contents().get(point));
        assertThat(frozen.freeze(first)).as(name + ", and again").isEqualTo(frozen.wasm());
        Run actual = run(box, inputs, point, Set.of(), new TreeMap<>());
        assertThat(actual.outputs())
                .as(name)
                .isEqualTo(expected.outputs().subList(point, expected.outputs().size()));
        assertThat(actual.contents().get(inputs.size()))
                .as(name + ", at the end")
                .isEqualTo(expected.contents().get(inputs.size()));
        assertThat(actual.frozenEnd()).as(name + ", frozen at the end").isEqualTo(expected.frozenEnd());
    }

    /** What came of a run: outputs by message, contents by point, and the module that it would be frozen to, if it can. */
    private record Run(List<List<String>> outputs, Map<Integer, GuestContents> contents, byte[] frozenEnd) {}

    private static Run run(
            WasmBox<byte[], byte[]> box,
            List<byte[]> inputs,
            int from,
            Set<Integer> points,
            Map<Integer, Snapshot> snapshots) {
        List<List<String>> outputs = new ArrayList<>();
        Map<Integer, GuestContents> contents = new TreeMap<>();
        for (int i = from; i <= inputs.size(); i++) {
            boolean atEnd = i == inputs.size();
            if ((atEnd || points.contains(i)) && box.state() != BoxState.TRAPPED) {
                Snapshot snapshot = box.snapshot();
                contents.put(i, GuestContents.of(snapshot));
                if (points.contains(i) && box.state() == BoxState.READY) {
                    snapshots.put(i, snapshot);
                }
            }
            if (!atEnd) {
                outputs.add(send(box, inputs.get(i)));
            }
        }
        byte[] end = box.state() == BoxState.READY ? box.module().freeze(box.snapshot()) : new byte[0];
        return new Run(outputs, contents, end);
    }

    /** The outputs, or what became of the box. */
    static List<String> send(WasmBox<byte[], byte[]> box, byte[] input) {
        if (box.state() != BoxState.READY) {
            return List.of(box.state().name());
        }
        try {
            return box.send(input).stream().map(HexFormat.of()::formatHex).toList();
        } catch (TrapException e) {
            return List.of(e.reason().name());
        }
    }

    /** Has another program than ours say that the bytes are a module: WABT's. */
    static void validate(byte[] wasm) {
        try {
            Path file = Files.createTempFile("frozen", ".wasm");
            Files.write(file, wasm);
            Process process = new ProcessBuilder(
                            "wasm-validate", "--enable-multi-memory", "--enable-exceptions", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("wasm-validate is needed; run scripts/setup: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while wasm-validate ran", e);
        }
    }
}
