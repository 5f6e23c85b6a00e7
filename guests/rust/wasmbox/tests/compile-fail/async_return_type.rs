use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) -> Result<(), String> { //~ ERROR `run` returns nothing: send results with `ctx.send(...)`, and return to finish the box
    Ok(())
}
