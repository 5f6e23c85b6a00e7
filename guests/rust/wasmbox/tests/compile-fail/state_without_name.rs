use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

#[derive(Default, Serialize, Deserialize)]
struct Count;

impl State for Count {} //~ RUSTC missing: `NAME`
