use wasmbox::prelude::*;

#[wasmbox]
async fn run(
    ctx: WasmBoxContext,
    verbose: bool, //~ ERROR the second argument of `run` can only be its state, by value: write `state: Shared<YourState>` for one that survives an upgrade; receive everything else as a message, with `ctx.next().await`
) {
}
