package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Engine;
import dev.wasmbox.Limits;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.Seed;
import java.util.OptionalLong;

/** Boxes with script languages, for those who look at what helps to type. */
final class ScriptBoxes {

    private ScriptBoxes() {}

    /** A box that says on a console what becomes of scripts. */
    static ScriptBox start(ScriptLanguage language, Console console) {
        ScriptEngine engine = language.load(ModuleOptions.standard().withEngine(Engine.INTERPRETED));
        return engine.start(new ScriptOptions(
                Limits.standard(),
                Seed.standard(),
                BoxClock.fixed(CommandLineRun.NOW),
                OptionalLong.empty(),
                new TextScriptAnswers(console, language, true),
                _ -> {}));
    }

    /** How something may go on after a script, which leaves no trace. */
    static SessionBox.Completions complete(ScriptBox box, String script, String before) {
        box.send(script, false);
        String digest = box.snapshot().digest();
        SessionBox.Completions completions = box.complete(before);
        if (!box.snapshot().digest().equals(digest)) {
            throw new AssertionError("completing " + before + " has changed the box");
        }
        return completions;
    }
}
