package dev.wasmbox.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Builds a guest with the bundled script for its language, which knows the toolchains. */
final class GuestBuilder {

    /** A dependency on the crate from the registry, where this version of it is not yet. */
    private static final Pattern FROM_REGISTRY =
            Pattern.compile("^\\s*wasmbox\\s*=\\s*(\"|\\{(?![^}\\n]*(path|git)\\s*=))", Pattern.MULTILINE);

    /** The environment variable for those who build many guests, which then share what is compiled. */
    private static final String TARGET_FOLDER = "WASMBOX_TARGET_DIR";

    private final Console console;
    private final String toolchain;

    GuestBuilder(Console console, String toolchain) {
        this.console = console;
        this.toolchain = toolchain;
    }

    /** Where the module of a project is put unless somebody wishes otherwise. */
    static Path defaultModule(Path project) {
        return project.resolve("target").resolve("wasmbox").resolve("guest.wasm");
    }

    /**
     * Builds a project.
     *
     * @param project its folder
     * @param module the file to write
     * @throws Failure if it cannot be built; with the script's exit code, as both use the same
     */
    void build(Path project, Path module) throws IOException {
        GuestLanguage language = GuestLanguage.of(project);
        if (language != GuestLanguage.RUST && !toolchain.equals("auto")) {
            throw Failure.usage(
                    "--toolchain is for guests in Rust, and " + project + " is in " + language.title() + ".");
        }
        Path folder = Files.createTempDirectory("wasmbox-");
        try {
            Path script = BundledFiles.copyScript(language, folder);
            List<String> command = new ArrayList<>(List.of("sh", script.toString()));
            if (language == GuestLanguage.RUST) {
                command.addAll(rustOptions(project, folder));
            }
            command.addAll(List.of("--", project.toString(), module.toString()));
            run(command, project, language);
        } finally {
            delete(folder);
        }
    }

    private List<String> rustOptions(Path project, Path folder) throws IOException {
        List<String> options = new ArrayList<>(List.of("--toolchain", toolchain));
        if (FROM_REGISTRY
                .matcher(Files.readString(project.resolve("Cargo.toml")))
                .find()) {
            options.addAll(List.of("--sdk", sdk(folder).toString()));
        }
        String targetFolder = console.environment().variables().getOrDefault(TARGET_FOLDER, "");
        if (!targetFolder.isEmpty()) {
            options.addAll(List.of("--target-dir", targetFolder));
        }
        return options;
    }

    private static Path sdk(Path folder) throws IOException {
        Path sdk = folder.resolve("sdk");
        BundledFiles.copySdk(sdk);
        return sdk;
    }

    private void run(List<String> command, Path project, GuestLanguage language) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(console.environment().directory().toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(console.environment().variables());
        Process process = builder.start();
        boolean built = false;
        try {
            int exitCode = relay(process, project, language);
            built = true;
            if (exitCode != 0) {
                throw new Failure(exitCode, sentence(exitCode, project, language), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Building " + project + " was interrupted.");
        } finally {
            if (!built) {
                process.destroy();
            }
        }
    }

    /** Shows what the build says, unless it is done so soon that nobody wants to know. */
    private int relay(Process process, Path project, GuestLanguage language) throws IOException, InterruptedException {
        long patienceNanos = Progress.PATIENCE_MILLIS * 1_000_000;
        long start = System.nanoTime();
        List<String> held = new ArrayList<>();
        try (BufferedReader reader = process.errorReader(java.nio.charset.StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                held.add(line);
                if (System.nanoTime() - start > patienceNanos) {
                    show(held);
                }
                if (!reader.ready()) {
                    // Nothing to read for now: this is where it takes its time.
                    try (Progress _ = Progress.of(console, "building " + project.getFileName())) {
                        line = reader.readLine();
                    }
                } else {
                    line = reader.readLine();
                }
            }
        }
        int exitCode = process.waitFor();
        if (exitCode != 0 || language == GuestLanguage.C) { // where it only speaks of what is wrong
            show(held);
        }
        return exitCode;
    }

    private void show(List<String> held) {
        held.forEach(console.err()::println);
        held.clear();
    }

    private static String sentence(int exitCode, Path project, GuestLanguage language) {
        return switch (exitCode) {
            case ExitCode.NO_TOOLCHAIN ->
                "There is no " + language.title() + " toolchain to build " + project + " with; see above.";
            case ExitCode.USAGE -> "The build of " + project + " could not begin; see above.";
            default -> "The build of " + project + " failed; see above.";
        };
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(java.util.Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
