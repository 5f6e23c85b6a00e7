package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherCommandsTest {

    private final Path folder;
    private final CommandLineRun wasmbox;

    OtherCommandsTest(@TempDir Path folder) {
        this.folder = folder;
        this.wasmbox = new CommandLineRun(folder);
    }

    @Nested
    class Compile {

        @Test
        void makesAFileThatRunsLikeTheModule() {
            wasmbox.run("compile", guest("counter"), "counter.pre").ok();
            assertThat(wasmbox.out()).startsWith("Compiled to counter.pre (");
            wasmbox.run(List.of("up"), "run", "counter.pre")
                    .ok()
                    .answers("==> [value=1]")
                    .complainsOfNothing();
        }

        @Test
        void neverOverwritesUnlessForced() throws IOException {
            Files.writeString(wasmbox.file("taken"), "taken");
            wasmbox.run("compile", guest("counter"), "taken")
                    .fails(ExitCode.FAILED)
                    .complains("wasmbox: " + wasmbox.file("taken") + " exists already; --force replaces it.");
            assertThat(wasmbox.file("taken")).hasContent("taken");
            wasmbox.run("compile", guest("counter"), "taken", "--force").ok();
            wasmbox.run(List.of("up"), "run", "taken").ok().answers("==> [value=1]");
        }

        @Test
        void makesCodeThatNobodyRunsOnceItWasChanged() throws IOException {
            wasmbox.run("compile", guest("counter"), "counter.pre").ok();
            byte[] bytes = Files.readAllBytes(wasmbox.file("counter.pre"));
            bytes[bytes.length - 1000] ^= 1;
            Files.write(wasmbox.file("tampered.pre"), bytes);
            wasmbox.run(List.of("up"), "run", "tampered.pre")
                    .ok()
                    .answers("==> [value=1]")
                    .complainsOf("wasmbox: warning: the compiled code in this precompiled module is not used");
            wasmbox.run("inspect", "tampered.pre", "--json").ok();
            assertThat(wasmbox.json().getFirst().get("trusted").asBoolean()).isFalse();
        }

        @Test
        void makesCodeThatNobodyElseRuns() {
            wasmbox.run("compile", guest("counter"), "counter.pre").ok();
            new CommandLineRun(folder)
                    .with("HOME", folder.resolve("somebody").toString())
                    .run(List.of("up"), "run", "counter.pre")
                    .ok()
                    .answers("==> [value=1]")
                    .complainsOf("because it is not signed with your key");
        }

        @Test
        void needsAModule() {
            wasmbox.run("compile", "missing.wasm", "out").fails(ExitCode.FAILED).complainsOf("there is no file");
            wasmbox.run("compile", guest("counter"), "no/where")
                    .fails(ExitCode.FAILED)
                    .complainsOf("There is no folder");
            wasmbox.run("compile", guest("counter"))
                    .fails(ExitCode.USAGE)
                    .complainsOf("Missing required parameter: 'OUT'");
        }
    }

    @Nested
    class Inspect {

        @Test
        void tellsWhatAModuleIs() {
            wasmbox.run("inspect", guest("counter")).ok();
            assertThat(wasmbox.out())
                    .contains(": module, ")
                    .contains("env.wasmbox_callback")
                    .contains("wasmbox_send");
        }

        @Test
        void tellsWhatAGuestsMessagesAre() {
            wasmbox.run("inspect", guest("chess-clock")).ok();
            assertThat(wasmbox.out())
                    .contains(
                            "  contract     wasmbox 1;\n               codec \"bincode-1\";\n               input Command;\n")
                    .contains("               enum Side { White, Black }\n");
            var contract = wasmbox.run("inspect", guest("chess-clock"), "--json")
                    .ok()
                    .json()
                    .getFirst()
                    .get("contract");
            assertThat(contract.get("version").asInt()).isEqualTo(1);
            assertThat(contract.get("codec").asText()).isEqualTo("bincode-1");
            assertThat(contract.get("input").asText()).isEqualTo("chess_clock::Command");
            assertThat(contract.get("output").asText()).isEqualTo("chess_clock::Answer");
            assertThat(contract.get("text").asText()).contains("enum chess_clock::Side { White, Black }");
        }

        @Test
        void tellsThatAGuestDoesNotSay() {
            wasmbox.run("inspect", guest("original-counter")).ok();
            assertThat(wasmbox.lines()).last().isEqualTo("  contract     none (types are not checked)");
            wasmbox.run("inspect", guest("original-counter"), "--json").ok();
            assertThat(wasmbox.json().getFirst().get("contract").isNull()).isTrue();
        }

        @Test
        void tellsWhatASnapshotIs() {
            wasmbox.run(List.of("up", "!!snapshot s.bin"), "run", guest("counter"), "--freeze-time")
                    .ok();
            wasmbox.run("inspect", "s.bin").ok();
            assertThat(wasmbox.lines().stream().map(line -> line.strip().replaceAll(" +", " ")))
                    .contains("messages 1", "finished no", "clock 0 (1970-01-01T00:00:00Z)", "memory size 1.1 MiB");
        }

        @Test
        void speaksJson() {
            wasmbox.run(List.of("up", "!!snapshot s.bin"), "run", guest("counter"), "--freeze-time")
                    .ok();
            wasmbox.run("compile", guest("counter"), "counter.pre").ok();
            var snapshot = wasmbox.run("inspect", "s.bin", "--json").ok().json().getFirst();
            var module = wasmbox.run("inspect", guest("counter"), "--json")
                    .ok()
                    .json()
                    .getFirst();
            var precompiled =
                    wasmbox.run("inspect", "counter.pre", "--json").ok().json().getFirst();
            assertThat(snapshot.get("type").asText()).isEqualTo("snapshot");
            assertThat(snapshot.get("messages").asInt()).isEqualTo(1);
            assertThat(module.get("type").asText()).isEqualTo("module");
            assertThat(precompiled.get("type").asText()).isEqualTo("precompiled");
            assertThat(precompiled.get("trusted").asBoolean()).isTrue();
            assertThat(List.of(snapshot, precompiled))
                    .allMatch(answer -> answer.get("module").equals(module.get("module")));
        }

        @Test
        void saysWhatIsWrongWithOthers() throws IOException {
            Files.writeString(wasmbox.file("text"), "text");
            Files.writeString(wasmbox.file("damaged"), "WASMBOX\u001a damaged");
            Files.writeString(wasmbox.file("empty"), "");
            for (String file : List.of("text", "empty")) {
                wasmbox.run("inspect", file)
                        .fails(ExitCode.FAILED)
                        .complains("wasmbox: " + file + " is neither a module nor a snapshot.");
            }
            wasmbox.run("inspect", "damaged").fails(ExitCode.FAILED).complainsOf("damaged is no usable snapshot: ");
            wasmbox.run("inspect", "missing").fails(ExitCode.FAILED).complainsOf("there is no file");
            wasmbox.run("inspect", ".").fails(ExitCode.FAILED).complainsOf("is a folder");
        }
    }

    @Nested
    class New {

        @Test
        void makesAProjectWithItsSdk() {
            wasmbox.run("new", "my-guest").ok().answers("Made the guest my-guest. Run it with: wasmbox run my-guest");
            assertThat(wasmbox.file("my-guest/Cargo.toml")).content().contains("name = \"my-guest\"");
            assertThat(wasmbox.file("my-guest/src/lib.rs")).content().contains("async fn run");
            assertThat(wasmbox.file("my-guest/README.md")).exists();
            assertThat(wasmbox.file("my-guest/.gitignore")).content().contains("/target");
            assertThat(wasmbox.file("my-guest/sdk/wasmbox/src/lib.rs")).exists();
            assertThat(wasmbox.file("my-guest/sdk/wasmbox-macro/Cargo.toml")).exists();
        }

        @Test
        void makesASynchronousOneOnRequest() {
            wasmbox.run("new", "--sync", "my_guest").ok();
            assertThat(wasmbox.file("my_guest/src/lib.rs")).content().contains("#[wasmbox_sync]");
        }

        @Test
        void makesOneInCOnRequest() {
            wasmbox.run("new", "--c", "async").ok().answers("Made the guest async. Run it with: wasmbox run async");
            assertThat(wasmbox.file("async/counter.c")).content().contains("wasmbox_on_message");
            assertThat(wasmbox.file("async/wasmbox.h")).exists();
            assertThat(wasmbox.file("async/README.md")).content().contains("# async");
            assertThat(wasmbox.file("async/.gitignore")).content().contains("/target");
            assertThat(wasmbox.file("async/Cargo.toml")).doesNotExist();
            wasmbox.run("new", "--c", "--sync", "both").fails(ExitCode.USAGE).complainsOf("--sync is for Rust");
            wasmbox.run("new", "--c", "9").fails(ExitCode.USAGE).complainsOf("'9' cannot be the name of a project");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "9lives", "a b", "../up", "async", "wasmbox", "grüße"})
        void refusesWhatIsNoNameOfACrate(String name) {
            wasmbox.run("new", name).fails(ExitCode.USAGE).complainsOf("'" + name + "' cannot be the name of a crate");
        }

        @Test
        void refusesAFolderWithSomethingInIt() throws IOException {
            Files.createDirectories(wasmbox.file("full/of"));
            Files.createDirectories(wasmbox.file("empty"));
            wasmbox.run("new", "full")
                    .fails(ExitCode.FAILED)
                    .complains("wasmbox: full exists already and is no empty folder.");
            wasmbox.run("new", "empty").ok();
        }
    }

    /** In the repository's build folder, where what is compiled for other guests is compiled for these. */
    @Nested
    class Build {

        private final Path projects;
        private final CommandLineRun wasmbox;

        Build() throws IOException {
            Path tests = Files.createDirectories(CommandLineRun.root().resolve("build/cli-tests"));
            projects = Files.createTempDirectory(tests, "projects-");
            wasmbox = new CommandLineRun(projects)
                    .with(
                            "WASMBOX_TARGET_DIR",
                            CommandLineRun.root()
                                    .resolve("build/guests/work-debian")
                                    .toString());
        }

        @AfterEach
        void clean() throws IOException {
            try (Stream<Path> files = Files.walk(projects)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"async", "sync"})
        void makesAModuleOfANewProjectWhichRuns(String kind) {
            wasmbox.run(
                            kind.equals("sync")
                                    ? new String[] {"new", "up-down", "--sync"}
                                    : new String[] {"new", "up-down"})
                    .ok();
            wasmbox.run("build", "up-down", "-o", "up-down.wasm", "--toolchain", "debian")
                    .ok()
                    .answers("Built up-down.wasm");
            wasmbox.run(List.of("up"), "run", "up-down.wasm").ok().answers("==> [value=1]");
        }

        @Test
        void isNotNeededBeforeRun() {
            wasmbox.run("new", "up-down").ok();
            wasmbox.run(List.of("up"), "run", "up-down").ok().answers("==> [value=1]");
        }

        @Test
        void makesAModuleOfAProjectInC() throws IOException {
            wasmbox.run("new", "--c", "up-down").ok();
            wasmbox.run(List.of("up"), "run", "up-down").ok().answers("==> [value=1]");
            // In the folder src, without a header of its own, it is the same.
            Files.createDirectories(wasmbox.file("elsewhere/src"));
            Files.move(wasmbox.file("up-down/counter.c"), wasmbox.file("elsewhere/src/other.c"));
            wasmbox.run("build", "elsewhere", "-o", "up-down.wasm")
                    .ok()
                    .answers("Built up-down.wasm")
                    .complainsOfNothing();
            assertThat(wasmbox.file("up-down.wasm"))
                    .hasSameBinaryContentAs(wasmbox.file("up-down/target/wasmbox/guest.wasm"));
        }

        @Test
        void saysWhatIsWrongWithAProjectInC() throws IOException {
            wasmbox.run("new", "--c", "broken").ok();
            wasmbox.run("build", "broken", "--toolchain", "debian")
                    .fails(ExitCode.USAGE)
                    .complainsOf("--toolchain is for guests in Rust");
            wasmbox.with("CLANG", "clang-of-nobody")
                    .run("build", "broken")
                    .fails(ExitCode.NO_TOOLCHAIN)
                    .complainsOf("scripts/install-c")
                    .complainsOf("There is no C toolchain to build");
            wasmbox.with("CLANG", "clang");
            Files.writeString(wasmbox.file("broken/counter.c"), "#include \"wasmbox.h\"\n");
            wasmbox.run("build", "broken")
                    .fails(ExitCode.FAILED)
                    .complainsOf("define WASMBOX_IMPLEMENTATION")
                    .complainsOf("failed; see above.");
            Files.writeString(wasmbox.file("broken/other.c"), "static int unused;");
            Files.writeString(wasmbox.file("broken/counter.c"), BundledFiles.template("counter-c/counter.c"));
            wasmbox.run("build", "broken").ok().complainsOf("warning: unused variable");
            Files.writeString(wasmbox.file("broken/counter.c"), "int broken(");
            wasmbox.run("build", "broken").fails(ExitCode.FAILED).complainsOf("error:");
        }

        @Test
        void saysWhatToInstallWithoutAToolchain() {
            wasmbox.run("new", "up-down").ok();
            wasmbox.with("WASMBOX_RUST_CURRENT", projects.resolve("nowhere").toString())
                    .run("build", "up-down", "--toolchain", "current")
                    .fails(ExitCode.NO_TOOLCHAIN)
                    .complainsOf("scripts/install-rust-current")
                    .complainsOf("There is no Rust toolchain to build");
        }

        @Test
        void failsWithTheCompilersWords() throws IOException {
            wasmbox.run("new", "broken").ok();
            Files.writeString(wasmbox.file("broken/src/lib.rs"), "fn broken( {}");
            wasmbox.run("build", "broken")
                    .fails(ExitCode.FAILED)
                    .complainsOf("error:")
                    .complainsOf("failed; see above.");
        }

        @Test
        void needsAProject() {
            wasmbox.run("build", ".").fails(ExitCode.USAGE).complainsOf("it has no Cargo.toml and no C files");
            wasmbox.run("build", "nowhere").fails(ExitCode.USAGE).complainsOf("There is no guest's project in");
        }
    }

    @Nested
    class Usage {

        @Test
        void withoutACommandIsTheHelp() {
            wasmbox.run().fails(ExitCode.USAGE).answersNothing().complainsOf("Usage: wasmbox");
        }

        @Test
        void anUnknownCommandIsOneSentence() {
            wasmbox.run("frob").fails(ExitCode.USAGE).complainsOf("'frob'").complainsOf("Try: wasmbox --help");
        }

        @Test
        void theVersionIsTold() {
            wasmbox.run("--version").ok();
            assertThat(wasmbox.out()).matches("wasmbox \\d+\\.\\d+\\.\\d+\\S*\\n");
        }

        @Test
        void theHelpTellsCommandsExitCodesAndFolders() {
            wasmbox.run("--help").ok();
            assertThat(wasmbox.out())
                    .contains(
                            "run ",
                            "compile ",
                            "inspect ",
                            "new ",
                            "build ",
                            "Exit codes:",
                            "XDG_CACHE_HOME",
                            "NO_COLOR");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "run", "compile", "inspect", "new", "build", "digest", "verify", "diff", "picture", "strings",
                    "search", "extract", "flatten", "freeze", "upgrade"
                })
        void everyCommandHasHelpWithAnExample(String command) {
            wasmbox.run(command, "--help").ok().complainsOfNothing();
            assertThat(wasmbox.out()).startsWith("Usage: wasmbox " + command).contains("Example");
            assertThat(wasmbox.out().lines()).allMatch(line -> line.length() <= 100);
        }

        @Test
        void debugShowsWhereAnErrorCameFrom() {
            int exitCode = Main.run(
                    new String[] {"inspect", "missing", "--debug"},
                    java.io.InputStream.nullInputStream(),
                    System.out,
                    new java.io.PrintStream(
                            new java.io.ByteArrayOutputStream(), true, java.nio.charset.StandardCharsets.UTF_8),
                    Environment.ofProcess());
            assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        }
    }
}
