use wasmbox::prelude::*;

struct Count;

#[wasmbox]
async fn run(ctx: WasmBoxContext, state: Shared<Count>) { //~ RUSTC the trait bound `Count: State` is not satisfied
    ctx.next().await;
    drop(state);
}
