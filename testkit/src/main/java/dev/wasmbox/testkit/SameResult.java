package dev.wasmbox.testkit;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.TrapException;
import dev.wasmbox.WasmBox;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: whatever is done to a box between two messages, its guest must not be able to tell, and neither may
 * anybody who looks at its outputs and at its state.
 *
 * <p>The reference is one box that gets all inputs in a row, on the first engine. Against it are held, on every engine:
 * that box with its snapshot taken at each point and otherwise left alone; a box that is restored from such a snapshot at
 * each point, after it has been led astray; the chain of forks, where each fork's parent goes on as well; and, for every
 * form of a file, the chain of boxes of which each wakes from the other's snapshot's file. Compared are the initial
 * outputs, the outputs of each message, and the state's digest at each point and at the end.
 */
public final class SameResult {

    /** What is done to the box at a snapshot point. */
    public enum Way {
        /** Nothing but to take a snapshot. */
        SNAPSHOT_ONLY,
        /** The box goes on with the remaining inputs, and is then restored. */
        RESTORED_IN_PLACE,
        /** Another box wakes from the file form of the snapshot. */
        WOKEN_FROM_FILE,
        /** A fork takes the box's place; the parent gets the remaining inputs, too. */
        FORKED,
        /** Another box wakes from a file that tells the difference from the module's base. */
        DELTA_FROM_BASE,
        /** Another box wakes from a file that tells the difference from the point before, and so on back to the first. */
        DELTA_CHAIN,
        /** Another box wakes from a self-contained file, whose module is loaded from such a file, too. */
        SELF_CONTAINED
    }

    /**
     * What came of a run.
     *
     * @param initialOutputs what the guest sent while it was initialised
     * @param outputs what it sent for each input
     * @param digests of the state before each input
     * @param finalDigest of the state at the end
     */
    public record Result(
            List<String> initialOutputs,
            List<List<String>> outputs,
            Map<Integer, String> digests,
            String finalDigest) {}

    /** The modules that were loaded from self-contained files, by those that the files are of. */
    private static final Map<GuestModule, GuestModule> FROM_FILES = new ConcurrentHashMap<>();

    private final Map<Engine, GuestModule> modules = new EnumMap<>(Engine.class);
    private final BoxOptions<byte[], byte[]> options;

    private SameResult(Function<Engine, GuestModule> load, BoxOptions<byte[], byte[]> options, Set<Engine> engines) {
        engines.forEach(engine -> modules.put(engine, load.apply(engine)));
        this.options = options;
    }

    /**
     * An oracle for a guest, on both engines.
     *
     * @param load gives the module for an engine
     * @return the oracle
     */
    public static SameResult of(Function<Engine, GuestModule> load) {
        return new SameResult(load, BoxOptions.bytes().withLog((stream, line) -> {}), Set.of(Engine.values()));
    }

    /**
     * An oracle for one of the guests that are built, on both engines.
     *
     * @param guest its name
     * @return the oracle
     */
    public static SameResult ofGuest(String guest) {
        return of(engine -> Guests.load(guest, engine));
    }

    /**
     * A copy whose boxes have other options.
     *
     * @param newOptions the options
     * @return the copy
     */
    public SameResult with(BoxOptions<byte[], byte[]> newOptions) {
        return new SameResult(engine -> modules.get(engine), newOptions, modules.keySet());
    }

    /**
     * A copy that looks at some engines only.
     *
     * @param engines the engines
     * @return the copy
     */
    public SameResult on(Engine... engines) {
        return new SameResult(engine -> modules.get(engine), options, Set.of(engines));
    }

    /**
     * Runs everything.
     *
     * @param inputs the messages, as strings of the original crate's codec
     * @param points before which inputs something is done to the box: 0 is right after its initialisation, the number of
     *     inputs is after the last
     * @return what all the runs agree on
     * @throws AssertionError if one of them is not the same as the reference
     */
    public Result check(List<String> inputs, Set<Integer> points) {
        return checkBytes(inputs.stream().map(Codecs.string()::encode).toList(), points);
    }

    /**
     * Runs everything with snapshots at every point.
     *
     * @param inputs the messages
     * @return what all the runs agree on
     */
    public Result check(List<String> inputs) {
        return check(inputs, everywhere(inputs.size()));
    }

    /**
     * The points before, between and after some inputs.
     *
     * @param inputs how many there are
     * @return all of the points
     */
    public static Set<Integer> everywhere(int inputs) {
        Set<Integer> points = new TreeSet<>();
        for (int i = 0; i <= inputs; i++) {
            points.add(i);
        }
        return points;
    }

    /**
     * Runs everything.
     *
     * @param inputs the messages' bytes
     * @param points see {@link #check(List, Set)}
     * @return what all the runs agree on
     * @throws AssertionError if one of them is not the same as the reference
     */
    public Result checkBytes(List<byte[]> inputs, Set<Integer> points) {
        Result reference = null;
        for (var entry : modules.entrySet()) {
            GuestModule module = entry.getValue();
            Result fresh = new Run(module, inputs, Set.of(), Way.SNAPSHOT_ONLY).result();
            if (reference == null) {
                reference = fresh;
            }
            compare(entry.getKey() + ", left alone", reference, fresh);
            Result observed = new Run(module, inputs, points, Way.SNAPSHOT_ONLY).result();
            if (reference.digests().isEmpty()) {
                reference = new Result(
                        reference.initialOutputs(), reference.outputs(), observed.digests(), reference.finalDigest());
            }
            compare(entry.getKey() + ", snapshots taken", reference, observed);
            for (Way way : EnumSet.complementOf(EnumSet.of(Way.SNAPSHOT_ONLY))) {
                compare(entry.getKey() + ", " + way, reference, new Run(module, inputs, points, way).result());
            }
        }
        if (reference == null) {
            throw new AssertionError("there is no engine to look at");
        }
        return reference;
    }

    private static void compare(String run, Result expected, Result actual) {
        require(run, "the initial outputs", expected.initialOutputs(), actual.initialOutputs());
        for (int i = 0; i < expected.outputs().size(); i++) {
            require(
                    run,
                    "the outputs of input " + i,
                    expected.outputs().get(i),
                    actual.outputs().get(i));
        }
        actual.digests().forEach((point, digest) -> {
            String expectedDigest = expected.digests().get(point);
            if (expectedDigest != null) {
                require(run, "the state before input " + point, expectedDigest, digest);
            }
        });
        require(run, "the state at the end", expected.finalDigest(), actual.finalDigest());
    }

    private static void require(String run, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ", " + run + ":\n  expected " + expected + "\n  but was  " + actual);
        }
    }

    /** One run of one box, or of the chain of boxes that take each other's place. */
    private final class Run {

        private final GuestModule module;
        private final List<byte[]> inputs;
        private final Set<Integer> points;
        private final Way way;

        /** The files of the states so far, by digest, and the state before. */
        private final Map<String, byte[]> files = new HashMap<>();

        private @Nullable Snapshot previous;

        Run(GuestModule module, List<byte[]> inputs, Set<Integer> points, Way way) {
            this.module = module;
            this.inputs = inputs;
            this.points = points;
            this.way = way;
        }

        Result result() {
            WasmBox<byte[], byte[]> box = module.start(options);
            List<String> initialOutputs = hex(box.initialOutputs());
            List<List<String>> outputs = new ArrayList<>();
            Map<Integer, String> digests = new TreeMap<>();
            for (int i = 0; i <= inputs.size(); i++) {
                if (points.contains(i) && box.state() != BoxState.TRAPPED) {
                    digests.put(i, box.snapshot().digest());
                    box = disturb(box, i);
                }
                if (i < inputs.size()) {
                    outputs.add(send(box, inputs.get(i)));
                }
            }
            String finalDigest =
                    box.state() == BoxState.TRAPPED ? "trapped" : box.snapshot().digest();
            box.close();
            return new Result(initialOutputs, outputs, digests, finalDigest);
        }

        /** The outputs, or what became of the box: how a guest ends has to be the same in all runs, too. */
        private static List<String> send(WasmBox<byte[], byte[]> box, byte[] input) {
            if (box.state() != BoxState.READY) {
                return List.of(box.state().name());
            }
            try {
                return hex(box.send(input));
            } catch (TrapException e) {
                return List.of(e.reason().name());
            }
        }

        private WasmBox<byte[], byte[]> disturb(WasmBox<byte[], byte[]> box, int point) {
            return switch (way) {
                case SNAPSHOT_ONLY -> box;
                case RESTORED_IN_PLACE -> {
                    Snapshot snapshot = box.snapshot();
                    goOn(box, point);
                    box.restore(snapshot, RestoreOptions.identical());
                    yield box;
                }
                case WOKEN_FROM_FILE -> woken(box, point, SnapshotForm.whole(), SnapshotReader.standard());
                case DELTA_FROM_BASE ->
                    woken(
                            box,
                            point,
                            SnapshotForm.deltaFromBase(module),
                            SnapshotReader.standard().withModule(module));
                case DELTA_CHAIN -> {
                    Snapshot earlier = previous;
                    previous = box.snapshot();
                    yield woken(
                            box,
                            point,
                            earlier == null ? SnapshotForm.whole() : SnapshotForm.deltaFrom(earlier),
                            SnapshotReader.standard().withSource(digest -> Optional.ofNullable(files.get(digest))));
                }
                case SELF_CONTAINED -> woken(box, point, SnapshotForm.selfContained(module), SnapshotReader.standard());
                case FORKED -> {
                    WasmBox<byte[], byte[]> fork = box.fork(Entropy.identical());
                    goOn(box, point);
                    box.close();
                    yield fork;
                }
            };
        }

        private WasmBox<byte[], byte[]> woken(
                WasmBox<byte[], byte[]> box, int point, SnapshotForm form, SnapshotReader reader) {
            Snapshot snapshot = box.snapshot();
            byte[] file = snapshot.toBytes(form);
            files.putIfAbsent(snapshot.digest(), file);
            Snapshot read = reader.read(file);
            require(way.name(), "the file form of the snapshot " + point, snapshot, read);
            box.close();
            GuestModule wakingModule = way == Way.SELF_CONTAINED ? moduleIn(file) : module;
            return wakingModule.restore(read, options, RestoreOptions.identical());
        }

        /** Loading takes long, so that of each module it is done once. */
        private GuestModule moduleIn(byte[] file) {
            return FROM_FILES.computeIfAbsent(
                    module, _ -> GuestModule.load(file, ModuleOptions.standard().withEngine(module.engine())));
        }

        /** Two inputs are enough to lead a box astray. */
        private void goOn(WasmBox<byte[], byte[]> box, int point) {
            inputs.subList(point, Math.min(point + 2, inputs.size())).forEach(input -> send(box, input));
        }

        private static List<String> hex(List<byte[]> outputs) {
            return outputs.stream().map(HexFormat.of()::formatHex).toList();
        }
    }
}
