/** JavaScript in a box: a script engine whose whole state is a value. */
module dev.wasmbox.javascript {
    requires static transitive org.jspecify;
    requires transitive dev.wasmbox.host;
    requires dev.wasmbox.script;
    requires transitive java.scripting;

    exports dev.wasmbox.javascript;
    // Its codec reads and makes the records that cross the boundary.
    opens dev.wasmbox.javascript to
            dev.wasmbox.host;

    provides javax.script.ScriptEngineFactory with
            dev.wasmbox.javascript.WasmBoxScriptEngineFactory;
}
