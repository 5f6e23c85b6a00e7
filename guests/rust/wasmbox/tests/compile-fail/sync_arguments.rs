use wasmbox::prelude::*;

#[wasmbox_sync(String)] //~ ERROR #[wasmbox_sync] takes no arguments but `upgradable`: write just `#[wasmbox_sync]`, or `#[wasmbox_sync(upgradable)]` on a type that implements `UpgradableWasmBox`; the types of input and output are those of its `impl`
struct Counter;
