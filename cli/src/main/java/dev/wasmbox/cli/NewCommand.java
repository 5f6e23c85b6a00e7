package dev.wasmbox.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wasmbox new}: a guest project that builds and runs. */
@Command(
        name = "new",
        description = {
            "Make a project of a guest in Rust or C that builds and runs.",
            "",
            "It holds a counter to begin with, and the WasmBox SDK: for Rust the folder sdk, for C a header."
        },
        footer = {"", "Examples:", "  wasmbox new my-guest", "  wasmbox new my-guest --c", "  wasmbox run my-guest"})
final class NewCommand implements Callable<Integer> {

    /** Rust's words that cargo takes for no crate's name, and the crates that a guest needs by these names. */
    private static final Set<String> TAKEN = Set.of(
            "abstract",
            "as",
            "async",
            "await",
            "become",
            "box",
            "break",
            "const",
            "continue",
            "crate",
            "do",
            "dyn",
            "else",
            "enum",
            "extern",
            "false",
            "final",
            "fn",
            "for",
            "if",
            "impl",
            "in",
            "let",
            "loop",
            "macro",
            "match",
            "mod",
            "move",
            "mut",
            "override",
            "priv",
            "pub",
            "ref",
            "return",
            "self",
            "static",
            "struct",
            "super",
            "test",
            "trait",
            "true",
            "try",
            "type",
            "typeof",
            "unsafe",
            "unsized",
            "use",
            "virtual",
            "where",
            "while",
            "yield",
            "core",
            "std",
            "alloc",
            "proc_macro",
            "proc-macro",
            "wasmbox",
            "wasmbox-macro",
            "wasmbox_macro");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    private final Console console;

    @Parameters(paramLabel = "NAME", description = "The name of the project, and of the folder that is made for it.")
    private String name = "";

    @Option(names = "--c", description = "In C instead of Rust.")
    private boolean c;

    @Option(
            names = "--sync",
            description = "In Rust: a type with a function for each message, instead of an async function.")
    private boolean sync;

    NewCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (c && sync) {
            throw Failure.usage("--sync is for Rust, and --c is not.");
        }
        if (!NAME.matcher(name).matches()) {
            throw Failure.usage("'" + name + "' cannot be the name of a " + (c ? "project" : "crate")
                    + ": it takes a letter, then up to 63 letters, digits, - and _.");
        }
        if (!c && TAKEN.contains(name)) {
            throw Failure.usage(
                    "'" + name + "' cannot be the name of a crate, as Rust or WasmBox has another use for it.");
        }
        Path folder = console.resolve(Path.of(name));
        if (Files.exists(folder) && !isEmptyFolder(folder)) {
            throw new Failure(name + " exists already and is no empty folder.");
        }
        if (c) {
            writeC(folder);
        } else {
            writeRust(folder);
        }
        write(folder, "gitignore", ".gitignore");
        console.out().println("Made the guest " + name + ". Run it with: wasmbox run " + name);
        return ExitCode.OK;
    }

    private void writeRust(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("src"));
        write(folder, "Cargo.toml", "Cargo.toml");
        write(folder, (sync ? "countersync" : "counter") + "/src/lib.rs", "src/lib.rs");
        write(folder, "README.md", "README.md");
        BundledFiles.copySdk(folder.resolve("sdk"));
    }

    private void writeC(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, "counter-c/counter.c", "counter.c");
        write(folder, "README-c.md", "README.md");
        BundledFiles.copyHeader(folder);
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private void write(Path folder, String template, String file) throws IOException {
        Files.writeString(folder.resolve(file), BundledFiles.template(template).replace("@NAME@", name));
    }
}
