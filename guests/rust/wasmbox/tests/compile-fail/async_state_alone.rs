use wasmbox::prelude::*;

struct Count;

#[wasmbox]
async fn run(
    state: Shared<Count>, //~ ERROR the argument of `run` must be the context, by value: write `ctx: WasmBoxContext<Input, Output>`, or `ctx: WasmBoxContext` for strings
) {
}
