use wasmbox::prelude::*;

#[wasmbox(codec = "json")] //~ ERROR #[wasmbox] takes no arguments: write just `#[wasmbox]`; the types of input and output are those of the function's `WasmBoxContext<Input, Output>`
async fn run(ctx: WasmBoxContext) {}
