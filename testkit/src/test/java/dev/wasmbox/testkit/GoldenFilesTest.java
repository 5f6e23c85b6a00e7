package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshot files that were written once, in every version and form. They load for ever, give the digests that they gave, and
 * their guests go on as they did.
 *
 * <p>{@code golden/GUEST} has a guest in text form and assembled; {@code states.txt} with, for each of its states, the
 * digest and what it answers to the message "more"; and a folder for each generation of files. A file's name begins with its
 * state. The guests are ours, in text form: what a compiler makes would carry its libraries along.
 *
 * <p><b>If the writer's files change</b> (the test says so), and are meant to: name a new generation in {@link #CURRENT},
 * write it with {@link #main}, and keep all of the old ones. If the digests change, old digests that somebody has kept mean
 * nothing any more: don't.
 */
class GoldenFilesTest {

    private static final String CURRENT = "version-2";

    private static final List<String> GUESTS = List.of("machine", "memories", "tables", "finisher");

    private static final BoxOptions<byte[], byte[]> OPTIONS =
            BoxOptions.bytes().withSeed(Seed.of(42)).withClock(BoxClock.fixed(Instant.ofEpochSecond(1_700_000_000, 5)));

    private static Path folder(String guest) {
        return Guests.root().resolve("testkit/src/test/resources/golden").resolve(guest);
    }

    private static GuestModule module(String guest, Engine engine) throws IOException {
        return GuestModule.load(
                folder(guest).resolve("module.wasm"), ModuleOptions.standard().withEngine(engine));
    }

    /** The states of a guest: the first after two messages, and one after each of the next three. */
    private static List<Snapshot> states(GuestModule module) {
        WasmBox<byte[], byte[]> box = module.start(OPTIONS);
        List<Snapshot> states = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            box.send(("message " + i).getBytes(UTF_8));
            box.setClock(BoxClock.fixed(Instant.ofEpochSecond(1_700_000_000 + i * i)));
            if (i > 0) {
                states.add(box.snapshot());
            }
        }
        return states;
    }

    /** All files of a generation. */
    private static Map<String, byte[]> files(GuestModule module) {
        List<Snapshot> states = states(module);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("0-whole", states.getFirst().toBytes());
        for (int i = 1; i < states.size(); i++) {
            files.put(i + "-delta", states.get(i).toBytes(SnapshotForm.deltaFrom(states.get(i - 1))));
        }
        Snapshot last = states.getLast();
        files.put("3-whole", last.toBytes());
        files.put("3-self-contained", last.toBytes(SnapshotForm.selfContained(module)));
        files.put("3-delta-from-base", last.toBytes(SnapshotForm.deltaFromBase(module)));
        return files;
    }

    /** Writes a generation, and for each guest the states that it does not know yet. */
    public static void main(String[] generation) throws IOException {
        for (String guest : GUESTS) {
            GuestModule module = module(guest, Engine.INTERPRETED);
            Path target = Files.createDirectory(folder(guest).resolve(generation[0]));
            for (var file : files(module).entrySet()) {
                Files.write(target.resolve(file.getKey() + ".snapshot"), file.getValue());
            }
            List<Snapshot> states = states(module);
            for (int i = 0; i < states.size(); i++) {
                System.out.println(
                        guest + ": " + i + " " + states.get(i).digest() + " " + answer(module, states.get(i)));
            }
        }
    }

    private static String answer(GuestModule module, Snapshot snapshot) {
        WasmBox<byte[], byte[]> box = module.restore(snapshot, BoxOptions.bytes(), RestoreOptions.identical());
        assertThat(box.snapshot()).isEqualTo(snapshot);
        if (box.state() == BoxState.FINISHED) {
            return "finished";
        }
        return HexFormat.of().formatHex(box.send("more".getBytes(UTF_8)).getFirst());
    }

    static Stream<Arguments> files() throws IOException {
        List<Arguments> files = new ArrayList<>();
        for (String guest : GUESTS) {
            try (Stream<Path> paths = Files.walk(folder(guest))) {
                paths.filter(path -> path.toString().endsWith(".snapshot"))
                        .sorted()
                        .map(path -> Arguments.of(guest, folder(guest).relativize(path)))
                        .forEach(files::add);
            }
        }
        return files.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("files")
    void loadsForEver(String guest, Path file) throws IOException {
        Path path = folder(guest).resolve(file);
        byte[] bytes = Files.readAllBytes(path);
        String name = path.getFileName().toString();
        String expected = Files.readAllLines(folder(guest).resolve("states.txt")).stream()
                .filter(line -> line.startsWith(name.substring(0, name.indexOf('-')) + " "))
                .findFirst()
                .orElseThrow();
        for (Engine engine : Engine.values()) {
            GuestModule module = module(guest, engine);
            Snapshot read = SnapshotReader.standard().withModule(module).read(path);
            assertThat(name.substring(0, name.indexOf('-')) + " " + read.digest() + " " + answer(module, read))
                    .isEqualTo(expected);
            if (name.contains("self-contained")) {
                GuestModule loaded =
                        GuestModule.load(path, ModuleOptions.standard().withEngine(engine));
                assertThat(loaded.wasm()).isEqualTo(module.wasm()).isEqualTo(PlainSnapshot.wasm(bytes));
                assertThat(expected).endsWith(answer(loaded, read));
            }
        }
        PlainSnapshot plain = PlainSnapshot.read(bytes, parents(guest, path.resolveSibling("0-whole.snapshot")));
        assertThat(expected).contains(plain.digestHex());
        if (file.startsWith("version-1")) {
            assertThat(plain.toVersionOne()).isEqualTo(bytes);
        }
    }

    /** Parents for the reader that knows the format's description only: the files beside the first of a chain. */
    private static PlainSnapshot.Parents parents(String guest, Path first) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        GuestModule module = module(guest, Engine.INTERPRETED);
        files.put(module.digest(), module.base().toBytes());
        if (Files.exists(first)) {
            for (String name : List.of("0-whole", "1-delta", "2-delta")) {
                byte[] file = Files.readAllBytes(first.resolveSibling(name + ".snapshot"));
                byte[] identity = PlainSnapshot.sections(file).getFirst().contents();
                files.put(HexFormat.of().formatHex(identity, 0, 32), file);
            }
        }
        return PlainSnapshot.parents(files);
    }

    static Stream<Arguments> runs() {
        return GUESTS.stream().flatMap(guest -> Stream.of(Engine.values()).map(engine -> Arguments.of(guest, engine)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("runs")
    void theWriterWritesWhatItWrote(String guest, Engine engine) throws IOException {
        for (var file : files(module(guest, engine)).entrySet()) {
            Path golden = folder(guest).resolve(CURRENT).resolve(file.getKey() + ".snapshot");
            assertThat(HexFormat.of().formatHex(file.getValue()))
                    .as(
                            """
                            %s is not what is written any more. If that is not meant, mend it: files that are compared,
                            signed or stored by their contents change for everybody. If it is meant, say so in RATIONALE and
                            in the release notes, name a new generation in GoldenFilesTest.CURRENT, write it with
                            GoldenFilesTest.main, and keep the old one: it has to load for ever. A change of the
                            compression library may be the reason; the state digests have to be the same still.""",
                            golden)
                    .isEqualTo(HexFormat.of().formatHex(Files.readAllBytes(golden)));
        }
    }

    @Test
    void everyFormIsThere() throws IOException {
        for (String guest : GUESTS) {
            assertThat(folder(guest).resolve("version-1/3-whole.snapshot")).isRegularFile();
            byte[] whole = Files.readAllBytes(folder(guest).resolve(CURRENT).resolve("3-whole.snapshot"));
            byte[] delta = Files.readAllBytes(folder(guest).resolve(CURRENT).resolve("3-delta.snapshot"));
            assertThat(PlainSnapshot.version(whole)).isEqualTo(2);
            assertThat(PlainSnapshot.sections(delta).stream().map(section -> section.kind()))
                    .contains("PARE");
        }
    }

    @Test
    void theGuestsSourcesAreBesideThem() throws IOException {
        for (String guest : GUESTS) {
            assertThat(Wat.assemble(Files.readString(folder(guest).resolve("module.wat"))))
                    .as(guest)
                    .isEqualTo(Files.readAllBytes(folder(guest).resolve("module.wasm")));
        }
    }
}
