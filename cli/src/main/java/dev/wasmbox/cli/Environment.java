package dev.wasmbox.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line knows of the process around it, so that tests can make another.
 *
 * @param variables the environment variables
 * @param directory the working directory
 * @param terminalIn whether standard input is a terminal
 * @param terminalOut whether standard output is a terminal
 * @param terminalErr whether standard error is a terminal
 * @param time the host's time
 */
record Environment(
        Map<String, String> variables,
        Path directory,
        boolean terminalIn,
        boolean terminalOut,
        boolean terminalErr,
        InstantSource time) {

    /** The system property by which the launcher says which of in, out and err are terminals, for example "in,out". */
    private static final String TERMINALS = "wasmbox.terminals";

    /** The environment of this process. */
    static Environment ofProcess() {
        String terminals = System.getProperty(TERMINALS);
        if (terminals == null) {
            // Without the launcher, ask Java, which loads much for that.
            terminals = Optional.ofNullable(System.console())
                            .filter(java.io.Console::isTerminal)
                            .isPresent()
                    ? "in,out,err"
                    : "";
        }
        return new Environment(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                terminals.contains("in"),
                terminals.contains("out"),
                terminals.contains("err"),
                InstantSource.system());
    }

    /** A path as the user meant it. */
    Path resolve(Path path) {
        return directory.resolve(path);
    }

    /** Whether colours may be used on a stream that is a terminal or not. */
    boolean colours(boolean terminal) {
        return terminal
                && variables.getOrDefault("NO_COLOR", "").isEmpty()
                && !variables.getOrDefault("TERM", "").equals("dumb");
    }

    /** The folder of compiled code and other things that can be made again. */
    Path cacheFolder() {
        return folder("XDG_CACHE_HOME", ".cache");
    }

    /** The folder of the signing key. */
    Path configFolder() {
        return folder("XDG_CONFIG_HOME", ".config");
    }

    /** The folder of the history of what was typed. */
    Path stateFolder() {
        return folder("XDG_STATE_HOME", ".local/state");
    }

    private Path folder(String variable, String fallback) {
        String base = variables.getOrDefault(variable, "");
        // The specification of these variables has relative paths ignored.
        Path folder = !base.isEmpty() && Path.of(base).isAbsolute()
                ? Path.of(base)
                : resolve(Path.of(variables.getOrDefault("HOME", System.getProperty("user.home")), fallback));
        return folder.resolve("wasmbox");
    }
}
