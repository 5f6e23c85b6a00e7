package dev.wasmbox.cli;

import dev.wasmbox.WasmBoxException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a function, and the process around it. */
public final class Main {

    private static final Map<String, Function<Console, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("new", NewCommand::new);
        COMMANDS.put("build", BuildCommand::new);
        COMMANDS.put("compile", CompileCommand::new);
        COMMANDS.put("inspect", InspectCommand::new);
    }

    private Main() {}

    /**
     * The process: ends with the exit code of {@link #run}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        int exitCode = run(
                arguments, System.in, stream(FileDescriptor.out), stream(FileDescriptor.err), Environment.ofProcess());
        // Not at the end of main: a thread that JLine may have left must not keep the process.
        System.exit(exitCode);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /**
     * Runs a command line.
     *
     * @param arguments the command and its arguments
     * @param in standard input, in UTF-8
     * @param out gets the answers
     * @param err gets complaints, progress, and what guests write
     * @param environment what is around
     * @return the exit code
     */
    static int run(String[] arguments, InputStream in, PrintStream out, PrintStream err, Environment environment) {
        Console console = new Console(in, out, err, environment);
        CommandLine commandLine = commandLine(arguments, console);
        if (arguments.length == 0) {
            commandLine.usage(err, ansi(environment, environment.terminalErr()));
            return ExitCode.USAGE;
        }
        int exitCode = commandLine.execute(arguments);
        if (out.checkError() && exitCode == ExitCode.OK) {
            return ExitCode.FAILED; // whoever read the answers is gone
        }
        return exitCode;
    }

    private static CommandLine commandLine(String[] arguments, Console console) {
        CommandLine commandLine = new CommandLine(new Root());
        // A command that is named needs no other, and looking at each costs time.
        Function<Console, Object> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (named != null) {
            commandLine.addSubcommand(arguments[0], named.apply(console));
        } else {
            COMMANDS.forEach((name, command) -> commandLine.addSubcommand(name, command.apply(console)));
        }
        commandLine.addMixin("common", new CommonOptions());
        commandLine.getSubcommands().values().forEach(command -> command.addMixin("common", new CommonOptions()));
        describeSession(commandLine);
        commandLine
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        ansi(console.environment(), console.environment().terminalOut())))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, args) -> misused(e, args, console))
                .setExecutionExceptionHandler((e, _, parsed) -> failed(e, parsed, console));
        if (List.of(arguments).contains("--version") || List.of(arguments).contains("-V")) {
            commandLine.getCommandSpec().version("wasmbox " + version());
        }
        return commandLine;
    }

    private static void describeSession(CommandLine commandLine) {
        CommandLine run = commandLine.getSubcommands().get("run");
        if (run != null) {
            var usage = run.getCommandSpec().usageMessage();
            String[] description = usage.description();
            String[] whole = Arrays.copyOf(description, description.length + SessionHelp.COMMANDS.size() + 1);
            int next = description.length;
            for (SessionHelp command : SessionHelp.COMMANDS) {
                whole[next++] = "  " + (command.usage() + "                  ").substring(0, 18) + command.meaning();
            }
            whole[next] = "";
            usage.description(whole);
        }
    }

    private static Ansi ansi(Environment environment, boolean terminal) {
        return environment.colours(terminal) ? Ansi.ON : Ansi.OFF;
    }

    private static int misused(ParameterException exception, String[] arguments, Console console) {
        String sentence = Failure.sentence(exception);
        console.complain(sentence.endsWith(".") ? sentence : sentence + ".");
        if (exception instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                console.err().println("Perhaps you mean: " + String.join(", ", suggestions));
            }
        }
        console.err()
                .println("Try: " + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        if (Arrays.asList(arguments).contains("--debug")) {
            exception.printStackTrace(console.err());
        }
        return ExitCode.USAGE;
    }

    private static int failed(Exception exception, CommandLine.ParseResult parsed, Console console) {
        Failure failure =
                switch (exception) {
                    case Failure itself -> itself;
                    case IOException e -> Failure.of(e);
                    case WasmBoxException e -> new Failure(ExitCode.FAILED, Failure.sentence(e), e);
                    default ->
                        new Failure(
                                ExitCode.FAILED,
                                "This is a mistake in wasmbox (" + exception
                                        + "); please report it with what --debug shows.",
                                exception);
                };
        String sentence = Failure.sentence(failure);
        console.complain(sentence.endsWith(".") ? sentence : sentence + ".");
        if (parsed.originalArgs().contains("--debug")) {
            exception.printStackTrace(console.err());
        }
        return failure.exitCode();
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream stream = Objects.requireNonNull(Main.class.getResourceAsStream("version.properties"))) {
            properties.load(stream);
        } catch (IOException e) {
            return "of unknown version";
        }
        return properties.getProperty("version");
    }
}
