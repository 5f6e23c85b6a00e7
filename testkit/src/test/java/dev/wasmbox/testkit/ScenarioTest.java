package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import dev.wasmbox.Entropy;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every guest does what it is for: on both engines, and whatever is done to its box between two messages. */
class ScenarioTest {

    static List<Scenario> scenarios() {
        return List.of(
                Scenario.of("counter")
                        .withInput("up")
                        .expecting("value=1")
                        .withInput("up")
                        .expecting("value=2")
                        .withInput("down")
                        .expecting("value=1")
                        .withInput("sideways")
                        .expecting()
                        .withInput("")
                        .expecting()
                        .withInput("down")
                        .expecting("value=0")
                        .withInput("down")
                        .expecting("value=-1")
                        .named("counts up and down and below zero"),
                Scenario.of("countersync")
                        .withInput("up")
                        .expecting("value=1")
                        .withInput("sideways")
                        .expecting()
                        .withInput("up")
                        .expecting("value=2")
                        .withInput("down")
                        .expecting("value=1")
                        .named("counts up and down"),
                Scenario.of("echo")
                        .withInput("hello")
                        .expecting("Echo: hello")
                        .withInput("")
                        .expecting("Echo: ")
                        .withInput("größer als 🙂\0\n")
                        .expecting("Echo: größer als 🙂\0\n")
                        .withInput("x".repeat(200_000))
                        .expecting("Echo: " + "x".repeat(200_000))
                        .withInput("after it")
                        .expecting("Echo: after it")
                        .named("answers empty, long and any text"),
                // The key stream of ChaCha20 with a key and a nonce of zeros: 76 b8 e0 ad a0 f1 3d 90 ...
                Scenario.of("random")
                        .withInput("number")
                        .expecting("random=2917185654")
                        .withInput("time")
                        .expecting("time=0")
                        .withInput("elapsed")
                        .expecting("elapsed=0")
                        .withInput("number")
                        .expecting("random=2419978656")
                        .named("numbers of the standard seed, and a clock that stands still"),
                Scenario.of("finisher")
                        .withInput("a")
                        .expecting("count=1")
                        .withInput("b")
                        .expecting("count=2")
                        .withInput("done")
                        .expecting("done after 2")
                        .named("ends by itself"),
                Scenario.of("tasks")
                        .withInput("a hello")
                        .expecting("a1: hello")
                        .withInput("b hi")
                        .expecting("b1: hi")
                        .withInput("a again")
                        .expecting("a2: again")
                        .withInput("pair")
                        .expecting()
                        .withInput("one")
                        .expecting()
                        .withInput("two")
                        .expecting("pair=one,two")
                        .withInput("either")
                        .expecting()
                        .withInput("three")
                        .expecting("either=three")
                        .withInput("what")
                        .expecting("unknown: what")
                        .withInput("race 3")
                        .expecting("race=yielded")
                        .withInput("stop")
                        .expecting("a did 2", "b did 1", "stopped")
                        .named("several tasks wait at once"),
                Scenario.of("hashmap")
                        .withInput("list")
                        .expecting("")
                        .withInput("set one 1")
                        .expecting("one=1")
                        .withInput("set two 2")
                        .expecting("two=2")
                        .withInput("set one 10")
                        .expecting("one=10 was 1")
                        .withInput("get one")
                        .expecting("one=10")
                        .withInput("get three")
                        .expecting("no three")
                        .withInput("set one x")
                        .expecting("x is not a number")
                        .withInput("sum")
                        .expecting("sum=12")
                        .named("stores and finds"),
                Scenario.of("panicker")
                        .withInput("hello")
                        .expecting("hello")
                        .withInput("print to the log")
                        .expecting("printed")
                        .withInput("eprint to the log")
                        .expecting("printed")
                        .withInput("sleep 86400000")
                        .expecting("slept")
                        .withInput("send 3")
                        .expecting("0", "1", "2")
                        .withInput("send 0")
                        .expecting()
                        .withInput("large 100000")
                        .expecting("x".repeat(100_000))
                        .withInput("alloc 3")
                        .expecting("allocated=3")
                        .withInput("alloc 2")
                        .expecting("allocated=5")
                        .named("prints, sleeps, grows and sends much"),
                Scenario.of("original-counter")
                        .withInput("up")
                        .expecting("value=1")
                        .withInput("up")
                        .expecting("value=2")
                        .withInput("down")
                        .expecting("value=1")
                        .withInput("sideways")
                        .expecting()
                        .named("the original crate counts"),
                Scenario.of("original-echo")
                        .withInput("hello")
                        .expecting("Echo: hello")
                        .withInput("")
                        .expecting("Echo: ")
                        .withInput("größer")
                        .expecting("Echo: größer")
                        .named("the original crate answers"),
                Scenario.of("original-random")
                        .withInput("go")
                        .expecting("random=2917185654")
                        .withInput("go")
                        .expecting("random=2419978656")
                        .named("the original crate's numbers of the standard seed"));
    }

    /** What happens to a box between two messages. */
    enum Between {
        NOTHING,
        RESTORED_IN_PLACE,
        WOKEN_FROM_FILE,
        FORKED;

        WasmBox<String, String> apply(WasmBox<String, String> box) {
            switch (this) {
                case NOTHING -> {
                    return box;
                }
                case RESTORED_IN_PLACE -> {
                    box.restore(box.snapshot(), RestoreOptions.identical());
                    return box;
                }
                case WOKEN_FROM_FILE -> {
                    Snapshot snapshot = Snapshot.of(box.snapshot().toBytes());
                    box.close();
                    return box.module().restore(snapshot, box.options(), RestoreOptions.identical());
                }
                case FORKED -> {
                    WasmBox<String, String> fork = box.fork(Entropy.identical());
                    box.close();
                    return fork;
                }
            }
            throw new AssertionError(this);
        }
    }

    static Stream<Arguments> runs() {
        return scenarios().stream()
                .flatMap(scenario -> Stream.of(Engine.values()).flatMap(engine -> Stream.of(Between.values())
                        .map(between -> Arguments.of(scenario, engine, between))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("runs")
    void givesTheExpectedOutputs(Scenario scenario, Engine engine, Between between) {
        GuestModule module = Guests.load(scenario.guest(), engine);
        WasmBox<String, String> box = module.start(BoxOptions.strings().withLog((stream, line) -> {}));
        assertThat(box.initialOutputs()).isEmpty();
        for (Scenario.Step step : scenario.steps()) {
            box = between.apply(box);
            assertThat(box.send(step.input()))
                    .as("outputs of '%.40s'", step.input())
                    .isEqualTo(step.outputs());
        }
        boolean ends = List.of("finisher", "tasks").contains(scenario.guest());
        assertThat(box.state()).isEqualTo(ends ? BoxState.FINISHED : BoxState.READY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void everyRunHasTheSameResult(Scenario scenario) {
        SameResult.Result result = SameResult.ofGuest(scenario.guest()).check(scenario.inputs());
        assertThat(result.digests()).hasSize(scenario.steps().size() + 1);
        assertThat(result.digests()).containsEntry(scenario.steps().size(), result.finalDigest());
    }
}
