package dev.wasmbox.cli;

import dev.wasmbox.TrapException;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JsValue;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is said of scripts, for programs: one JSON object a line on standard output. */
final class JsonScriptAnswers implements ScriptAnswers {

    private final PrintStream out;

    JsonScriptAnswers(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(Level level, String text) {
        out.println(Json.ofType("console")
                .with("level", level.name().toLowerCase(Locale.ROOT))
                .with("text", text));
    }

    @Override
    public void sent(JsValue value) {
        out.println(of("output", value));
    }

    @Override
    public void value(JsValue value) {
        out.println(of("value", value));
    }

    private static Json of(String type, JsValue value) {
        String kind =
                switch (value) {
                    case JsValue.Undefined _ -> "undefined";
                    case JsValue.Null _ -> "null";
                    case JsValue.Bool _ -> "boolean";
                    case JsValue.Num _ -> "number";
                    case JsValue.BigInt _ -> "bigint";
                    case JsValue.Text _ -> "string";
                    case JsValue.Array _ -> "array";
                    case JsValue.Fields _ -> "object";
                    case JsValue.Shown _ -> "other";
                };
        return Json.ofType(type).with("kind", kind).with("value", json(value));
    }

    /** A value, as near as JSON comes to it: what it has no word for is a string of JavaScript's own words for it. */
    private static Object json(JsValue value) {
        return switch (value) {
            case JsValue.Undefined _, JsValue.Null _ -> new Json.Raw("null");
            case JsValue.Bool(boolean bool) -> bool;
            case JsValue.Num(double number) when Double.isFinite(number) -> new Json.Raw(value.toString());
            case JsValue.Num _, JsValue.Shown _ -> value.toString();
            case JsValue.BigInt(String digits) -> digits;
            case JsValue.Text(String text) -> text;
            case JsValue.Array array ->
                array.elements().stream().map(JsonScriptAnswers::json).toList();
            case JsValue.Fields object -> {
                Map<String, Object> members = new LinkedHashMap<>();
                object.fields().forEach(field -> members.put(field.name(), json(field.value())));
                yield members;
            }
        };
    }

    @Override
    public void thrown(JavaScriptException exception) {
        out.println(error("thrown", exception));
    }

    @Override
    public void uncaught(JavaScriptException exception) {
        out.println(error("uncaught", exception));
    }

    private static Json error(String kind, JavaScriptException exception) {
        Json error = Json.ofType("error")
                .with("kind", kind)
                .with("name", exception.errorName())
                .with("message", exception.errorMessage());
        exception.place().ifPresent(place -> error.with("source", place.source())
                .with("line", place.line())
                .with("column", place.column()));
        exception.thrownValue().ifPresent(value -> error.with("value", json(value)));
        return error.with("stack", exception.scriptStack());
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
        out.println(Json.ofType("help").with("commands", SessionHelp.usages()));
    }
}
