use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

#[derive(Serialize, Deserialize)]
struct Count;

impl State for Count { //~ RUSTC the trait bound `Count: Default` is not satisfied
    const NAME: &'static str = "count";
}
