package dev.wasmbox.cli;

import dev.wasmbox.MemoryContents;
import dev.wasmbox.inspect.MemorySearch;
import dev.wasmbox.inspect.Region;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.PrimitiveIterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox search}: where something is in a guest's memory. */
@Command(
        name = "search",
        description = {
            "Find text or bytes in a guest's memory.",
            "",
            "Of each place the address is printed, the bytes from there on, and what that part of the memory is for."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox search two.bin value=2",
            "  wasmbox search two.bin --hex 'de ad be ef' --module counter.wasm",
            "",
            "Exit codes: 0 it was found; 1 the snapshot could not be read; 4 it was not found."
        })
final class SearchCommand implements Callable<Integer> {

    private static final int SHOWN_BYTES = 16;

    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The snapshot.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "TEXT", arity = "0..1", description = "The text to find, in UTF-8.")
    private @Nullable String text;

    @Option(
            names = "--hex",
            paramLabel = "BYTES",
            description = "The bytes to find instead, two hexadecimal digits each; blanks between them do not count.")
    private @Nullable String hex;

    @Option(
            names = "--memory",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which of the guest's memories. Default: ${DEFAULT-VALUE}.")
    private int memory;

    @Option(names = "--json", description = "Answer with one JSON object a line.")
    private boolean json;

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    SearchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        byte[] pattern = pattern();
        SnapshotOptions.Opened opened = options.open(console, file);
        MemoryContents contents = MemoryNumber.of(opened, memory);
        Style style =
                Style.of(console.environment().colours(console.environment().terminalOut()));
        PrimitiveIterator.OfInt places = MemorySearch.find(contents, pattern).iterator();
        boolean found = places.hasNext();
        while (places.hasNext() && !console.out().checkError()) { // or whoever reads is gone
            int address = places.nextInt();
            Region.Kind kind = opened.layout().regionAt(memory, address);
            byte[] bytes = contents.read(
                    address, Math.min(Math.max(SHOWN_BYTES, pattern.length), contents.sizeBytes() - address));
            if (json) {
                console.out()
                        .println(Json.ofType("found")
                                .with("memory", memory)
                                .with("address", address)
                                .with("region", kind.label())
                                .with("bytes", HexFormat.of().formatHex(bytes)));
            } else {
                byte[] row = java.util.Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN_BYTES));
                console.out()
                        .println(style.faint(Text.address(address)) + "  " + HexRows.hex(row) + "  " + HexRows.text(row)
                                + (kind == Region.Kind.OTHER ? "" : "  " + style.faint(kind.label())));
            }
        }
        return found ? ExitCode.OK : ExitCode.NO;
    }

    private byte[] pattern() {
        if ((text == null) == (hex == null)) {
            throw Failure.usage("search needs either TEXT or --hex.");
        }
        byte[] pattern;
        if (text != null) {
            pattern = text.getBytes(StandardCharsets.UTF_8);
        } else {
            try {
                pattern = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
            } catch (IllegalArgumentException e) {
                throw Failure.usage("--hex takes two hexadecimal digits for each byte, but not '" + hex + "'.");
            }
        }
        if (pattern.length == 0) {
            throw Failure.usage("search needs something to find.");
        }
        return pattern;
    }
}
