use wasmbox::prelude::*;

#[wasmbox]
async fn run(
    ctx: WasmBoxContext,
    state: Shared, //~ ERROR the state of `run` needs its type: write `state: Shared<YourState>`, with a type that implements `State`
) {
}
