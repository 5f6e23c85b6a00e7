#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]
// Off WebAssembly there are tests only, and nobody calls what the host calls.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod abi;
mod buffers;
mod cbor;
mod context;
mod exchange;
mod exclusive;
mod host;
mod messages;
mod panics;
pub mod prelude;
mod program;
mod schema;
pub mod state;
mod task;
mod upgrade;

pub use context::{NextMessage, WasmBoxContext};
pub use program::{call, finish, WasmBox};
pub use schema::Schema;
pub use state::{Shared, State};
pub use upgrade::UpgradableWasmBox;
pub use wasmbox_macro::{wasmbox, wasmbox_sync, Schema};

/// What the code made by the macros calls. No part of the interface: it may change in any version.
#[doc(hidden)]
pub mod __private {
    pub use crate::abi::{initialize, initialize_async};
    pub use crate::schema::{Definition, Known, Named, Node, Types, Unknown};
    pub use crate::upgrade::{
        export_state, import_state, initialize_async_upgradable, initialize_upgradable,
    };
}
