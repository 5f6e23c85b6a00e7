use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext<u32, String>) {
    let number = ctx.next().await;
    ctx.send(number); //~ RUSTC mismatched types
}
