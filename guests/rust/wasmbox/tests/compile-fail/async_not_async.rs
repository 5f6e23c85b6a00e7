use wasmbox::prelude::*;

#[wasmbox]
fn run(ctx: WasmBoxContext<String, String>) {} //~ ERROR the function under #[wasmbox] must be async: write `async fn run`, or use `#[wasmbox_sync]` on a type for a program without async
