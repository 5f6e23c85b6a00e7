use wasmbox::prelude::*;

#[wasmbox_sync]
fn run() {} //~ ERROR #[wasmbox_sync] goes on a type that implements `WasmBox`; on a function use `#[wasmbox]`, with `async fn run(ctx: WasmBoxContext<Input, Output>)`
