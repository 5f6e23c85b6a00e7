use wasmbox::prelude::*;

struct Count;

#[wasmbox]
async fn run(
    ctx: WasmBoxContext,
    state: &Shared<Count>, //~ ERROR the second argument of `run` can only be its state, by value: write `state: Shared<YourState>` for one that survives an upgrade; receive everything else as a message, with `ctx.next().await`
) {
}
