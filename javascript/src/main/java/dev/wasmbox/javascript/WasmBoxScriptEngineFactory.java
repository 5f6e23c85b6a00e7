package dev.wasmbox.javascript;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link WasmBoxScriptEngine}s for {@code javax.script}, under the names {@code wasmbox}, {@code javascript} and
 * {@code js}. All of them share one {@link JavaScript}, which is loaded with the first of them.
 */
public final class WasmBoxScriptEngineFactory implements ScriptEngineFactory {

    private static final class Shared {
        static final JavaScript ENGINE = JavaScript.load();
    }

    /** A factory, as {@link java.util.ServiceLoader} makes one. */
    public WasmBoxScriptEngineFactory() {}

    @Override
    public String getEngineName() {
        return "WasmBox JavaScript";
    }

    @Override
    public String getEngineVersion() {
        return "0.1.0";
    }

    @Override
    public List<String> getExtensions() {
        return List.of("js");
    }

    @Override
    public List<String> getMimeTypes() {
        return List.of("text/javascript", "application/javascript");
    }

    @Override
    public List<String> getNames() {
        return List.of("wasmbox", "wasmbox-javascript", "javascript", "JavaScript", "js", "ecmascript", "ECMAScript");
    }

    @Override
    public String getLanguageName() {
        return "ECMAScript";
    }

    @Override
    public String getLanguageVersion() {
        return "ECMAScript 2023";
    }

    @Override
    public @Nullable Object getParameter(String key) {
        return switch (key) {
            case ScriptEngine.ENGINE -> getEngineName();
            case ScriptEngine.ENGINE_VERSION -> getEngineVersion();
            case ScriptEngine.LANGUAGE -> getLanguageName();
            case ScriptEngine.LANGUAGE_VERSION -> getLanguageVersion();
            case ScriptEngine.NAME -> "javascript";
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
        return "console.log('" + escaped + "')";
    }

    @Override
    public String getProgram(String... statements) {
        return Arrays.stream(statements).map(statement -> statement + ";\n").collect(Collectors.joining());
    }

    @Override
    public WasmBoxScriptEngine getScriptEngine() {
        return new WasmBoxScriptEngine(this, Shared.ENGINE);
    }
}
