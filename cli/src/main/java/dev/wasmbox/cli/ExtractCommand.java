package dev.wasmbox.cli;

import dev.wasmbox.MemoryContents;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
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

/** {@code wasmbox extract}: parts of a snapshot as files of their own. */
@Command(
        name = "extract",
        description = {
            "Write a snapshot's memory, or its module, to a file.",
            "",
            "A memory is written byte for byte, zeros included. The module comes from a self-contained snapshot."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox extract memory two.bin -o memory.raw",
            "  wasmbox extract memory two.bin --range 0x100000..0x100100 -o - | xxd",
            "  wasmbox extract module two.wasmbox -o counter.wasm"
        })
final class ExtractCommand implements Callable<Integer> {

    private final Console console;

    /** The parts. */
    enum Part {
        MEMORY,
        MODULE;

        /** Reads one. */
        static final class Converter implements ITypeConverter<Part> {
            @Override
            public Part convert(String value) {
                return Choice.of(value, List.of(Part.values()));
            }
        }
    }

    @Parameters(index = "0", paramLabel = "PART", converter = Part.Converter.class, description = "memory or module.")
    private Part part = Part.MEMORY;

    @Parameters(index = "1", paramLabel = "FILE", description = "The snapshot.")
    private Path file = Path.of("");

    @Option(
            names = "--memory",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which of the guest's memories. Default: ${DEFAULT-VALUE}.")
    private int memory;

    @Option(
            names = "--range",
            paramLabel = "RANGE",
            converter = AddressRange.Converter.class,
            description = "A..B: only the bytes from address A to before address B, in decimal or hexadecimal (0x...). "
                    + "Either may be left out.")
    private @Nullable AddressRange range;

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    ExtractCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (output.isStandardOutput() && json) {
            throw Failure.usage(
                    "-o - writes the bytes to standard output, where --json would answer; give one of them.");
        }
        if (part == Part.MODULE && (range != null || memory != 0)) {
            throw Failure.usage("--memory and --range are for extract memory only.");
        }
        if (!output.isStandardOutput()) {
            output.check(console);
        }
        SnapshotOptions.Opened opened = options.open(console, file);
        long length;
        if (part == Part.MODULE) {
            byte[] wasm = opened.requiredModule("extract module from a snapshot that is not self-contained")
                    .wasm();
            length = wasm.length;
            write(wasm);
        } else {
            MemoryContents contents = MemoryNumber.of(opened, memory);
            AddressRange wanted = range == null ? new AddressRange(0, Long.MAX_VALUE) : range;
            int from = wanted.from(contents.sizeBytes());
            int to = wanted.to(contents.sizeBytes());
            length = (long) to - from;
            write(contents, from, to);
        }
        if (!output.isStandardOutput()) {
            console.out()
                    .println(
                            json
                                    ? Json.ofType("extracted")
                                            .with("part", Choice.word(part))
                                            .with("file", output.name().toString())
                                            .with("bytes", length)
                                    : "Wrote " + output.name() + " (" + Text.plural(length, "byte") + ")");
        }
        return ExitCode.OK;
    }

    private void write(byte[] bytes) throws IOException {
        if (output.isStandardOutput()) {
            console.out().write(bytes);
            console.out().flush();
        } else {
            output.write(console, bytes);
        }
    }

    private void write(MemoryContents contents, int from, int to) throws IOException {
        int step = 1 << 20;
        if (!output.isStandardOutput()) {
            var bytes = new ByteArrayOutputStream(to - from);
            for (int at = from; at < to; at += Math.min(step, to - at)) {
                bytes.write(contents.read(at, Math.min(step, to - at)));
            }
            output.write(console, bytes.toByteArray());
            return;
        }
        var stream = new BufferedOutputStream(console.out(), step);
        for (int at = from; at < to && !console.out().checkError(); at += Math.min(step, to - at)) {
            stream.write(contents.read(at, Math.min(step, to - at)));
            stream.flush();
        }
    }
}
