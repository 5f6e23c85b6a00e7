use wasmbox::prelude::*;

struct Program;

impl Program {
    #[wasmbox]
    async fn run(&self, ctx: WasmBoxContext) {} //~ ERROR `run` is a free function, not a method: write `async fn run(ctx: WasmBoxContext<Input, Output>)` outside of any impl, and keep the state in its variables
}
