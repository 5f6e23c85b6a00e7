//! Asks its host with each message, and sends what it replied with the one before.

use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let mut before = String::from("nothing");
    loop {
        let reply = wasmbox::call(ctx.next().await.as_bytes());
        let reply = String::from_utf8(reply).expect("the host replies with text");
        ctx.send(format!("{} after {}", reply, before));
        before = reply;
    }
}
