package dev.wasmbox.cli;

import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.python.Python;
import dev.wasmbox.python.PythonOptions;

/** Python. */
record PythonLanguage() implements ScriptLanguage {

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
