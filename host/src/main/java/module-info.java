/** The WasmBox host library: a WebAssembly guest in a box whose whole state is a value. */
module dev.wasmbox.host {
    requires static transitive org.jspecify;
    requires jdk.unsupported;
    requires aircompressor.v3;
    requires run.endive.wasm;
    requires run.endive.runtime;
    requires run.endive.compiler;
    requires static com.fasterxml.jackson.databind;
    requires static com.fasterxml.jackson.dataformat.cbor;

    exports dev.wasmbox;
    exports dev.wasmbox.inspect;
    exports dev.wasmbox.jackson;
    exports dev.wasmbox.schema;
}
