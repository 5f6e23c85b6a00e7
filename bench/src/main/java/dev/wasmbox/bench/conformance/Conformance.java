package dev.wasmbox.bench.conformance;

import dev.wasmbox.Snapshot;
import dev.wasmbox.javascript.JavaScript;
import dev.wasmbox.testkit.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Runs test262, and says which tests pass. {@code bench/conformance} runs it. */
public final class Conformance {

    private final Map<String, String> harness = new HashMap<>();
    private final Selection selection;
    private final List<ConformanceTest> tests;
    private final JavaScript javaScript = JavaScript.load();
    private final boolean strict;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by this.
    private final Map<String, int[]> counts = new TreeMap<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final Set<String> failures = new TreeSet<>();
    private final Set<String> failed = new TreeSet<>();
    private final Set<String> differing = new TreeSet<>();
    private int whole, cut, statements, same;

    private Conformance(Path checkout, Path configuration, boolean strict, int every, String only) throws IOException {
        try (Stream<Path> files = Files.list(checkout.resolve("harness"))) {
            for (Path file : files.toList()) {
                harness.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        this.selection = new Selection(configuration, harness);
        this.strict = strict;
        List<ConformanceTest> all = ConformanceTest.all(checkout.resolve("test")).stream()
                .filter(test -> test.path().startsWith(only))
                .toList();
        this.tests = java.util.stream.IntStream.range(0, all.size())
                .filter(i -> i % every == 0)
                .mapToObj(all::get)
                .toList();
    }

    /**
     * Takes test262's folder, QuickJS's test262.conf, a list of tests that are known to fail, a folder for the results, and
     * options: {@code --strict} (what may be in either mode is run in strict mode), {@code --every N} (one test of N),
     * {@code --only PREFIX} (tests whose path begins so), {@code --processes} (each statement in another process).
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        boolean strict = false, processes = false;
        int every = 1;
        String only = "";
        for (int i = 4; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--strict" -> strict = true;
                case "--processes" -> processes = true;
                case "--every" -> every = Integer.parseInt(arguments[++i]);
                case "--only" -> only = arguments[++i];
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        Conformance conformance = new Conformance(Path.of(arguments[0]), Path.of(arguments[1]), strict, every, only);
        if (processes) {
            conformance.runInProcesses();
        } else {
            conformance.run();
        }
        System.exit(conformance.report(Path.of(arguments[2]), Path.of(arguments[3])) ? 0 : 1);
    }

    private void run() throws InterruptedException, ExecutionException {
        inParallel(() -> {
            try (Realm realm = new Realm(javaScript, harness)) {
                forEachTest(realm, (_, _, _) -> {});
            }
            return true;
        });
    }

    /** Two tests at a time, each of whose statements are run in turns by two processes. */
    private void runInProcesses() throws IOException, InterruptedException, ExecutionException {
        try (Worker one = new Worker();
                Worker other = new Worker()) {
            AtomicInteger lane = new AtomicInteger();
            inParallel(() -> {
                boolean odd = lane.getAndIncrement() % 2 == 1;
                List<Worker> workers = odd ? List.of(other, one) : List.of(one, other);
                try (Realm realm = new Realm(javaScript, harness)) {
                    forEachTest(realm, (test, state, outcome) -> compare(realm, workers, test, state, outcome));
                }
                return true;
            });
        }
    }

    private static void inParallel(Callable<Boolean> task) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Boolean> future : threads.invokeAll(List.of(task, task))) {
                future.get();
            }
        }
    }

    /** What is to be done with a test that was run as a whole. */
    private interface Further {
        void accept(ConformanceTest test, Snapshot state, Outcome outcome) throws IOException;
    }

    private void forEachTest(Realm realm, Further further) throws IOException {
        for (int i = next.getAndIncrement(); i < tests.size(); i = next.getAndIncrement()) {
            ConformanceTest test = tests.get(i);
            Optional<String> reason = selection.reasonAgainst(test);
            if (reason.isPresent()) {
                skip(test, reason.get());
                continue;
            }
            if (strict && (test.has("onlyStrict") || test.has("noStrict") || test.has("raw"))) {
                continue; // these have only one mode, in which they are run without the option
            }
            Snapshot state = realm.stateFor(test);
            realm.enter(state);
            Outcome outcome = realm.run(test.script(strict), test.path());
            count(test, outcome);
            further.accept(test, state, outcome);
        }
    }

    private synchronized void skip(ConformanceTest test, String reason) {
        counts.computeIfAbsent(test.folder(), _ -> new int[3])[2]++;
        reasons.merge(reason, 1, Integer::sum);
    }

    private synchronized void count(ConformanceTest test, Outcome outcome) {
        boolean passed = outcome.passes(test);
        counts.computeIfAbsent(test.folder(), _ -> new int[3])[passed ? 0 : 1]++;
        if (!passed) {
            failed.add(test.path());
            failures.add(test.path() + ": " + outcome);
        }
    }

    private void compare(Realm realm, List<Worker> workers, ConformanceTest test, Snapshot state, Outcome outcome)
            throws IOException {
        String script = test.script(strict);
        List<String> parts =
                outcome.error().equals("SyntaxError") ? List.of(script) : Statements.of(script, realm::isWhole);
        realm.enter(state);
        List<Outcome> expected = new ArrayList<>();
        Outcome sum = new Outcome("", "", List.of());
        for (int i = 0; i < parts.size() && !sum.failed(); i++) {
            expected.add(realm.run(parts.get(i), test.path()));
            sum = sum.then(expected.getLast());
        }
        if (sum.passes(test) != outcome.passes(test)) {
            synchronized (this) {
                whole++;
            }
            return;
        }
        String digest = realm.state().map(Snapshot::digest).orElse("none");
        List<Outcome> found = new ArrayList<>();
        Optional<byte[]> bytes = Optional.of(state.toBytes());
        for (int i = 0; i < expected.size() && bytes.isPresent(); i++) {
            Worker.Reply reply = workers.get(i % workers.size()).run(bytes.get(), parts.get(i), test.path());
            found.add(reply.outcome());
            bytes = reply.state();
        }
        String foundDigest = bytes.map(last -> Snapshot.of(last).digest()).orElse("none");
        synchronized (this) {
            cut++;
            statements += expected.size();
            if (found.equals(expected) && foundDigest.equals(digest)) {
                same++;
            } else {
                differing.add(
                        test.path() + ": expected " + expected + " " + digest + ", found " + found + " " + foundDigest);
            }
        }
    }

    /** Prints the results, and says whether they are as expected. */
    private synchronized boolean report(Path known, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("failures.txt"), failures);
        Files.write(folder.resolve("differing.txt"), differing);
        System.out.println("| folder | pass | fail | not run |\n|---|--:|--:|--:|");
        int[] sum = new int[3];
        counts.forEach((name, three) -> {
            System.out.println(row(name, three));
            for (int i = 0; i < 3; i++) {
                sum[i] += three[i];
            }
        });
        System.out.println(row("**all**", sum));
        System.out.println("\n| not run for | tests |\n|---|--:|");
        reasons.forEach((reason, tests) -> System.out.println("| " + reason + " | " + tests + " |"));
        if (cut > 0) {
            System.out.printf(
                    "%n%d tests mean something else in parts. Of %d others, in %d parts, each in a process that had not seen the"
                            + " state, %d came to the same state and the same outcome.%n",
                    whole, cut, statements, same);
        }
        Set<String> news = new TreeSet<>(failed);
        news.removeAll(Set.copyOf(Files.readAllLines(known))); // and the reasons, which are no tests
        System.out.printf("%n%d failures, %d of them unknown.%n", failed.size(), news.size());
        news.forEach(System.out::println);
        return news.isEmpty() && differing.isEmpty();
    }

    private static String row(String name, int[] three) {
        return String.format("| %s | %,d | %,d | %,d |", name, three[0], three[1], three[2]);
    }
}
