package dev.wasmbox.cli;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Limits;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox verify}: whether snapshots can be relied on. */
@Command(
        name = "verify",
        description = {
            "Tell whether snapshots can be relied on.",
            "",
            "Each file is read with every check that there is, and so is each snapshot that it is told as the difference "
                    + "from. Where the module is known (--module, or a self-contained snapshot), a box is restored to "
                    + "the snapshot, too, and has to hold the same state. The guest does not run."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox verify backup/*.bin",
            "  wasmbox verify --module counter.wasm monday.bin",
            "",
            "Exit codes: 0 all are good; 1 one is not."
        })
final class VerifyCommand implements Callable<Integer> {

    private static final int MOST_ELEMENTS = 10_000_000;

    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The snapshots.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "Answer with one JSON object a line.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        options.check(console);
        Style style =
                Style.of(console.environment().colours(console.environment().terminalOut()));
        boolean good = true;
        for (Path file : files) {
            try {
                SnapshotOptions.Opened opened = options.open(console, file);
                GuestModule module = opened.module();
                if (module != null) {
                    restore(opened, module);
                }
                answer(style, opened);
            } catch (Failure e) {
                good = false;
                String sentence = Failure.sentence(e).replaceFirst("\\.$", "");
                String beginning = file + " is no usable snapshot: ";
                String reason = sentence.startsWith(beginning) ? sentence.substring(beginning.length()) : sentence;
                console.out()
                        .println(
                                json
                                        ? Json.ofType("verified")
                                                .with("file", file.toString())
                                                .with("good", false)
                                                .with("message", reason)
                                        : Text.name(file) + ": " + style.red("bad") + ", " + Text.name(reason));
            }
        }
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private void answer(Style style, SnapshotOptions.Opened opened) {
        Snapshot snapshot = opened.snapshot();
        boolean restored = opened.module() != null;
        if (json) {
            console.out()
                    .println(Json.ofType("verified")
                            .with("file", opened.name().toString())
                            .with("good", true)
                            .with("digest", snapshot.digest())
                            .with("form", SnapshotFacts.form(opened.info()))
                            .with("restored", restored));
            return;
        }
        console.out()
                .println(Text.name(opened.name()) + ": " + style.green("good") + ", "
                        + SnapshotFacts.formText(opened.info()) + ", " + Text.plural(snapshot.messages(), "message")
                        + (restored ? ", can be restored" : ""));
    }

    private static void restore(SnapshotOptions.Opened opened, GuestModule module) {
        BoxOptions<byte[], byte[]> unlimited = BoxOptions.bytes()
                .withLog((_, _) -> {})
                .withLimits(Limits.standard()
                        .withMemoryBytes(Limits.MAXIMUM_MEMORY_BYTES)
                        .withTableElements(MOST_ELEMENTS));
        try (WasmBox<byte[], byte[]> box = module.restore(opened.snapshot(), unlimited, RestoreOptions.identical())) {
            if (!box.snapshot().equals(opened.snapshot())) {
                throw new Failure("a box that is restored to it holds another state, which is a mistake in wasmbox");
            }
        } catch (WasmBoxException e) {
            throw new Failure(ExitCode.FAILED, "it cannot be restored: " + Failure.sentence(e), e);
        }
    }
}
