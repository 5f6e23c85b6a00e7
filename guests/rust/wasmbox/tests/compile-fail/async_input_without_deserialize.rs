use wasmbox::prelude::*;

struct Command;

#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, String>) { //~ RUSTC Deserialize
    ctx.next().await;
}
