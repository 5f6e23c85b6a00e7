#![deny(warnings)]

use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

#[derive(Deserialize)]
enum Command {
    Add(i64),
    Clear,
}

#[derive(Serialize)]
struct Total {
    total: i64,
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, Total>) {
    let mut total = 0;
    loop {
        match ctx.next().await {
            Command::Add(number) => total += number,
            Command::Clear => total = 0,
        }
        ctx.send(Total { total });
    }
}
