use wasmbox::prelude::*;

#[wasmbox]
async fn walk(ctx: WasmBoxContext) {} //~ ERROR the function under #[wasmbox] must be called `run`: rename it, or call it from an `async fn run`
