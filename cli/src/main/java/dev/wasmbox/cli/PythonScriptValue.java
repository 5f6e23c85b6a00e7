package dev.wasmbox.cli;

import dev.wasmbox.python.PyValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of Python.
 *
 * @param value the value
 */
record PythonScriptValue(PyValue value) implements ScriptValue {

    @Override
    public String text() {
        return value.toString();
    }

    @Override
    public boolean isNothing() {
        return value.isNone() || text().isEmpty();
    }

    @Override
    public String kind() {
        return switch (value) {
            case PyValue.None _ -> "none";
            case PyValue.Bool _ -> "bool";
            case PyValue.Int _, PyValue.BigInt _ -> "int";
            case PyValue.PyFloat _ -> "float";
            case PyValue.Text _ -> "str";
            case PyValue.Bytes _ -> "bytes";
            case PyValue.PyList _ -> "list";
            case PyValue.Tuple _ -> "tuple";
            case PyValue.PySet _ -> "set";
            case PyValue.Dict _ -> "dict";
            case PyValue.Shown _ -> "other";
        };
    }

    @Override
    public Object json() {
        return json(value);
    }

    private static Object json(PyValue value) {
        return switch (value) {
            case PyValue.None _ -> new Json.Raw("null");
            case PyValue.Bool(boolean bool) -> bool;
            case PyValue.Int _, PyValue.BigInt _ -> new Json.Raw(value.toString());
            case PyValue.PyFloat(double number) when Double.isFinite(number) -> number;
            case PyValue.PyFloat _, PyValue.Bytes _, PyValue.Shown _ -> value.toString();
            case PyValue.Text(String text) -> text;
            case PyValue.PyList(List<PyValue> elements) -> json(elements);
            case PyValue.Tuple(List<PyValue> elements) -> json(elements);
            case PyValue.PySet(List<PyValue> elements) -> json(elements);
            case PyValue.Dict(List<PyValue.Item> items) -> {
                Map<String, Object> members = new LinkedHashMap<>();
                // A key that is no text is its own text, as Python's json has it.
                items.forEach(item -> members.put(
                        item.key() instanceof PyValue.Text(String text)
                                ? text
                                : item.key().toString(),
                        json(item.value())));
                yield members;
            }
        };
    }

    private static Object json(List<PyValue> elements) {
        return elements.stream().map(PythonScriptValue::json).toList();
    }
}
