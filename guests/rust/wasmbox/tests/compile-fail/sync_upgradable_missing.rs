use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

#[derive(Default, Serialize, Deserialize)]
struct Count;

impl State for Count {
    const NAME: &'static str = "count";
}

#[wasmbox_sync]
struct Counter; //~ RUSTC the trait bound `Counter: WasmBox` is not satisfied

impl UpgradableWasmBox for Counter {
    type Input = String;
    type Output = String;
    type State = Count;

    fn init(_: Box<dyn Fn(String) + Send + Sync>, _: Shared<Count>) -> Self {
        Counter
    }

    fn message(&mut self, _: String) {}
}
