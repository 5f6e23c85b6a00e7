/** The WasmBox command line, on the host library's public API. */
module dev.wasmbox.cli {
    requires static transitive org.jspecify;
    requires dev.wasmbox.host;
    requires dev.wasmbox.javascript;
    requires dev.wasmbox.python;
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires org.jline;

    opens dev.wasmbox.cli to
            info.picocli;
}
