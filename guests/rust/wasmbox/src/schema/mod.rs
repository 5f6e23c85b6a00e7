//! What messages are made of: the types of a program, for the host to compare with its own.

mod implementations;
mod node;
mod program;
#[cfg(test)]
mod tests;

pub use node::{Definition, Node};
pub use program::{Known, Named, Types, Unknown};

/// A type that the host can compare with its own.
///
/// A program whose input or output has a schema says in its module which type that is, down to the names of fields and
/// variants, in the custom section `wasmbox`. The host reads it before the first message, and refuses what does not fit
/// its own types, with both sides shown. A type without a schema may be sent all the same; it is not checked then.
///
/// ```
/// use serde_derive::{Deserialize, Serialize};
/// use wasmbox::prelude::*;
///
/// #[derive(Deserialize, Schema)]
/// enum Command {
///     Move { dx: i32, dy: i32 },
///     Rename(String),
/// }
///
/// #[derive(Serialize, Schema)]
/// struct Position {
///     x: i32,
///     y: i32,
///     name: Option<String>,
/// }
///
/// #[wasmbox]
/// async fn run(ctx: WasmBoxContext<Command, Position>) {
///     let (mut x, mut y, mut name) = (0, 0, None);
///     loop {
///         match ctx.next().await {
///             Command::Move { dx, dy } => {
///                 x += dx;
///                 y += dy;
///             }
///             Command::Rename(to) => name = Some(to),
///         }
///         ctx.send(Position { x, y, name: name.clone() });
///     }
/// }
/// ```
///
/// The section of this program is
///
/// ```text
/// wasmbox 1;
/// codec "bincode-1";
/// input example::Command;
/// output example::Position;
/// enum example::Command { Move { dx: i32, dy: i32 }, Rename(String) }
/// struct example::Position { x: i32, y: i32, name: Option<String> }
/// ```
///
/// and it is all that deriving adds to a module: nothing of it is in the program's memory.
///
/// # What has a schema
///
/// Numbers, `bool`, `char`, strings, `Option`, `Result`, tuples of up to 16, arrays, the collections of the standard
/// library, `Duration`, `SystemTime`, `Range`, and what `Box`, `Rc`, `Arc`, `Cell`, `RefCell`, `Cow`, `Wrapping`, `Reverse` and
/// references hold; and every struct and enum that derives it, of which each field has a schema.
///
/// A type may contain itself, and two types each other. A *generic* type, or a `transparent` one, may not: it is written out
/// wherever it is used, and the compiler says that there is a cycle (not before the program is compiled for WebAssembly).
/// Put a struct or an enum without parameters in between.
///
/// Two types of one name in one module (in the bodies of two functions) cannot be told apart. The host refuses them.
///
/// # Attributes
///
/// Those of serde are understood: `rename`, `rename_all`, `skip`, `transparent`, and whatever makes no difference to
/// bincode. Those that make a difference which a schema cannot tell are errors.
///
/// Where serde is told to write something else than the type, `#[schema(as = Type)]` tells what that is:
///
/// ```
/// # use serde_derive::{Deserialize, Serialize};
/// # use wasmbox::prelude::*;
/// # mod hex {
/// #     use serde::{Deserialize, Deserializer, Serialize, Serializer};
/// #     pub fn serialize<S: Serializer>(n: &u32, s: S) -> Result<S::Ok, S::Error> { format!("{:x}", n).serialize(s) }
/// #     pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u32, D::Error> {
/// #         Ok(u32::from_str_radix(&String::deserialize(d)?, 16).unwrap())
/// #     }
/// # }
/// #[derive(Serialize, Deserialize, Schema)]
/// struct Color {
///     #[serde(with = "hex")]
///     #[schema(as = String)]
///     rgb: u32,
/// }
///
/// #[derive(Clone, Serialize, Deserialize, Schema)]
/// #[serde(from = "f64", into = "f64")]
/// #[schema(as = f64)]
/// struct Celsius {
///     millidegrees: i64,
/// }
/// # impl From<f64> for Celsius { fn from(c: f64) -> Self { Celsius { millidegrees: (c * 1000.0) as i64 } } }
/// # impl From<Celsius> for f64 { fn from(c: Celsius) -> f64 { c.millidegrees as f64 / 1000.0 } }
/// ```
///
/// # Types in another crate
///
/// They may be in a crate that other programs use, too; it depends on `wasmbox` for the derive, and compiles for any
/// target.
pub trait Schema {
    /// What stands where the type is used.
    #[doc(hidden)]
    const SCHEMA: Node;
}
