//! Types with a schema, in a crate that forbids what the macros do behind the scenes.

#![deny(warnings)]
#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub, clippy::all)]
#![deny(unused_qualifications, single_use_lifetimes, elided_lifetimes_in_paths)]

use serde_derive::{Deserialize, Serialize};
use wasmbox::Schema;

/// Documented.
#[derive(Serialize, Deserialize, Schema, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Public {
    private: Vec<Private>,
    hidden: hidden::Hidden,
}

#[derive(Serialize, Deserialize, Schema, Clone, Debug, PartialEq, Eq, Hash)]
enum Private {
    Again(Box<Public>),
    #[serde(alias = "lots")]
    Many {
        r#type: u8,
    },
}

mod hidden {
    #[derive(
        serde_derive::Serialize,
        serde_derive::Deserialize,
        wasmbox::Schema,
        Clone,
        Debug,
        PartialEq,
        Eq,
        Hash,
    )]
    #[non_exhaustive]
    #[allow(non_snake_case)]
    pub(crate) struct Hidden {
        Text: Option<String>,
    }
}

/// Documented.
#[derive(Serialize, Schema)]
pub struct Borrowed<'a> {
    text: &'a str,
}

/// Names of ours, and of the standard library, mean something else here.
#[allow(dead_code)]
mod shadowed {
    use ::wasmbox::Schema as Other;

    type Option = u8;
    type Box = u8;
    #[allow(non_upper_case_globals)]
    const Some: u8 = 0;
    const NODE: u8 = Some;
    const DEFINITION: u8 = Some;
    mod core {}
    mod wasmbox {}
    trait Schema {}
    macro_rules! concat {
        () => {};
    }

    #[derive(Other)]
    struct Node(Option, [Box; (NODE + DEFINITION) as usize]);

    fn used() -> Node {
        concat!();
        let in_a_function = || {
            #[derive(Other)]
            struct Inner(Node);
            Inner(Node(0, [])).0
        };
        in_a_function()
    }
}
