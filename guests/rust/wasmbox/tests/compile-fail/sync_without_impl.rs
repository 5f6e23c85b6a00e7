use wasmbox::prelude::*;

#[wasmbox_sync]
struct Counter; //~ RUSTC the trait bound `Counter: WasmBox` is not satisfied
