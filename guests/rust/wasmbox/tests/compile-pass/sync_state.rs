#![deny(warnings)]

use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

#[derive(Default, Serialize, Deserialize)]
struct Count {
    count: u32,
}

impl State for Count {
    const NAME: &'static str = "count";
}

#[wasmbox_sync(upgradable)]
struct Counter {
    callback: Box<dyn Fn(String) + Send + Sync>,
    state: Shared<Count>,
}

impl UpgradableWasmBox for Counter {
    type Input = String;
    type Output = String;
    type State = Count;

    fn init(callback: Box<dyn Fn(String) + Send + Sync>, state: Shared<Count>) -> Self {
        Counter { callback, state }
    }

    fn message(&mut self, input: Self::Input) {
        match input.as_ref() {
            "up" => self.state.borrow_mut().count += 1,
            "end" => wasmbox::finish(),
            _ => return,
        }
        (self.callback)(format!("value={}", self.state.borrow().count));
    }
}
