package dev.wasmbox.cli;

import dev.wasmbox.javascript.JsValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value of JavaScript.
 *
 * @param value the value
 */
record JsScriptValue(JsValue value) implements ScriptValue {

    @Override
    public String text() {
        return value.toString();
    }

    @Override
    public boolean isNothing() {
        return text().equals("undefined");
    }

    @Override
    public String kind() {
        return switch (value) {
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
    }

    @Override
    public Object json() {
        return json(value);
    }

    private static Object json(JsValue value) {
        return switch (value) {
            case JsValue.Undefined _, JsValue.Null _ -> new Json.Raw("null");
            case JsValue.Bool(boolean bool) -> bool;
            case JsValue.Num(double number) when Double.isFinite(number) -> new Json.Raw(value.toString());
            case JsValue.Num _, JsValue.Shown _ -> value.toString();
            case JsValue.BigInt(String digits) -> digits;
            case JsValue.Text(String text) -> text;
            case JsValue.Array array ->
                array.elements().stream().map(JsScriptValue::json).toList();
            case JsValue.Fields object -> {
                Map<String, Object> members = new LinkedHashMap<>();
                object.fields().forEach(field -> members.put(field.name(), json(field.value())));
                yield members;
            }
        };
    }
}
