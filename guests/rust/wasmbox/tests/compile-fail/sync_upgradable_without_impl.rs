use wasmbox::prelude::*;

#[wasmbox_sync(upgradable)]
struct Counter; //~ RUSTC the trait bound `Counter: UpgradableWasmBox` is not satisfied
