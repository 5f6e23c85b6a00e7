package dev.wasmbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs of the command line in a folder of their own, with a clock that stands, and what they answered. */
final class CommandLineRun {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final Path folder;
    private final Map<String, String> variables = new HashMap<>();
    private String out = "";
    private String err = "";
    private int exitCode = -1;

    CommandLineRun(Path folder) {
        this.folder = folder;
        variables.putAll(System.getenv());
        variables.keySet().removeIf(name -> name.startsWith("XDG_"));
        variables.put("HOME", folder.resolve("home").toString());
    }

    /** A guest of the repository's. */
    static String guest(String name) {
        Path guest = root().resolve("build/guests/debian/" + name + ".wasm");
        assertThat(guest)
                .withFailMessage("%s is missing: run scripts/build-guests", guest)
                .exists();
        return guest.toString();
    }

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("guests/rust"))) {
            folder = Objects.requireNonNull(folder.getParent(), "the repository");
        }
        return folder;
    }

    CommandLineRun with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** Runs the command line without input. */
    CommandLineRun run(String... arguments) {
        return run(List.of(), arguments);
    }

    /** Runs the command line with lines of input. */
    CommandLineRun run(List<String> lines, String... arguments) {
        return runBytes(String.join("\n", lines).getBytes(StandardCharsets.UTF_8), arguments);
    }

    CommandLineRun runBytes(byte[] input, String... arguments) {
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        exitCode = Main.run(
                arguments,
                new ByteArrayInputStream(input),
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                new Environment(variables, folder, false, false, false, InstantSource.fixed(NOW)));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        assertThat(err).doesNotContain("\tat ");
        return this;
    }

    /** A console that nobody reads, here. */
    Console console() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Console(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                new Environment(variables, folder, false, false, false, InstantSource.fixed(NOW)));
    }

    /** Runs the command line in a Java process of its own. */
    CommandLineRun runProcess(List<String> lines, String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dwasmbox.terminals=",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        Path input = Files.writeString(folder.resolve("input.txt"), String.join("\n", lines));
        Path errors = folder.resolve("errors.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        exitCode = process.waitFor();
        err = Files.readString(errors);
        return this;
    }

    CommandLineRun ok() {
        assertThat(exitCode).as(err + out).isZero();
        return this;
    }

    CommandLineRun fails(int expected) {
        assertThat(exitCode).as(err + out).isEqualTo(expected);
        return this;
    }

    CommandLineRun answers(String... lines) {
        assertThat(out.lines()).as(err).containsExactly(lines);
        return this;
    }

    CommandLineRun answersNothing() {
        assertThat(out).isEmpty();
        return this;
    }

    CommandLineRun complains(String... lines) {
        assertThat(err.lines()).containsExactly(lines);
        return this;
    }

    CommandLineRun complainsOf(String part) {
        assertThat(err).contains(part);
        return this;
    }

    CommandLineRun complainsOfNothing() {
        assertThat(err).isEmpty();
        return this;
    }

    List<String> lines() {
        return out.lines().toList();
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }

    /** Every line of the answer, which has to be a JSON object. */
    List<JsonNode> json() {
        ObjectMapper mapper = new ObjectMapper();
        return out.lines()
                .map(line -> {
                    try {
                        return mapper.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError("this is no JSON: " + line, e);
                    }
                })
                .toList();
    }

    Path file(String name) {
        return folder.resolve(name);
    }
}
