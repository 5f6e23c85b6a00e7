use wasmbox::prelude::*;

#[wasmbox_sync]
trait Program {} //~ ERROR #[wasmbox_sync] goes on a struct, an enum or a type alias: put it on the type itself, and implement `WasmBox` for that type
