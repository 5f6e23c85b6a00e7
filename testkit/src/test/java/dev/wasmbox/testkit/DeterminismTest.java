package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same module, seed and inputs give the same outputs and the same digests: on both engines, in another process, with
 * other settings of the Java virtual machine, warmed up or not, on any machine.
 *
 * <p>The golden values were written down once. They change when the guest does, and otherwise only by a decision that
 * older snapshots and recorded runs lose their meaning.
 */
class DeterminismTest {

    private static final String GOLDEN_DIGEST = "be3822d081b515e2a577d1f056bf5dcb3c124d8dabe6ac0508ce13333293f5fb";
    private static final String GOLDEN_OUTPUT =
            "65711b682b21538421863fe2e4a7cd41834e654e00000000000000000000f87f0000c07f0000c07f0080b2e60e"
                    + "000000000000000000000000000000000000001f76e526510ae36a625c8b5c597febb416042cce3db589b3dc82"
                    + "a8f7a4a86626eb604128710fd1d8e32e6415291ce5536d3e46bc69474cbb261ca23400000000";

    private static final BoxOptions<byte[], byte[]> OPTIONS =
            BoxOptions.bytes().withSeed(Seed.of(42)).withClock(BoxClock.fixed(Instant.ofEpochSecond(1_700_000_000, 5)));

    private static byte[] golden(String name) {
        try (InputStream in = DeterminismTest.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The box after the golden messages, and its last output. */
    private static String goldenRun(Engine engine) {
        GuestModule module = GuestModule.load(
                golden("machine/module.wasm"), ModuleOptions.standard().withEngine(engine));
        WasmBox<byte[], byte[]> box = module.start(OPTIONS);
        byte[] last = {};
        for (int i = 0; i < 10; i++) {
            last = box.send(("message " + i).getBytes(UTF_8)).getFirst();
            box.setClock(BoxClock.fixed(Instant.ofEpochSecond(1_700_000_000 + i * i)));
        }
        return HexFormat.of().formatHex(last) + " " + box.snapshot().digest();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theGoldenRunIsWhatItEverWas(Engine engine) {
        assertThat(goldenRun(engine)).isEqualTo(GOLDEN_OUTPUT + " " + GOLDEN_DIGEST);
    }

    /** A snapshot that an earlier version wrote loads for ever: this one is of version 1 of the format. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void theGoldenSnapshotIsReadAndGoesOn(Engine engine) {
        Snapshot snapshot = Snapshot.of(golden("machine/version-1/10-whole.snapshot"));
        assertThat(snapshot.digest()).isEqualTo(GOLDEN_DIGEST);
        PlainSnapshot plain = PlainSnapshot.read(golden("machine/version-1/10-whole.snapshot"));
        assertThat(plain.digestHex()).isEqualTo(GOLDEN_DIGEST);
        assertThat(plain.toVersionOne()).isEqualTo(golden("machine/version-1/10-whole.snapshot"));
        assertThat(snapshot.messages()).isEqualTo(10);
        assertThat(snapshot.clock()).isEqualTo(Instant.ofEpochSecond(1_700_000_081));
        GuestModule module = GuestModule.load(
                golden("machine/module.wasm"), ModuleOptions.standard().withEngine(engine));
        WasmBox<byte[], byte[]> box = module.restore(snapshot, BoxOptions.bytes(), RestoreOptions.identical());
        assertThat(box.snapshot()).isEqualTo(snapshot);
        assertThat(HexFormat.of().formatHex(box.send("more".getBytes(UTF_8)).getFirst()))
                .isEqualTo("3a72bd20ba4e3ef669987176b2a8b0412967504d00000000000000000000f87f0000c07f0000c07f00eaf9db12"
                        + "000000000000000000000000000000000000001f76e526510ae36a625c8b5c597febb416042cce3db589b3dc82"
                        + "a8f7a4a86626eb604128710fd1d84d2ce3be2309868ef8d1ab7eee2fc268bfe5889200000000");
    }

    @Test
    void theGoldenGuestsSourceIsBesideIt() {
        assertThat(Wat.assemble(new String(golden("machine/module.wat"), UTF_8)))
                .isEqualTo(golden("machine/module.wasm"));
    }

    /** Long enough that HotSpot compiles it several times over; a fresh box afterwards does what the first one did. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void warmingUpChangesNothing(Engine engine) {
        String cold = goldenRun(engine);
        GuestModule module = GuestModule.load(
                golden("machine/module.wasm"), ModuleOptions.standard().withEngine(engine));
        WasmBox<byte[], byte[]> box = module.start(OPTIONS);
        byte[] message = "x".repeat(200).getBytes(UTF_8);
        for (int i = 0; i < (engine == Engine.COMPILED ? 5000 : 300); i++) {
            box.send(message);
        }
        assertThat(goldenRun(engine)).isEqualTo(cold);
    }

    /** What one process prints for some guests and both engines. */
    public static void main(String[] guests) {
        run(List.of(guests)).forEach(line -> System.out.println("digest " + line));
    }

    private static List<String> run(List<String> guests) {
        List<String> lines = new ArrayList<>();
        for (Engine engine : Engine.values()) {
            lines.add(goldenRun(engine));
            for (Scenario scenario : ScenarioTest.scenarios()) {
                if (!guests.contains(scenario.guest())) {
                    continue;
                }
                WasmBox<String, String> box = Guests.load(scenario.guest(), engine)
                        .start(BoxOptions.of(Codecs.string(), Codecs.string())
                                .withSeed(Seed.of(7))
                                .withLog((stream, line) -> {}));
                scenario.inputs()
                        .forEach(input -> lines.add(
                                scenario.guest() + " " + box.send(input).hashCode()));
                lines.add(box.snapshot().digest());
            }
        }
        return lines;
    }

    /** An interpreting Java virtual machine is slow, so it gets less to do. */
    @Test
    void aJavaVirtualMachineThatOnlyInterpretsHasTheSameResult() throws IOException, InterruptedException {
        assertThat(inAnotherProcess("-Xint", List.of()))
                .isEqualTo(run(List.of()))
                .hasSize(2);
    }

    @Test
    void anotherProcessHasTheSameResult() throws IOException, InterruptedException {
        List<String> guests = List.of("counter", "random", "tasks", "hashmap", "original-random");
        String flags = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.language=tr -Dfile.encoding=ISO-8859-1";
        assertThat(inAnotherProcess(flags, guests)).isEqualTo(run(guests)).hasSizeGreaterThan(60);
    }

    private static List<String> inAnotherProcess(String flags, List<String> guests)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags.split(" ")));
        command.addAll(List.of(
                "-Dwasmbox.root=" + Guests.root(),
                "-Dwasmbox.guests=" + Guests.folder(),
                "-cp",
                System.getProperty("java.class.path"),
                DeterminismTest.class.getName()));
        command.addAll(guests);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines()
                .filter(line -> line.startsWith("digest "))
                .map(line -> line.substring("digest ".length()))
                .toList();
    }
}
