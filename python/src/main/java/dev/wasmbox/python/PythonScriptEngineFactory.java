package dev.wasmbox.python;

import java.util.List;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link PythonScriptEngine}s for {@code javax.script}, under the names {@code wasmbox-python} and {@code micropython}. All
 * of them share one {@link Python}, which is loaded with the first of them.
 *
 * <p>It does not go by {@code python}, nor by files and media types: those are Jython's, whose programs have Java's classes.
 */
public final class PythonScriptEngineFactory implements ScriptEngineFactory {

    private static final class Shared {
        static final Python PYTHON = Python.load();
    }

    /** A factory, as {@link java.util.ServiceLoader} makes one. */
    public PythonScriptEngineFactory() {}

    @Override
    public String getEngineName() {
        return "WasmBox Python";
    }

    @Override
    public String getEngineVersion() {
        return "0.1.0";
    }

    @Override
    public List<String> getExtensions() {
        return List.of();
    }

    @Override
    public List<String> getMimeTypes() {
        return List.of();
    }

    @Override
    public List<String> getNames() {
        return List.of("wasmbox-python", "micropython", "MicroPython");
    }

    @Override
    public String getLanguageName() {
        return "Python";
    }

    @Override
    public String getLanguageVersion() {
        return "3.4";
    }

    @Override
    public @Nullable Object getParameter(String key) {
        return switch (key) {
            case ScriptEngine.ENGINE -> getEngineName();
            case ScriptEngine.ENGINE_VERSION -> getEngineVersion();
            case ScriptEngine.LANGUAGE -> getLanguageName();
            case ScriptEngine.LANGUAGE_VERSION -> getLanguageVersion();
            case ScriptEngine.NAME -> "micropython";
            case "THREADING" -> "MULTITHREADED";
            default -> null;
        };
    }

    @Override
    public String getMethodCallSyntax(String object, String method, String... arguments) {
        return object + "." + method + "(" + String.join(", ", arguments) + ")";
    }

    @Override
    public String getOutputStatement(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
        return "print('" + escaped + "')";
    }

    @Override
    public String getProgram(String... statements) {
        return String.join("\n", statements) + "\n";
    }

    @Override
    public PythonScriptEngine getScriptEngine() {
        return new PythonScriptEngine(this, Shared.PYTHON);
    }
}
