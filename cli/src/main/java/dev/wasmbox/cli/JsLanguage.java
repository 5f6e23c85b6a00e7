package dev.wasmbox.cli;

import dev.wasmbox.GuestModule;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.javascript.JavaScript;
import dev.wasmbox.javascript.JavaScriptOptions;
import java.time.Duration;

/** JavaScript. */
record JsLanguage() implements ScriptLanguage {

    /** How far a clock moves on by itself, for timers. */
    private static final Duration ADVANCE = Duration.ofHours(1);

    @Override
    public String name() {
        return "JavaScript";
    }

    @Override
    public String command() {
        return "js";
    }

    @Override
    public String prompt() {
        return "> ";
    }

    @Override
    public String inputName(long number) {
        return "input " + number;
    }

    @Override
    public String codeName() {
        return "[eval]";
    }

    @Override
    public String standardInputName() {
        return "[stdin]";
    }

    @Override
    public ScriptTokens tokens(String source) {
        return new JsTokens(source);
    }

    @Override
    public ScriptEngine load(ModuleOptions options) {
        return new Engine(this, JavaScript.load(options));
    }

    private record Engine(ScriptLanguage language, JavaScript engine) implements ScriptEngine {

        @Override
        public GuestModule module() {
            return engine.module();
        }

        @Override
        public ScriptBox start(ScriptOptions options) {
            return new JsScriptBox(language, module(), engine.start(translated(options)), options.answers());
        }

        @Override
        public ScriptBox restore(Snapshot snapshot, RestoreOptions restoring, ScriptOptions options) {
            return new JsScriptBox(
                    language, module(), engine.restore(snapshot, translated(options), restoring), options.answers());
        }

        private static JavaScriptOptions translated(ScriptOptions options) {
            ScriptAnswers answers = options.answers();
            JavaScriptOptions translated = JavaScriptOptions.standard()
                    .withLimits(options.limits())
                    .withSeed(options.seed())
                    .withClock(options.clock())
                    .withAdvance(ADVANCE)
                    .withConsole(
                            (level, text) -> answers.console(ScriptAnswers.Level.valueOf(level.name()), text, true))
                    .withSent(value -> answers.sent(new JsScriptValue(value)))
                    .withUncaught(exception -> options.uncaught().accept(JsScriptBox.error(exception)));
            return options.steps().isEmpty()
                    ? translated
                    : translated.withSteps(options.steps().getAsLong());
        }
    }
}
