#![deny(warnings)]

use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let message: String = ctx.next().await;
    ctx.send(message);
}
