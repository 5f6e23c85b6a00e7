use wasmbox::prelude::*;

#[wasmbox]
async fn run<T>(ctx: WasmBoxContext<T, T>) {} //~ ERROR `run` cannot be generic, because the host starts it: name the types of input and output in its `WasmBoxContext<Input, Output>`
