package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Seed;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.LongRange;

/** The same-result oracle with random inputs, and with snapshots at random places. */
class RandomScenariosTest {

    private static final int TRIES = 12;

    @Property(tries = TRIES)
    void counter(@ForAll("counterRuns") Tuple2<List<String>, Set<Integer>> run) {
        SameResult.ofGuest("counter").check(run.get1(), run.get2());
    }

    @Property(tries = TRIES)
    void originalCounter(@ForAll("counterRuns") Tuple2<List<String>, Set<Integer>> run) {
        SameResult.ofGuest("original-counter").check(run.get1(), run.get2());
    }

    @Property(tries = TRIES)
    void echo(@ForAll("textRuns") Tuple2<List<String>, Set<Integer>> run) {
        SameResult.ofGuest("echo").check(run.get1(), run.get2());
    }

    @Property(tries = TRIES)
    void random(
            @ForAll("randomRuns") Tuple2<List<String>, Set<Integer>> run,
            @ForAll long seed,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second) {
        SameResult.Result result = SameResult.ofGuest("random")
                .with(BoxOptions.bytes()
                        .withSeed(Seed.of(seed))
                        .withClock(BoxClock.fixed(Instant.ofEpochSecond(second))))
                .check(run.get1(), run.get2());
        assertThat(result.outputs()).allSatisfy(outputs -> assertThat(outputs).hasSize(1));
    }

    @Property(tries = TRIES)
    void hashmap(@ForAll("hashmapRuns") Tuple2<List<String>, Set<Integer>> run, @ForAll long seed) {
        SameResult.ofGuest("hashmap")
                .with(BoxOptions.bytes().withSeed(Seed.of(seed)))
                .check(run.get1(), run.get2());
    }

    @Property(tries = TRIES)
    void tasks(@ForAll("tasksRuns") Tuple2<List<String>, Set<Integer>> run) {
        SameResult.ofGuest("tasks").check(run.get1(), run.get2());
    }

    /** Including what ends the guest: how it ends is the same in every run, too. */
    @Property(tries = TRIES)
    void panicker(@ForAll("panickerRuns") Tuple2<List<String>, Set<Integer>> run) {
        SameResult.ofGuest("panicker").check(run.get1(), run.get2());
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> counterRuns() {
        return runs(Arbitraries.of("up", "up", "down", "sideways", ""));
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> textRuns() {
        return runs(Arbitraries.strings().ofMaxLength(300).filter(text -> text.codePoints()
                .noneMatch(point -> Character.MIN_SURROGATE <= point && point <= Character.MAX_SURROGATE)));
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> randomRuns() {
        return runs(Arbitraries.of("number", "time", "elapsed"));
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> hashmapRuns() {
        Arbitrary<String> keys =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(2);
        Arbitrary<String> sets =
                Combinators.combine(keys, Arbitraries.integers()).as((key, value) -> "set " + key + " " + value);
        return runs(Arbitraries.oneOf(sets, sets, keys.map(key -> "get " + key), Arbitraries.of("list", "sum")));
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> tasksRuns() {
        return runs(Arbitraries.frequency(
                Tuple.of(4, "a x"),
                Tuple.of(4, "b y"),
                Tuple.of(3, "pair"),
                Tuple.of(3, "race 2"),
                Tuple.of(3, "either"),
                Tuple.of(3, "text"),
                Tuple.of(1, "stop")));
    }

    @Provide
    Arbitrary<Tuple2<List<String>, Set<Integer>>> panickerRuns() {
        return runs(Arbitraries.frequency(
                Tuple.of(6, "hello"),
                Tuple.of(6, "print text"),
                Tuple.of(6, "sleep 1500"),
                Tuple.of(6, "send 3"),
                Tuple.of(4, "alloc 1"),
                Tuple.of(1, "panic at once"),
                Tuple.of(1, "unwrap"),
                Tuple.of(1, "abort"),
                Tuple.of(1, "exit 3")));
    }

    /** Inputs, and some of the points before, between and after them. */
    private static Arbitrary<Tuple2<List<String>, Set<Integer>>> runs(Arbitrary<String> inputs) {
        return inputs.list().ofMinSize(1).ofMaxSize(12).flatMap(list -> Arbitraries.integers()
                .between(0, list.size())
                .set()
                .ofMaxSize(4)
                .map(points -> Tuple.of(list, points)));
    }
}
