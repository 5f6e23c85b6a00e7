use wasmbox::prelude::*;

struct Counter;

#[wasmbox_sync]
impl Counter {} //~ ERROR #[wasmbox_sync] goes on a struct, an enum or a type alias: put it on the type itself, and implement `WasmBox` for that type
