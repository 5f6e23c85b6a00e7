package dev.wasmbox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands, and how their options are read. */
final class Commands {

    private static final Map<String, Function<Console, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("js", JsCommand::new);
        COMMANDS.put("python", PythonCommand::new);
        COMMANDS.put("new", NewCommand::new);
        COMMANDS.put("build", BuildCommand::new);
        COMMANDS.put("compile", CompileCommand::new);
        COMMANDS.put("inspect", InspectCommand::new);
        COMMANDS.put("contract", ContractCommand::new);
        COMMANDS.put("types", TypesCommand::new);
        COMMANDS.put("digest", DigestCommand::new);
        COMMANDS.put("verify", VerifyCommand::new);
        COMMANDS.put("diff", DiffCommand::new);
        COMMANDS.put("picture", PictureCommand::new);
        COMMANDS.put("strings", StringsCommand::new);
        COMMANDS.put("search", SearchCommand::new);
        COMMANDS.put("extract", ExtractCommand::new);
        COMMANDS.put("flatten", FlattenCommand::new);
        COMMANDS.put("freeze", FreezeCommand::new);
        COMMANDS.put("upgrade", UpgradeCommand::new);
    }

    /** Shorter words for some of them. */
    private static final Map<String, String> ALIASES = Map.of("py", "python");

    private Commands() {}

    /** The command that a word means, if there is such a command; the word itself otherwise. */
    static String named(String word) {
        return ALIASES.getOrDefault(word, word);
    }

    static int execute(String[] arguments, Console console) {
        CommandLine commandLine = commandLine(arguments, console);
        if (arguments.length == 0) {
            Environment environment = console.environment();
            commandLine.usage(console.err(), ansi(environment, environment.terminalErr()));
            return ExitCode.USAGE;
        }
        return commandLine.execute(arguments);
    }

    private static CommandLine commandLine(String[] arguments, Console console) {
        CommandLine commandLine = new CommandLine(new Root());
        // A command that is named needs no other, and looking at each costs time.
        String named = arguments.length == 0 ? "" : named(arguments[0]);
        COMMANDS.forEach((name, command) -> {
            if (name.equals(named) || !COMMANDS.containsKey(named)) {
                commandLine.addSubcommand(name, command.apply(console), aliases(name));
            }
        });
        commandLine.addMixin("common", new CommonOptions());
        // Each once, whatever it is called.
        Set<CommandLine> commands =
                new LinkedHashSet<>(commandLine.getSubcommands().values());
        commands.forEach(command -> command.addMixin("common", new CommonOptions()));
        commands.forEach(Commands::describeSession);
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
                .setExecutionExceptionHandler(
                        (e, _, parsed) -> Main.failed(e, parsed.originalArgs().toArray(String[]::new), console));
        for (CommandLine command : commands) {
            if (command.getCommand() instanceof ScriptCommand) {
                command.setStopAtPositional(true); // what follows the script's name is the script's
            }
        }
        if (List.of(arguments).contains("--version") || List.of(arguments).contains("-V")) {
            commandLine.getCommandSpec().version("wasmbox " + version());
        }
        return commandLine;
    }

    private static String[] aliases(String name) {
        return ALIASES.entrySet().stream()
                .filter(alias -> alias.getValue().equals(name))
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
    }

    private static void describeSession(CommandLine command) {
        List<SessionHelp> commands =
                switch (command.<Object>getCommand()) {
                    case RunCommand _ -> SessionHelp.COMMANDS;
                    case ScriptCommand _ -> SessionHelp.OF_SCRIPTS;
                    default -> List.of();
                };
        if (commands.isEmpty()) {
            return;
        }
        var usage = command.getCommandSpec().usageMessage();
        List<String> whole = new ArrayList<>(List.of(usage.description()));
        commands.forEach(each -> whole.add("  " + each.paddedUsage() + each.meaning()));
        whole.add("");
        SessionHelp.NOTES.forEach(note -> whole.add("  " + note));
        whole.add("");
        usage.description(whole.toArray(String[]::new));
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
