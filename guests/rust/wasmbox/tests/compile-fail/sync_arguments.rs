use wasmbox::prelude::*;

#[wasmbox_sync(String)] //~ ERROR #[wasmbox_sync] takes no arguments: write just `#[wasmbox_sync]`; the types of input and output are those of the type's `impl WasmBox`
struct Counter;
