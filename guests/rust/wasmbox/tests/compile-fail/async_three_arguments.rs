use wasmbox::prelude::*;

struct Count;

#[wasmbox]
async fn run(
    ctx: WasmBoxContext,
    state: Shared<Count>,
    more: Shared<Count>, //~ ERROR `run` takes its context and its state, and nothing else: keep everything in one type that implements `State`, or receive it as a message, with `ctx.next().await`
) {
}
