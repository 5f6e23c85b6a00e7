use wasmbox::prelude::*;

#[wasmbox]
mod run {} //~ ERROR #[wasmbox] goes on a function: write `#[wasmbox] async fn run(ctx: WasmBoxContext<Input, Output>)`
