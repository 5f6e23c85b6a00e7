package dev.wasmbox.cli;

import dev.wasmbox.Snapshot;
import dev.wasmbox.SnapshotForm;
import dev.wasmbox.inspect.SnapshotFileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox flatten}: the same state in another form. */
@Command(
        name = "flatten",
        description = {
            "Write a snapshot's state in another form.",
            "",
            "By default that is a whole, which needs no other file. The forms, which all have the same digest:",
            "  whole           needs its module to be restored, and nothing else",
            "  self-contained  the module is in the file, too",
            "  from-base       the difference from the module's first state: small, and read with the module",
            "  delta           the difference from another snapshot (--parent); a whole where there is none"
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox flatten tuesday.bin -o tuesday-whole.bin",
            "  wasmbox flatten tuesday.bin --form delta --parent monday.bin -o tuesday-delta.bin",
            "  wasmbox flatten tuesday.bin --form self-contained --module counter.wasm -o tuesday.wasmbox"
        })
final class FlattenCommand implements Callable<Integer> {

    /** The forms. */
    enum Form {
        WHOLE,
        SELF_CONTAINED,
        FROM_BASE,
        DELTA;

        /** Reads one. */
        static final class Converter implements ITypeConverter<Form> {
            @Override
            public Form convert(String value) {
                return Choice.of(value, List.of(Form.values()));
            }
        }
    }

    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The snapshot, of any form.")
    private Path file = Path.of("");

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "whole",
            converter = Form.Converter.class,
            description = "whole, self-contained, from-base or delta. Default: ${DEFAULT-VALUE}.")
    private Form form = Form.WHOLE;

    @Option(
            names = "--parent",
            paramLabel = "FILE",
            description = "For --form delta: the snapshot that the difference is from. Keep it with the new file.")
    private @Nullable Path parent;

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    FlattenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if ((form == Form.DELTA) != (parent != null)) {
            throw Failure.usage(
                    form == Form.DELTA
                            ? "--form delta needs --parent, the snapshot that the difference is from."
                            : "--parent is for --form delta only.");
        }
        output.check(console);
        SnapshotOptions.Opened opened = options.open(console, file);
        Snapshot snapshot = opened.snapshot();
        output.write(
                console,
                snapshot,
                switch (form) {
                    case WHOLE -> SnapshotForm.whole();
                    case SELF_CONTAINED -> SnapshotForm.selfContained(opened.requiredModule("--form self-contained"));
                    case FROM_BASE -> SnapshotForm.deltaFromBase(opened.requiredModule("--form from-base"));
                    case DELTA -> SnapshotForm.deltaFrom(parentSnapshot());
                });
        byte[] bytes = SnapshotOptions.bytes(console, output.name());
        String written = SnapshotFacts.form(SnapshotFileInfo.of(bytes));
        String why = written.equals(Choice.word(form))
                ? ""
                : ", as it is the same state as the parent's: there is no difference to tell";
        console.out()
                .println(
                        json
                                ? Json.ofType("flattened")
                                        .with("file", output.name().toString())
                                        .with("form", written)
                                        .with("bytes", bytes.length)
                                        .with("digest", snapshot.digest())
                                : "Wrote " + Text.name(output.name()) + " (" + written + why + ", "
                                        + Sizes.text(bytes.length) + ", was "
                                        + Sizes.text(opened.info().bytes()) + ")");
        return ExitCode.OK;
    }

    private Snapshot parentSnapshot() {
        if (parent == null) {
            throw new IllegalStateException("checked before");
        }
        return options.open(console, parent).snapshot();
    }
}
