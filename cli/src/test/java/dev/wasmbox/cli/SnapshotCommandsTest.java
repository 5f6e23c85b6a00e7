package dev.wasmbox.cli;

import static dev.wasmbox.cli.CommandLineRun.guest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line does with snapshots that are files. */
class SnapshotCommandsTest {

    private final CommandLineRun wasmbox;

    /** one.bin after one message, two.bin after two and five seconds. */
    SnapshotCommandsTest(@TempDir Path folder) {
        wasmbox = new CommandLineRun(folder);
        wasmbox.run(
                        List.of("up", "!!snapshot one.bin", "up", "!!clock 5000", "!!snapshot two.bin"),
                        "run",
                        guest("counter"),
                        "--freeze-time")
                .ok();
    }

    private Snapshot snapshot(String name) {
        try {
            return Snapshot.read(wasmbox.file(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void damage(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(wasmbox.file(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(wasmbox.file(name), bytes);
    }

    @Nested
    class Digest {

        @Test
        void printsWhatNamesTheStates() {
            wasmbox.run("digest", "one.bin", "two.bin")
                    .ok()
                    .answers(
                            snapshot("one.bin").digest() + "  one.bin",
                            snapshot("two.bin").digest() + "  two.bin")
                    .complainsOfNothing();
        }

        @Test
        void saysWhetherAllAreTheSameWhateverTheirForms() {
            wasmbox.run("flatten", "two.bin", "-o", "delta.bin", "--form", "delta", "--parent", "one.bin")
                    .ok();
            wasmbox.run("digest", "--same", "two.bin", "delta.bin").ok();
            wasmbox.run("digest", "--same", "two.bin", "one.bin").fails(ExitCode.NO);
            wasmbox.run("digest", "two.bin", "one.bin").ok();
        }

        @Test
        void goesOnAfterAFileThatCannotBeReadAndFailsInTheEnd() throws IOException {
            damage("one.bin");
            wasmbox.run("digest", "--same", "one.bin", "missing.bin", "two.bin")
                    .fails(ExitCode.FAILED)
                    .answers(snapshot("two.bin").digest() + "  two.bin")
                    .complainsOf("one.bin is no usable snapshot: this snapshot is damaged")
                    .complainsOf("there is no file");
            assertThat(wasmbox.err().lines()).hasSize(2);
        }

        @Test
        void speaksJson() {
            List<JsonNode> answers = wasmbox.run("digest", "--json", "one.bin", "missing.bin")
                    .fails(ExitCode.FAILED)
                    .json();
            assertThat(answers.getFirst().get("digest").asText())
                    .isEqualTo(snapshot("one.bin").digest());
            assertThat(answers.getLast().get("type").asText()).isEqualTo("error");
        }
    }

    @Nested
    class Verify {

        @Test
        void hasALineForEachFile() throws IOException {
            wasmbox.run("flatten", "two.bin", "-o", "delta.bin", "--form", "delta", "--parent", "one.bin")
                    .ok();
            String parent = snapshot("one.bin").digest().substring(0, 12);
            wasmbox.run("verify", "one.bin", "two.bin", "delta.bin")
                    .ok()
                    .answers(
                            "one.bin: good, whole, 1 message",
                            "two.bin: good, whole, 2 messages",
                            "delta.bin: good, delta from " + parent + "..., 2 messages");
            damage("one.bin");
            wasmbox.run("verify", "one.bin", "two.bin", "delta.bin", "missing.bin")
                    .fails(ExitCode.FAILED)
                    .complainsOfNothing();
            assertThat(wasmbox.lines()).hasSize(4);
            assertThat(wasmbox.lines().get(0))
                    .startsWith("one.bin: bad, this snapshot is damaged: its checksum does not match");
            assertThat(wasmbox.lines().get(1)).isEqualTo("two.bin: good, whole, 2 messages");
            assertThat(wasmbox.lines().get(2)).startsWith("delta.bin: bad, this snapshot is damaged");
            assertThat(wasmbox.lines().get(3)).startsWith("missing.bin: bad, there is no file");
        }

        @Test
        void doesNotBeginWithAFolderThatIsNotThere() {
            for (String command : List.of("verify", "digest", "inspect")) {
                wasmbox.run(command, "missing.bin", "--parents", "nowhere")
                        .fails(ExitCode.FAILED)
                        .answersNothing()
                        .complains("wasmbox: There is no folder nowhere.");
            }
        }

        @Test
        void showsControlCharactersInNamesAsPictures() throws IOException {
            Files.copy(wasmbox.file("one.bin"), wasmbox.file("\u001b[2J.bin"));
            wasmbox.run("verify", "\u001b[2J.bin", "\u001b[3J.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.out()).contains("\u241b[2J.bin: good").doesNotContain("\u001b");
            wasmbox.run("digest", "\u001b[2J.bin", "\u001b[3J.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.out() + wasmbox.err())
                    .contains("\u241b[2J.bin", "\u241b[3J.bin")
                    .doesNotContain("\u001b");
            wasmbox.run("inspect", "\u001b[2J.bin").ok();
            assertThat(wasmbox.out()).startsWith("\u241b[2J.bin: snapshot");
        }

        @Test
        void namesAParentThatIsNotThere() throws IOException {
            wasmbox.run("flatten", "two.bin", "-o", "delta.bin", "--form", "delta", "--parent", "one.bin")
                    .ok();
            Files.createDirectory(wasmbox.file("older"));
            Files.move(wasmbox.file("one.bin"), wasmbox.file("older/one.bin"));
            wasmbox.run("verify", "delta.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.out()).contains("which is not there").contains("--parents");
            wasmbox.run("verify", "delta.bin", "--parents", "older").ok();
        }

        @Test
        void restoresWhereTheModuleIsKnown() {
            wasmbox.run("verify", "--module", guest("counter"), "one.bin")
                    .ok()
                    .answers("one.bin: good, whole, 1 message, can be restored");
            wasmbox.run("flatten", "one.bin", "-o", "all.bin", "--form", "self-contained", "--module", guest("counter"))
                    .ok();
            wasmbox.run("verify", "all.bin").ok().answers("all.bin: good, self-contained, 1 message, can be restored");
            wasmbox.run("verify", "--module", guest("echo"), "one.bin").fails(ExitCode.FAILED);
            assertThat(wasmbox.out()).contains("one.bin: bad").contains("is a snapshot of the module");
        }

        @Test
        void speaksJson() throws IOException {
            damage("one.bin");
            List<JsonNode> answers = wasmbox.run("verify", "--json", "one.bin", "two.bin")
                    .fails(ExitCode.FAILED)
                    .json();
            assertThat(answers)
                    .extracting(answer -> answer.get("good").asBoolean())
                    .containsExactly(false, true);
        }
    }

    @Nested
    class Diff {

        @Test
        void tellsWhatChanged() {
            wasmbox.run("diff", "one.bin", "two.bin", "--module", guest("counter"), "--summary")
                    .ok()
                    .complainsOfNothing();
            assertThat(wasmbox.lines())
                    .startsWith(
                            "clock     1970-01-01T00:00:00Z -> 1970-01-01T00:00:05Z",
                            "uptime    0 s -> 5 s",
                            "messages  1 -> 2",
                            "outputs   1 -> 2")
                    .anyMatch(line -> line.matches("memory    \\d+ bytes in \\d+ pages of 272"))
                    .anyMatch(line -> line.matches("  heap    \\d+ bytes in \\d+ pages?"));
        }

        @Test
        void showsTheBytesAsTheyWereAndAsTheyAre() {
            wasmbox.run("diff", "one.bin", "two.bin", "--all").ok();
            List<String> rows = wasmbox.lines().stream()
                    .filter(line -> line.matches("[-+] 0x[0-9a-f]{8}  .*"))
                    .toList();
            assertThat(rows).isNotEmpty();
            for (int i = 0; i < rows.size(); i += 2) {
                assertThat(rows.get(i)).startsWith("- ").hasSizeGreaterThanOrEqualTo(79);
                assertThat(rows.get(i + 1)).startsWith("+ ");
                assertThat(rows.get(i).substring(2, 12))
                        .isEqualTo(rows.get(i + 1).substring(2, 12));
                assertThat(rows.get(i).substring(2))
                        .isNotEqualTo(rows.get(i + 1).substring(2));
            }
            assertThat(wasmbox.out()).contains("value=1").contains("value=2");
        }

        @Test
        void ofEqualStatesSaysSo() {
            wasmbox.run("diff", "one.bin", "one.bin", "--exit-code")
                    .ok()
                    .answers("The two are equal: " + snapshot("one.bin").digest());
        }

        @Test
        void hasAnExitCodeOfItsOwnOnlyWhenThatIsAsked() {
            wasmbox.run("diff", "one.bin", "two.bin").ok();
            wasmbox.run("diff", "one.bin", "two.bin", "--exit-code").fails(ExitCode.NO);
            wasmbox.run("diff", "one.bin", "missing.bin", "--exit-code").fails(ExitCode.FAILED);
            wasmbox.run("diff", "one.bin").fails(ExitCode.USAGE);
            wasmbox.run("diff", "one.bin", "two.bin", "--all", "--summary").fails(ExitCode.USAGE);
        }

        @Test
        void speaksJsonThatCanBeApplied() {
            JsonNode diff = wasmbox.run("diff", "one.bin", "two.bin", "--json")
                    .ok()
                    .json()
                    .getFirst();
            assertThat(diff.get("type").asText()).isEqualTo("diff");
            assertThat(diff.get("equal").asBoolean()).isFalse();
            assertThat(diff.get("clockNanos").asLong()).isEqualTo(5_000_000_000L);
            assertThat(diff.get("messages").asInt()).isEqualTo(1);
            assertThat(diff.get("entropy").asText()).isEqualTo("same");
            var one = snapshot("one.bin").memories().getFirst();
            var two = snapshot("two.bin").memories().getFirst();
            byte[] patched = one.read(0, one.sizeBytes());
            for (JsonNode range : diff.get("memories").get(0).get("ranges")) {
                byte[] before = HexFormat.of().parseHex(range.get("before").asText());
                byte[] after = HexFormat.of().parseHex(range.get("after").asText());
                int address = range.get("address").asInt();
                assertThat(one.read(address, before.length)).isEqualTo(before);
                System.arraycopy(after, 0, patched, address, after.length);
            }
            assertThat(patched).isEqualTo(two.read(0, two.sizeBytes()));
        }
    }

    @Nested
    class Flatten {

        @ParameterizedTest
        @ValueSource(strings = {"whole", "self-contained", "from-base", "delta"})
        void writesEveryFormOfTheSameState(String form) {
            String[] options = form.equals("delta")
                    ? new String[] {"--parent", "one.bin"}
                    : new String[] {"--module", guest("counter")};
            wasmbox.run("flatten", "two.bin", "-o", "new.bin", "--form", form, options[0], options[1])
                    .ok();
            assertThat(wasmbox.out()).startsWith("Wrote new.bin (" + form + ", ");
            wasmbox.run("digest", "new.bin", "--module", guest("counter"))
                    .ok()
                    .answers(snapshot("two.bin").digest() + "  new.bin");
            wasmbox.run("flatten", "new.bin", "-o", "back.bin", "--module", guest("counter"))
                    .ok();
            assertThat(wasmbox.file("back.bin"))
                    .hasBinaryContent(snapshot("two.bin").toBytes());
        }

        @Test
        void saysWhichOptionIsMissing() {
            wasmbox.run("flatten", "two.bin", "-o", "new.bin", "--form", "from-base")
                    .fails(ExitCode.USAGE)
                    .complains("wasmbox: --form from-base needs the snapshot's module: give it with --module.");
            wasmbox.run("flatten", "two.bin", "-o", "new.bin", "--form", "delta")
                    .fails(ExitCode.USAGE)
                    .complainsOf("--form delta needs --parent");
            wasmbox.run("flatten", "two.bin", "-o", "new.bin", "--parent", "one.bin")
                    .fails(ExitCode.USAGE)
                    .complainsOf("--parent is for --form delta only");
            wasmbox.run("flatten", "two.bin").fails(ExitCode.USAGE).complainsOf("-o");
            wasmbox.run("flatten", "two.bin", "-o", "new.bin", "--form", "zip")
                    .fails(ExitCode.USAGE)
                    .complainsOf("'zip' is none of whole, self-contained, from-base, delta.");
            assertThat(wasmbox.file("new.bin")).doesNotExist();
        }

        @Test
        void neverOverwritesUnlessForced() throws IOException {
            byte[] one = Files.readAllBytes(wasmbox.file("one.bin"));
            wasmbox.run("flatten", "two.bin", "-o", "one.bin")
                    .fails(ExitCode.FAILED)
                    .complainsOf("one.bin exists already; --force replaces it.");
            assertThat(wasmbox.file("one.bin")).hasBinaryContent(one);
            wasmbox.run("flatten", "two.bin", "-o", "one.bin", "--force").ok();
            assertThat(snapshot("one.bin")).isEqualTo(snapshot("two.bin"));
        }

        @Test
        void saysThatADeltaWithoutADifferenceIsAWhole() {
            String[] arguments = {"flatten", "one.bin", "-o", "new.bin", "-f", "--form", "delta", "--parent", "one.bin"
            };
            wasmbox.run(arguments).ok();
            assertThat(wasmbox.out()).startsWith("Wrote new.bin (whole, as it is the same state as the parent's: ");
            List<String> inJson = new ArrayList<>(List.of(arguments));
            inJson.add("--json");
            wasmbox.run(inJson.toArray(String[]::new)).ok();
            assertThat(wasmbox.json().getFirst().get("form").asText()).isEqualTo("whole");
        }

        @Test
        void replacesRegularFilesOnly() throws IOException {
            Path link = Files.createSymbolicLink(wasmbox.file("link.bin"), Path.of("one.bin"));
            wasmbox.run("flatten", "two.bin", "-o", "link.bin", "--force")
                    .fails(ExitCode.FAILED)
                    .complainsOf("link.bin is a symbolic link, which is not replaced; name the file itself.");
            assertThat(link).isSymbolicLink();
            Path device = Path.of("/dev/full");
            Assumptions.assumeTrue(Files.exists(device));
            wasmbox.run("flatten", "two.bin", "-o", device.toString(), "--force")
                    .fails(ExitCode.FAILED)
                    .complains("wasmbox: /dev/full is not a regular file.");
        }

        @Test
        void aDeltaFromTheBaseIsReadWithTheModuleOnly() {
            wasmbox.run("flatten", "two.bin", "-o", "small.bin", "--form", "from-base", "--module", guest("counter"))
                    .ok();
            wasmbox.run("digest", "small.bin").fails(ExitCode.FAILED).complainsOf("name that module with --module.");
        }
    }

    @Nested
    class Freeze {

        @Test
        void andRunLookForParentsInOtherFolders() throws IOException {
            wasmbox.run("flatten", "two.bin", "-o", "delta.bin", "--form", "delta", "--parent", "one.bin")
                    .ok();
            Files.createDirectory(wasmbox.file("old"));
            Files.move(wasmbox.file("one.bin"), wasmbox.file("old/one.bin"));
            wasmbox.run("freeze", guest("counter"), "delta.bin", "-o", "two.wasm")
                    .fails(ExitCode.FAILED)
                    .complainsOf("with --parents");
            wasmbox.run("freeze", guest("counter"), "delta.bin", "-o", "two.wasm", "--parents", "old")
                    .ok();
            wasmbox.run("run", guest("counter"), "--restore", "delta.bin")
                    .fails(ExitCode.FAILED)
                    .complainsOf("with --parents");
            wasmbox.run(
                            List.of("!!restore delta.bin", "up"),
                            "run",
                            guest("counter"),
                            "--restore",
                            "delta.bin",
                            "--parents",
                            "old")
                    .ok()
                    .answers("Restored from delta.bin", "Restored from delta.bin", "==> [value=3]");
            wasmbox.run("run", guest("counter"), "--parents", "nowhere")
                    .fails(ExitCode.FAILED)
                    .complains("wasmbox: There is no folder nowhere.");
        }

        @Test
        void makesAModuleThatGoesOn() throws IOException {
            wasmbox.run("freeze", guest("counter"), "two.bin", "-o", "two.wasm").ok();
            assertThat(wasmbox.out()).matches("Froze to two.wasm \\(.*, the module has .*\\)\n");
            wasmbox.run(List.of("up"), "run", "two.wasm").ok().answers("==> [value=3]");
            JsonNode answer = wasmbox.run("freeze", guest("counter"), "two.bin", "-o", "two.wasm", "--force", "--json")
                    .ok()
                    .json()
                    .getFirst();
            assertThat(answer.get("bytes").asLong()).isEqualTo(Files.size(wasmbox.file("two.wasm")));
            wasmbox.run("freeze", guest("echo"), "two.bin", "-o", "other.wasm")
                    .fails(ExitCode.FAILED)
                    .complainsOf("is a snapshot of the module");
            assertThat(wasmbox.file("other.wasm")).doesNotExist();
        }
    }

    @Nested
    class Extract {

        @Test
        void writesTheMemoryOrAPartOfIt() {
            var memory = snapshot("two.bin").memories().getFirst();
            wasmbox.run("extract", "memory", "two.bin", "-o", "memory.raw")
                    .ok()
                    .answers("Wrote memory.raw (" + memory.sizeBytes() + " bytes)");
            assertThat(wasmbox.file("memory.raw")).hasBinaryContent(memory.read(0, memory.sizeBytes()));
            wasmbox.run("extract", "memory", "two.bin", "-o", "part.raw", "--range", "0x100000..1048600")
                    .ok()
                    .answers("Wrote part.raw (24 bytes)");
            assertThat(wasmbox.file("part.raw")).hasBinaryContent(memory.read(0x100000, 24));
            byte[] end = memory.read(memory.sizeBytes() - 6, 6);
            wasmbox.run("extract", "memory", "two.bin", "-o", "-", "--range", (memory.sizeBytes() - 6) + "..")
                    .ok();
            assertThat(wasmbox.out()).isEqualTo(new String(end, StandardCharsets.UTF_8));
        }

        @Test
        void writesTheModuleOfASelfContainedSnapshot() throws IOException {
            wasmbox.run("flatten", "one.bin", "-o", "all.bin", "--form", "self-contained", "--module", guest("counter"))
                    .ok();
            wasmbox.run("extract", "module", "all.bin", "-o", "m.wasm").ok();
            assertThat(wasmbox.file("m.wasm")).hasSameBinaryContentAs(Path.of(guest("counter")));
            wasmbox.run("extract", "module", "one.bin", "-o", "n.wasm").fails(ExitCode.USAGE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"..99999999", "2000000..", "0..x", "9..3", "-1..2", "12"})
        void refusesWhatIsNoPart(String range) {
            wasmbox.run("extract", "memory", "two.bin", "-o", "part.raw", "--range=" + range);
            assertThat(wasmbox.err()).startsWith("wasmbox: ");
            assertThat(wasmbox.file("part.raw")).doesNotExist();
        }

        @Test
        void refusesAMemoryThatIsNotThere() {
            wasmbox.run("extract", "memory", "two.bin", "-o", "x.raw", "--memory", "1")
                    .fails(ExitCode.FAILED)
                    .complains("wasmbox: two.bin has no memory 1; its last is 0.");
        }

        @Test
        void speaksJson() {
            JsonNode answer = wasmbox.run("extract", "memory", "two.bin", "-o", "m.raw", "--range", "..16", "--json")
                    .ok()
                    .json()
                    .getFirst();
            assertThat(answer.get("bytes").asInt()).isEqualTo(16);
            wasmbox.run("extract", "memory", "two.bin", "-o", "-", "--json").fails(ExitCode.USAGE);
        }
    }

    @Nested
    class StringsAndSearch {

        @Test
        void findWhatTheGuestSaid() {
            wasmbox.run("strings", "two.bin", "--module", guest("counter"), "--region", "heap")
                    .ok();
            assertThat(wasmbox.lines()).anyMatch(line -> line.matches("0x[0-9a-f]{8}  heap   value=2"));
            assertThat(wasmbox.out()).doesNotContain("data ");
            String line = wasmbox.lines().stream()
                    .filter(text -> text.endsWith("value=2"))
                    .findFirst()
                    .orElseThrow();
            wasmbox.run("search", "two.bin", "value=2").ok();
            assertThat(wasmbox.out())
                    .contains(line.substring(0, 10) + "  76 61 6c 75 65 3d 32 ")
                    .contains("value=2");
            wasmbox.run("search", "two.bin", "--hex", "76616c75 65 3d 32").ok();
            assertThat(wasmbox.out()).contains(line.substring(0, 10));
        }

        @Test
        void endWithAnotherCodeWhereNothingIsFound() {
            wasmbox.run("search", "two.bin", "value=77").fails(ExitCode.NO).answersNothing();
            wasmbox.run("search", "missing.bin", "value=77").fails(ExitCode.FAILED);
        }

        @Test
        void sayWhatTheyNeed() {
            wasmbox.run("search", "two.bin").fails(ExitCode.USAGE).complainsOf("either TEXT or --hex");
            wasmbox.run("search", "two.bin", "a", "--hex", "61").fails(ExitCode.USAGE);
            wasmbox.run("search", "two.bin", "--hex", "6").fails(ExitCode.USAGE);
            wasmbox.run("search", "two.bin", "").fails(ExitCode.USAGE);
            wasmbox.run("strings", "two.bin", "-n", "0").fails(ExitCode.USAGE);
            wasmbox.run("strings", "two.bin", "--region", "heap")
                    .fails(ExitCode.USAGE)
                    .complainsOf("give it with --module");
        }

        @Test
        void speakJson() {
            assertThat(wasmbox.run("strings", "two.bin", "--json").ok().json())
                    .anyMatch(answer -> answer.get("text").asText().equals("value=2"));
            JsonNode found = wasmbox.run("search", "two.bin", "value=2", "--json")
                    .ok()
                    .json()
                    .getFirst();
            assertThat(found.get("bytes").asText()).startsWith("76616c75653d32");
        }
    }

    @Nested
    class Picture {

        @Test
        void isAPageOfItsOwn() {
            wasmbox.run("picture", "one.bin", "-o", "one.html").ok();
            assertThat(wasmbox.out()).startsWith("Drew one.html (");
            assertThat(wasmbox.file("one.html"))
                    .content()
                    .startsWith("<!doctype html>")
                    .contains("one.bin");
            wasmbox.run("picture", "one.bin", "two.bin", "--module", guest("counter"), "-o", "two.html", "--json")
                    .ok();
            assertThat(wasmbox.json().getFirst().get("file").asText()).isEqualTo("two.html");
            wasmbox.run("picture", "one.bin", "-o", "one.html").fails(ExitCode.FAILED);
        }
    }

    @Nested
    class Inspect {

        @Test
        void tellsOfADeltaWhatItsFileSays() throws IOException {
            wasmbox.run("flatten", "two.bin", "-o", "delta.bin", "--form", "delta", "--parent", "one.bin")
                    .ok();
            String parent = snapshot("one.bin").digest();
            JsonNode whole =
                    wasmbox.run("inspect", "delta.bin", "--json").ok().json().getFirst();
            assertThat(whole.get("form").asText()).isEqualTo("delta");
            assertThat(whole.get("parent").asText()).isEqualTo(parent);
            assertThat(whole.get("messages").asInt()).isEqualTo(2);
            Files.delete(wasmbox.file("one.bin"));
            JsonNode alone =
                    wasmbox.run("inspect", "delta.bin", "--json").ok().json().getFirst();
            assertThat(alone.get("digest")).isEqualTo(whole.get("digest"));
            assertThat(alone.get("messages")).isNull();
            assertThat(alone.get("unreadable").asText()).contains("which is not there");
        }

        @Test
        void tellsWhatTheMemoryIsFor() throws IOException {
            JsonNode answer = wasmbox.run("inspect", "two.bin", "--module", guest("counter"), "--json")
                    .ok()
                    .json()
                    .getFirst();
            assertThat(answer.get("memories").get(0).get("regions"))
                    .extracting(region -> region.get("region").asText())
                    .containsExactly("stack", "data", "heap");
            assertThat(answer.get("sections")).isNotEmpty();
            assertThat(answer.get("globals").get(0).get("type").asText()).isEqualTo("i32");
            wasmbox.run("inspect", guest("counter")).ok();
            assertThat(wasmbox.out()).contains("stack: ").contains("heap: ").contains("__heap_base");
            assertThat(GuestModule.load(Path.of(guest("counter"))).digest())
                    .isEqualTo(answer.get("module").asText());
        }
    }
}
