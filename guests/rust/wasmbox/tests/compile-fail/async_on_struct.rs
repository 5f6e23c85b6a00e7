use wasmbox::prelude::*;

#[wasmbox]
struct Counter { //~ ERROR #[wasmbox] goes on a function, `async fn run(ctx: WasmBoxContext<Input, Output>)`; on a type that implements `WasmBox` use `#[wasmbox_sync]`
    _count: u32,
}

impl WasmBox for Counter {
    type Input = String;
    type Output = String;
    fn init(_: Box<dyn Fn(String) + Send + Sync>) -> Self {
        Counter { _count: 0 }
    }
    fn message(&mut self, _: String) {}
}
