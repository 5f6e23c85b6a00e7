use wasmbox::prelude::*;

#[wasmbox]
async fn run(
    ctx: WasmBoxContext,
    verbose: bool, //~ ERROR `run` takes one argument, its context: receive everything else as a message, with `ctx.next().await`
) {
}
