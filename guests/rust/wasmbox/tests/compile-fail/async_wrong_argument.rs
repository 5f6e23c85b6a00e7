use wasmbox::prelude::*;

#[wasmbox]
async fn run(
    message: String, //~ ERROR the argument of `run` must be the context, by value: write `ctx: WasmBoxContext<Input, Output>`, or `ctx: WasmBoxContext` for strings
) {
}
