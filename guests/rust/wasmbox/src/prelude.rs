//! Everything that a guest program needs: `use wasmbox::prelude::*;`.

pub use crate::{wasmbox, wasmbox_sync, Shared, State, UpgradableWasmBox, WasmBox, WasmBoxContext};
