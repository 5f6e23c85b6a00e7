package dev.wasmbox.cli;

import dev.wasmbox.javascript.JavaScript;
import dev.wasmbox.python.Python;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * What Java watches while the launcher makes its AOT cache: the usual commands, often enough that the profiles of the hot
 * methods are worth keeping. Not for people.
 */
final class Training {

    private static final int ROUNDS = 3;

    /** The same bytes as those of texts, so that the same guest can be spoken to in JSON. */
    private static final String CONTRACT =
            "wasmbox 1; codec \"bincode-1\"; input Message; output Message; struct Message { text: String }";

    private Training() {}

    /**
     * Trains.
     *
     * @param arguments a guest's module, and an empty folder for files that nobody needs afterwards
     */
    public static void main(String[] arguments) throws IOException {
        String guest = arguments[0];
        Path folder = Path.of(arguments[1]);
        Environment environment =
                new Environment(Map.of("HOME", folder.toString()), folder, false, false, false, InstantSource.system());
        run(environment, "", "--help");
        run(environment, "", "inspect", guest);
        for (int round = 0; round < ROUNDS; round++) {
            String snapshot = "training-" + round + ".bin";
            String session =
                    "up\n!!snapshot " + snapshot + "\nup\n!!undo\n!!fork\n!!restore " + snapshot + "\n!!info\n";
            run(environment, session, "run", "--freeze-time", guest);
            run(environment, "up\n", "run", guest, "--restore", snapshot);
        }
        if (JavaScript.class.getResource("javascript.wasm") != null) {
            trainJavaScript(environment);
        }
        if (Python.class.getResource("python.wasm") != null) {
            trainPython(environment);
        }
        run(environment, "up\n!!clock\n!!help\n!!frob\n", "run", guest, "--json");
        Files.writeString(folder.resolve("contract.txt"), CONTRACT);
        run(environment, "", "contract", guest, "contract.txt", "-o", "typed.wasm", "--replace");
        for (int round = 0; round < ROUNDS; round++) {
            run(environment, "{\"text\":\"up\"}\n{\"text\":1}\nup\n", "run", "typed.wasm");
        }
        run(environment, "{\"text\":\"up\"}\n!!help\n", "run", "typed.wasm", "--json");
        run(environment, "", "inspect", "training-0.bin");
        run(environment, "", "digest", "training-0.bin");
        run(environment, "", "diff", "training-0.bin", "training-1.bin", "--module", guest);
    }

    private static void trainJavaScript(Environment environment) {
        String script = "let total = 0\nfor (const n of [1, 2.5]) {\n  total += n\n}\n({ total, a: ['x', null] })\n"
                + "console.log(total)\n";
        train(environment, script, "js");
    }

    private static void trainPython(Environment environment) {
        String script = "total = 0\nfor n in [1, 2.5]:\n  total += n\n\n{'total': total, 'a': ['x', None]}\n"
                + "print(total)\n";
        train(environment, script, "python");
    }

    private static void train(Environment environment, String script, String command) {
        for (int round = 0; round < ROUNDS; round++) {
            String snapshot = "training-" + command + "-" + round + ".bin";
            run(environment, script + "!!snapshot " + snapshot + "\n!!undo\n!!fork\nno()\n", command);
            run(environment, "", command, "-e", "1+1");
            run(environment, "total\n", command, snapshot);
        }
    }

    private static void run(Environment environment, String input, String... arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        int exitCode = Main.run(
                arguments,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                nowhere,
                nowhere,
                environment);
        if (exitCode != ExitCode.OK) {
            throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exitCode);
        }
    }
}
