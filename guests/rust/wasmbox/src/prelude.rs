//! Everything that a guest program needs: `use wasmbox::prelude::*;`.

pub use crate::{
    wasmbox, wasmbox_sync, Schema, Shared, State, UpgradableWasmBox, WasmBox, WasmBoxContext,
};
