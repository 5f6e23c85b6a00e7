package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxState;
import dev.wasmbox.Codecs;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frozen module goes on in an engine that has nothing to do with ours: V8, as Node has it. */
class FrozenInNodeTest {

    private final Path folder;

    FrozenInNodeTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /**
     * What a host of a few lines can run: it has no clock, so that panicker is not to sleep, and no entropy, without which
     * nothing is left of the two guests that answer with random numbers.
     */
    static Stream<Scenario> scenarios() {
        return FrozenModulesTest.scenarios();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void everyGuestGoesOn(Scenario scenario) {
        List<byte[]> inputs = scenario.inputs().stream()
                .filter(input -> !input.startsWith("sleep"))
                .map(Codecs.string()::encode)
                .toList();
        // Not before the first message: some guests set up by it what takes entropy.
        for (int point : new int[] {1, inputs.size() / 2, inputs.size()}) {
            checkGoesOn(Guests.load(scenario.guest(), Engine.INTERPRETED), inputs, point);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyKindOfStateGoesOn(long seed) {
        GuestModule module = Wat.load(StateMachine.TEXT_WITH_ONE_MEMORY, Engine.INTERPRETED);
        Random random = new Random(seed);
        List<byte[]> inputs = StateMachine.commandsWithoutTraps(module, 20, () -> command(random));
        for (int point : new int[] {0, 4, 8, 12, 16, 20}) {
            checkGoesOn(module, inputs, point);
        }
        assertThat(checkGoesOn(module, List.of(StateMachine.command(StateMachine.TABLE_SET, 200, 0)), 0))
                .containsExactly("[]", "trapped");
    }

    /** None that computes the root of a negative number: what bits a NaN has then differs between engines. */
    private static byte[] command(Random random) {
        byte[] command = StateMachine.randomCommand(random);
        if (command[0] == StateMachine.GLOBALS) {
            command[5] |= Byte.MIN_VALUE; // the number's sign
        }
        return command;
    }

    @Test
    void globalsKeepEveryBit() {
        GuestModule module = Wat.load(FrozenModulesTest.BITS, Engine.INTERPRETED);
        FrozenModulesTest.bits().forEach(bits -> checkGoesOn(module, List.of(bits, new byte[1]), 1));
    }

    @Test
    void asManySegmentsAsCanBe() {
        checkGoesOn(Wat.load(FrozenModulesTest.SPECKLED, Engine.COMPILED), List.of(new byte[1], new byte[1]), 1);
    }

    @Test
    void aTrapIsSeenAsOne() {
        List<byte[]> inputs =
                Stream.of("hello", "panic at once").map(Codecs.string()::encode).toList();
        assertThat(checkGoesOn(Guests.load("panicker", Engine.INTERPRETED), inputs, 1))
                .containsExactly("[]", "trapped");
    }

    /** Runs up to a point here, and from there on here and in Node; returns what Node said. */
    private List<String> checkGoesOn(GuestModule module, List<byte[]> inputs, int point) {
        WasmBox<byte[], byte[]> box = module.start(FrozenResult.OPTIONS);
        for (byte[] input : inputs.subList(0, point)) {
            FrozenResult.send(box, input);
        }
        if (box.state() == BoxState.FINISHED) {
            return List.of(); // nothing goes on from here
        }
        byte[] frozen = module.freeze(box.snapshot());
        List<byte[]> rest = inputs.subList(point, inputs.size());
        List<String> expected = new ArrayList<>(List.of("[]"));
        for (byte[] input : rest) {
            List<String> outputs = FrozenResult.send(box, input);
            if (box.state() == BoxState.TRAPPED) {
                expected.add("trapped");
                break;
            }
            expected.add(outputs.stream()
                    .collect(Collectors.joining("\",\"", "[\"", "\"]"))
                    .replace("\"\"", ""));
        }
        if (box.state() != BoxState.TRAPPED) {
            Snapshot end = box.snapshot();
            expected.add(GuestContents.of(end).memories().getFirst());
        }
        List<String> said = runNode(frozen, rest);
        assertThat(said).as("%s, frozen at %d", module, point).isEqualTo(expected);
        return said;
    }

    private List<String> runNode(byte[] wasm, List<byte[]> messages) {
        try {
            Path script = Path.of(
                    FrozenInNodeTest.class.getResource("frozen-module-host.mjs").toURI());
            Path file = Files.write(folder.resolve("frozen.wasm"), wasm);
            Path errors = folder.resolve("errors");
            Process node = start(script, file, errors);
            try (OutputStream in = node.getOutputStream()) {
                for (byte[] message : messages) {
                    in.write((HexFormat.of().formatHex(message) + "\n").getBytes(US_ASCII));
                }
            }
            String said = new String(node.getInputStream().readAllBytes(), UTF_8);
            assertThat(node.waitFor()).as(Files.readString(errors)).isZero();
            return said.lines().toList();
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while node ran", e);
        }
    }

    private static Process start(Path script, Path module, Path errors) {
        try {
            return new ProcessBuilder("node", script.toString(), module.toString())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "these tests need Node, which cannot be started (" + e.getMessage() + "); run scripts/setup", e);
        }
    }
}
