use wasmbox::prelude::*;

#[derive(Default)]
struct Count;

impl State for Count { //~ RUSTC Serialize
    //~^ RUSTC Deserialize
    const NAME: &'static str = "count";
}
