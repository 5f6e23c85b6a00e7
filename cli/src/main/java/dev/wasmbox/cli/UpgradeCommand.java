package dev.wasmbox.cli;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.CodecException;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Rehearsal;
import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.SnapshotReader;
import dev.wasmbox.WasmBox;
import dev.wasmbox.WasmBoxException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox upgrade}: brings a box to a newer module of its guest, or tries out what that would change. */
@Command(
        name = "upgrade",
        description = {
            "Bring a box to a newer version of its guest.",
            "",
            "The older guest hands out its state, the newer one takes it: both have to export wasmbox_export_state and "
                    + "wasmbox_import_state, as guests with a State do. The older snapshot stays as it is.",
            "",
            "With --rehearse the messages in a file are sent to a copy of the box in each version first. Where one is "
                    + "answered differently that is shown, the exit code is 4, and nothing is written."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox upgrade box.snapshot --from ledger-1.wasm --to ledger-2.wasm --rehearse messages.txt",
            "  wasmbox upgrade box.snapshot --from ledger-1.wasm --to ledger-2.wasm -o box-2.snapshot"
        })
final class UpgradeCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "SNAPSHOT", description = "The box.")
    private Path snapshot = Path.of("");

    @Option(names = "--from", paramLabel = "OLD.wasm", required = true, description = "The module that it is of.")
    private Path from = Path.of("");

    @Option(names = "--to", paramLabel = "NEW.wasm", required = true, description = "The newer module.")
    private Path to = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "The snapshot to write, which must not exist yet.")
    private @Nullable Path out;

    @Option(
            names = {"-f", "--force"},
            description = "Replace OUT if it exists.")
    private boolean force;

    @Option(
            names = "--rehearse",
            paramLabel = "FILE",
            description = "Send each line of this file to both versions, and compare their answers.")
    private @Nullable Path rehearse;

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final LimitOptions limitOptions = new LimitOptions();

    @Mixin
    private final ParentOptions parents = new ParentOptions();

    UpgradeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (out == null && rehearse == null) {
            throw Failure.usage("upgrade needs -o OUT, --rehearse FILE, or both.");
        }
        if (out != null) {
            NewFile.check(console.resolve(out), force);
        }
        parents.check(console);
        return LargeStack.call(limitOptions.stackBytes(), this::upgrade);
    }

    private int upgrade() {
        ModuleLoader loader = new ModuleLoader(console);
        GuestModule older = loader.load(console.resolve(from), Engine.COMPILED, true);
        GuestModule newer = loader.load(console.resolve(to), Engine.COMPILED, true);
        Messages messages = Messages.of(newer);
        BoxOptions<String, Output> options = BoxOptions.of(messages.lines(), messages.outputs())
                .withLimits(limitOptions.limits())
                .withLog((stream, line) -> console.err().println(Style.harmless(line)));
        try {
            Snapshot box = parents.added(console, SnapshotReader.standard().withModule(older))
                    .read(console.resolve(snapshot));
            Json answer = Json.ofType("upgrade").with("from", older.digest()).with("to", newer.digest());
            if (rehearse != null && !rehearsed(rehearse, box, older, newer, options, answer)) {
                return ExitCode.NO;
            }
            if (out != null) {
                write(out, box, older, newer, options, answer);
            }
            if (json) {
                console.out().println(answer);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw Failure.of(e);
        } catch (WasmBoxException e) {
            throw new Failure(ExitCode.FAILED, snapshot + " could not be upgraded: " + SnapshotOptions.sentence(e), e);
        }
    }

    private void write(
            Path target,
            Snapshot box,
            GuestModule older,
            GuestModule newer,
            BoxOptions<String, Output> options,
            Json answer)
            throws IOException {
        try (WasmBox<String, Output> upgraded = newer.upgrade(box, older, options)) {
            Snapshot after = upgraded.snapshot();
            NewFile.write(console.resolve(target), after, SnapshotForm.whole(), force);
            answer.with("file", target.toString())
                    .with("digest", after.digest())
                    .with(
                            "initialOutputs",
                            upgraded.initialOutputs().stream()
                                    .map(Output::value)
                                    .toList());
            if (!json) {
                upgraded.initialOutputs()
                        .forEach(output -> console.out().println("==> " + Style.harmless(output.shown())));
                console.out().println("Upgraded to " + Text.name(target));
            }
        }
    }

    private List<String> lines(Path file) throws IOException {
        Path path = console.resolve(file);
        if (Files.isDirectory(path)) {
            throw new Failure(file + " is a folder, not a file with messages.");
        }
        try {
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new Failure(ExitCode.FAILED, file + " is not text in UTF-8.", e);
        }
    }

    private static void requireMessages(List<String> lines, Path file, Path guest, Messages messages) {
        int number = 0;
        for (String line : lines) {
            number++;
            try {
                messages.encode(line);
            } catch (CodecException e) {
                throw new Failure(
                        ExitCode.FAILED,
                        "Line %d of %s is no message for %s: %s."
                                .formatted(number, file, guest, messages.refusal(line, e)),
                        e);
            }
        }
    }

    /** Whether all answers were alike; otherwise the first that was not has been told. */
    private boolean rehearsed(
            Path file,
            Snapshot box,
            GuestModule older,
            GuestModule newer,
            BoxOptions<String, Output> options,
            Json answer)
            throws IOException {
        List<String> messages = lines(file);
        Messages known = Messages.of(older);
        requireMessages(messages, file, from, known);
        requireMessages(messages, file, to, Messages.of(newer));
        Rehearsal<String, Output> rehearsal = Rehearsal.of(box, older, newer, options, messages);
        answer.with("rehearsed", rehearsal.messages())
                .with("alike", rehearsal.difference().isEmpty());
        if (rehearsal.difference().isEmpty()) {
            if (!json) {
                console.out()
                        .println("Rehearsed: " + rehearsal.messages() + " of " + messages.size()
                                + " messages sent, all answered alike");
            }
            return true;
        }
        Rehearsal.Difference<String, Output> difference = rehearsal.difference().get();
        if (json) {
            console.out().println(answer.with("difference", members(difference, known.areJson())));
        } else {
            console.out()
                    .println("Line " + (difference.index() + 1) + " is answered differently: "
                            + Text.name(difference.message()));
            console.out().println("  before: " + shown(difference.before()));
            console.out().println("  after:  " + shown(difference.after()));
        }
        return false;
    }

    private static Map<String, Object> members(Rehearsal.Difference<String, Output> difference, boolean isJson) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("line", difference.index() + 1);
        members.put("message", isJson ? new Json.Raw(difference.message()) : difference.message());
        members.put("before", members(difference.before()));
        members.put("after", members(difference.after()));
        return members;
    }

    private static Map<String, Object> members(Rehearsal.Answer<Output> answer) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("outputs", answer.outputs().stream().map(Output::value).toList());
        members.put("state", answer.state().name().toLowerCase(Locale.ROOT));
        members.put("trap", answer.trap());
        return members;
    }

    private static String shown(Rehearsal.Answer<Output> answer) {
        return Style.harmless(text(answer));
    }

    private static String text(Rehearsal.Answer<Output> answer) {
        String outputs = answer.outputs().isEmpty()
                ? "(nothing)"
                : String.join(", ", answer.outputs().stream().map(Output::shown).toList());
        return switch (answer.state()) {
            case READY, CLOSED -> outputs;
            case FINISHED -> outputs + ", and the guest finished";
            case TRAPPED -> "trapped: " + answer.trap();
        };
    }
}
