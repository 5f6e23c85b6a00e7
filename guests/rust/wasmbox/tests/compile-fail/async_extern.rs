use wasmbox::prelude::*;

#[wasmbox]
async extern "C" fn run(ctx: WasmBoxContext) {} //~ ERROR the function under #[wasmbox] must be a plain one: write `async fn run`, without `const`, `unsafe`, `extern` or `...`
