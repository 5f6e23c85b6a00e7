/** Python in a box: an interpreter whose whole state is a value. */
module dev.wasmbox.python {
    requires static transitive org.jspecify;
    requires transitive dev.wasmbox.host;
    requires dev.wasmbox.script;
    requires transitive java.scripting;

    exports dev.wasmbox.python;
    // Its codec reads and makes the records that cross the boundary.
    opens dev.wasmbox.python to
            dev.wasmbox.host;

    provides javax.script.ScriptEngineFactory with
            dev.wasmbox.python.PythonScriptEngineFactory;
}
