package dev.wasmbox.cli;

import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.SnapshotDiff;
import dev.wasmbox.inspect.SnapshotPicture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox picture}: a snapshot, or what changed, to look at. */
@Command(
        name = "picture",
        description = {
            "Draw a snapshot, or what changed from one to another, as a page for a browser.",
            "",
            "The page is one HTML file that needs nothing else: the memory page by page, coloured by what it is for and by "
                    + "what changed, the bytes of each page, globals and tables. It holds what the guest's memory holds, "
                    + "secrets included."
        },
        footer = {
            "",
            "Examples:",
            "  wasmbox picture two.bin --module counter.wasm -o two.html",
            "  wasmbox picture one.bin two.bin --module counter.wasm -o change.html"
        })
final class PictureCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The snapshot.")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "OTHER",
            arity = "0..1",
            description = "Another snapshot: what changed from FILE to it is drawn.")
    private @Nullable Path other;

    @Option(names = "--json", description = "Answer with one JSON object.")
    private boolean json;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final SnapshotOptions options = new SnapshotOptions();

    PictureCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        output.check(console);
        byte[] page = picture().toHtml().getBytes(StandardCharsets.UTF_8);
        output.write(console, page);
        console.out()
                .println(
                        json
                                ? Json.ofType("picture")
                                        .with("file", output.name().toString())
                                        .with("bytes", page.length)
                                : "Drew " + output.name() + " (" + Sizes.text(page.length) + "); open it in a browser");
        return ExitCode.OK;
    }

    private SnapshotPicture picture() {
        SnapshotOptions.Opened first = options.open(console, file);
        if (other == null) {
            return SnapshotPicture.of(first.snapshot(), first.layout()).withNames("", name(file));
        }
        SnapshotOptions.Opened second = options.open(console, other);
        ModuleLayout layout = second.layout().isKnown() ? second.layout() : first.layout();
        return SnapshotPicture.of(SnapshotDiff.between(first.snapshot(), second.snapshot()), layout)
                .withNames(name(file), name(other));
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}
