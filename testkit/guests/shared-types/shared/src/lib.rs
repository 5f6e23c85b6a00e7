//! Types of messages, as several programs share them. Each is in a module, and thus in a file for the linker, of its own.

#![forbid(unsafe_code)]

pub mod length {
    use crate::unit::Unit;
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::Schema;

    #[derive(Clone, Deserialize, Schema, Serialize)]
    pub struct Length {
        pub number: f64,
        pub unit: Unit,
    }
}

pub mod unit {
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::Schema;

    #[derive(Clone, Copy, Deserialize, Schema, Serialize)]
    pub enum Unit {
        Meter,
        Foot,
    }
}

pub mod sum {
    use crate::length::Length;
    use crate::product::Product;
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::Schema;

    #[derive(Deserialize, Schema, Serialize)]
    pub struct Sum(pub Vec<Product>);

    #[derive(Deserialize, Schema, Serialize)]
    pub struct Answer<T> {
        pub value: T,
        pub parts: Vec<Length>,
    }
}

pub mod product {
    use crate::length::Length;
    use crate::sum::Sum;
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::Schema;

    #[derive(Deserialize, Schema, Serialize)]
    pub enum Product {
        Once(Length),
        Times(f64, Sum),
    }
}
