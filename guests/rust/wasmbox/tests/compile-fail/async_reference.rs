use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: &WasmBoxContext) {} //~ ERROR the argument of `run` must be the context, by value: write `ctx: WasmBoxContext<Input, Output>`, or `ctx: WasmBoxContext` for strings
