package dev.wasmbox.cli;

import dev.wasmbox.TrapException;
import java.io.PrintStream;
import java.util.Locale;

/** What is said of scripts, for programs: one JSON object a line on standard output. */
final class JsonScriptAnswers implements ScriptAnswers {

    private final PrintStream out;
    private final Answers session;

    JsonScriptAnswers(PrintStream out) {
        this.out = out;
        this.session = new JsonAnswers(out);
    }

    @Override
    public Answers session() {
        return session;
    }

    @Override
    public boolean areForPeople() {
        return false;
    }

    @Override
    public void console(Level level, String text, boolean isLine) {
        out.println(Json.ofType("console")
                .with("level", level.name().toLowerCase(Locale.ROOT))
                .with("text", text));
    }

    @Override
    public void sent(ScriptValue value) {
        out.println(of("output", value));
    }

    @Override
    public void value(ScriptValue value) {
        out.println(of("value", value));
    }

    private static Json of(String type, ScriptValue value) {
        return Json.ofType(type).with("kind", value.kind()).with("value", value.json());
    }

    @Override
    public void thrown(ScriptError error) {
        out.println(of("thrown", error));
    }

    @Override
    public void uncaught(ScriptError error) {
        out.println(of("uncaught", error));
    }

    private static Json of(String kind, ScriptError error) {
        Json json = Json.ofType("error")
                .with("kind", kind)
                .with("name", error.name())
                .with("message", error.message());
        ScriptError.Place place = error.place();
        if (place != null) {
            json.with("source", place.source()).with("line", place.line());
            place.column().ifPresent(column -> json.with("column", column));
        }
        if (error.value() != null) {
            json.with("value", error.value().json());
        }
        return json.with("stack", error.stack());
    }

    @Override
    public void takenBack(TrapException trap) {
        out.println(Json.ofType("error")
                .with("kind", "ended")
                .with("reason", trap.reason().name().toLowerCase(Locale.ROOT))
                .with("message", trap.getMessage()));
    }

    @Override
    public void help() {
        out.println(Json.ofType("help").with("commands", SessionHelp.usages(SessionHelp.OF_SCRIPTS)));
    }
}
