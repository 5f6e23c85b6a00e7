package dev.wasmbox.cli;

import dev.wasmbox.MemoryContents;
import dev.wasmbox.inspect.MemorySearch;
import dev.wasmbox.inspect.Region;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox strings}: the text in a guest's memory. */
@Command(
        name = "strings",
        description = {
            "Print the text in a guest's memory.",
            "",
            "It is text in UTF-8, with the address of each piece and what that part of the memory is for."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox strings two.bin",
            "  wasmbox strings two.bin --module counter.wasm --region heap -n 8"
        })
final class StringsCommand implements Callable<Integer> {

    /** Reads the name of a region. */
    static final class RegionConverter implements ITypeConverter<Region.Kind> {
        @Override
        public Region.Kind convert(String value) {
            return Choice.of(value, List.of(Region.Kind.STACK, Region.Kind.DATA, Region.Kind.HEAP));
        }
    }

    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The snapshot.")
    private Path file = Path.of("");

    @Option(
            names = {"-n", "--length"},
            paramLabel = "N",
            defaultValue = "4",
            description = "How many characters a piece of text has at least. Default: ${DEFAULT-VALUE}.")
    private int length = 4;

    @Option(
            names = "--memory",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which of the guest's memories. Default: ${DEFAULT-VALUE}.")
    private int memory;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            converter = RegionConverter.class,
            description = "Only what begins in the stack, the data or the heap.")
    private Region.@Nullable Kind region;

    @Option(names = "--json", description = "Answer with one JSON object a line.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    StringsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (length < 1) {
            throw Failure.usage("-n must be 1 or more.");
        }
        SnapshotOptions.Opened opened = options.open(console, file);
        if (region != null) {
            opened.requiredModule("--region " + region.label());
        }
        MemoryContents contents = MemoryNumber.of(opened, memory);
        Style style =
                Style.of(console.environment().colours(console.environment().terminalOut()));
        Iterator<MemorySearch.Text> texts =
                MemorySearch.strings(contents, length).iterator();
        while (texts.hasNext() && !console.out().checkError()) { // or whoever reads is gone
            MemorySearch.Text text = texts.next();
            Region.Kind kind = opened.layout().regionAt(memory, text.address());
            if (region != null && kind != region) {
                continue;
            }
            console.out()
                    .println(
                            json
                                    ? Json.ofType("string")
                                            .with("memory", memory)
                                            .with("address", text.address())
                                            .with("region", kind.label())
                                            .with("text", text.text())
                                    : style.faint(Text.address(text.address()) + "  "
                                                    + (kind == Region.Kind.OTHER
                                                            ? ""
                                                            : (kind.label() + "   ").substring(0, 7)))
                                            + Style.harmless(text.text()));
        }
        return ExitCode.OK;
    }
}
