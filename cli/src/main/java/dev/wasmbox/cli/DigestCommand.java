package dev.wasmbox.cli;

import dev.wasmbox.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox digest}: the identities of states. */
@Command(
        name = "digest",
        description = {
            "Print the digest of each snapshot's state, as sha256sum does of files.",
            "",
            "Equal states have equal digests, whatever form their files have and on whatever machine and engine they "
                    + "came to be. So this answers whether two runs diverged."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox digest *.bin",
            "  wasmbox digest --same here.bin there.bin && echo the two runs did not diverge",
            "",
            "Exit codes: 0 done; 1 a file could not be read; 4 with --same: the states are not all the same."
        })
final class DigestCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The snapshots.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--same", description = "End with exit code 4 unless all states are the same.")
    private boolean same;

    @Option(names = "--json", description = "Answer with one JSON object a line.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    DigestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        options.check(console);
        Set<String> digests = new HashSet<>();
        boolean failed = false;
        for (Path file : files) {
            try {
                Snapshot snapshot = options.open(console, file).snapshot();
                digests.add(snapshot.digest());
                console.out()
                        .println(
                                json
                                        ? Json.ofType("digest")
                                                .with("file", file.toString())
                                                .with("digest", snapshot.digest())
                                                .with("module", snapshot.moduleDigest())
                                                .with("messages", snapshot.messages())
                                        : snapshot.digest() + "  " + Text.name(file));
            } catch (Failure e) {
                if (e.exitCode() != ExitCode.FAILED) {
                    throw e;
                }
                failed = true;
                if (json) {
                    console.out()
                            .println(Json.ofType("error")
                                    .with("kind", "failed")
                                    .with("file", file.toString())
                                    .with("message", Failure.sentence(e)));
                }
                console.complain(Failure.sentence(e) + (Failure.sentence(e).endsWith(".") ? "" : "."));
            }
        }
        if (failed) {
            return ExitCode.FAILED;
        }
        return same && digests.size() > 1 ? ExitCode.NO : ExitCode.OK;
    }
}
