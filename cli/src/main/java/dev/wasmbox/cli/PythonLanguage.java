package dev.wasmbox.cli;

import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.python.Python;
import dev.wasmbox.python.PythonOptions;
import java.util.Set;

/** Python. */
record PythonLanguage() implements ScriptLanguage {

    /** How far a block is within another one. */
    static final int BLOCK = 4;

    /** What a block ends with, mostly. */
    private static final Set<String> LAST_STATEMENTS = Set.of("return", "pass", "break", "continue", "raise");

    @Override
    public String name() {
        return "Python";
    }

    @Override
    public String command() {
        return "python";
    }

    @Override
    public String prompt() {
        return ">>> ";
    }

    @Override
    public String inputName(long number) {
        return "<input " + number + ">";
    }

    @Override
    public String codeName() {
        return "<string>";
    }

    @Override
    public String standardInputName() {
        return "<stdin>";
    }

    @Override
    public ScriptTokens tokens(String source) {
        return new PythonTokens(source);
    }

    /** As the statement that goes on, and further within a block that it begins or a bracket that it leaves open. */
    @Override
    public int indentation(String before) {
        PythonTokens tokens = new PythonTokens(before);
        StringBuilder code = new StringBuilder();
        tokens.visit((kind, text) -> {
            switch (kind) {
                case COMMENT -> {}
                case STRING -> code.append('"'); // which may have lines and brackets of its own
                default -> code.append(text);
            }
        });
        if (tokens.endsInText()) {
            return 0;
        }
        int brackets = 0;
        int begin = 0;
        for (int i = 0; i < code.length(); i++) {
            switch (code.charAt(i)) {
                case '(', '[', '{' -> brackets++;
                case ')', ']', '}' -> brackets--;
                case '\n' -> begin = brackets > 0 || code.charAt(Math.max(0, i - 1)) == '\\' ? begin : i + 1;
                default -> {}
            }
        }
        String statement = code.substring(begin).stripTrailing();
        int indentation = statement.length() - statement.stripLeading().length();
        if (brackets > 0 || statement.endsWith(":") || statement.endsWith("\\")) {
            return indentation + BLOCK;
        }
        String firstWord = statement.strip().split("\\W", 2)[0];
        return LAST_STATEMENTS.contains(firstWord) ? Math.max(0, indentation - BLOCK) : indentation;
    }

    @Override
    public ScriptEngine load(ModuleOptions options) {
        return new Engine(this, Python.load(options));
    }

    private record Engine(ScriptLanguage language, Python engine) implements ScriptEngine {

        @Override
        public GuestModule module() {
            return engine.module();
        }

        @Override
        public ScriptBox start(ScriptOptions options) {
            return new PythonScriptBox(language, module(), engine.start(translated(options)), options.answers());
        }

        @Override
        public ScriptBox restore(Snapshot snapshot, RestoreOptions restoring, ScriptOptions options) {
            return new PythonScriptBox(
                    language, module(), engine.restore(snapshot, translated(options), restoring), options.answers());
        }

        private static PythonOptions translated(ScriptOptions options) {
            ScriptAnswers answers = options.answers();
            PythonOptions translated = PythonOptions.standard()
                    .withLimits(options.limits())
                    .withSeed(options.seed())
                    .withClock(options.clock())
                    .withConsole((stream, text) -> answers.console(
                            switch (stream) {
                                case OUTPUT -> ScriptAnswers.Level.LOG;
                                case ERROR -> ScriptAnswers.Level.ERROR;
                            },
                            text,
                            false))
                    .withSent(value -> answers.sent(new PythonScriptValue(value)));
            return options.steps().isEmpty()
                    ? translated
                    : translated.withSteps(options.steps().getAsLong());
        }
    }
}
