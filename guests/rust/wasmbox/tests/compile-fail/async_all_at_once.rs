use wasmbox::prelude::*;

#[wasmbox]
fn start() -> bool { //~ ERROR the function under #[wasmbox] must be called `run`: rename it, or call it from an `async fn run`
    //~^ ERROR the function under #[wasmbox] must be async: write `async fn run`, or use `#[wasmbox_sync]` on a type for a program without async
    //~^^ ERROR `run` returns nothing: send results with `ctx.send(...)`, and return to finish the box
    //~^^^ ERROR `run` needs its context: write `async fn run(ctx: WasmBoxContext<Input, Output>)`
    true
}
