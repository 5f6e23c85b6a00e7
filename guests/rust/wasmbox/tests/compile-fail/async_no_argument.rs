use wasmbox::prelude::*;

#[wasmbox]
async fn run() {} //~ ERROR `run` needs its context: write `async fn run(ctx: WasmBoxContext<Input, Output>)`
