use wasmbox::prelude::*;

#[wasmbox(upgradable)] //~ ERROR #[wasmbox] takes no arguments: for a state that survives an upgrade, give `run` a second argument, `state: Shared<YourState>`
async fn run(ctx: WasmBoxContext) {
    ctx.next().await;
}
