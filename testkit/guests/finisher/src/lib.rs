//! Counts its messages, and is finished after `done`.

use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let mut count = 0;
    while ctx.next().await != "done" {
        count += 1;
        ctx.send(format!("count={}", count));
    }
    ctx.send(format!("done after {}", count));
}
