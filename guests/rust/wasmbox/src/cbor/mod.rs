//! How a state becomes bytes: CBOR (RFC 8949), which names fields and variants and tells types apart, so that another
//! version of a program finds its way in it.
//!
//! Structs are maps from the names of their fields. A variant without content is its name; one with content is a map of
//! one entry, from its name to what it holds. `Some(value)` is the value; only where that would read as `None`, in an
//! `Option<Option<T>>` for example, is it marked by a tag. Reading accepts all of CBOR, whoever wrote it: numbers of any
//! width, strings and lists in pieces, tags that say nothing to us.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use write::write;

use serde::de::{Expected, Unexpected};
use std::borrow::Cow;
use std::fmt::{self, Display};

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;

const FALSE: u8 = 20;
const TRUE: u8 = 21;
const NULL: u8 = 22;
const UNDEFINED: u8 = 23;
const ONE_BYTE: u8 = 24;
const TWO_BYTES: u8 = 25;
const FOUR_BYTES: u8 = 26;
const EIGHT_BYTES: u8 = 27;
/// The length is not said at first; `BREAK` ends it.
const IN_PIECES: u8 = 31;
const BREAK: u8 = 0xff;

const POSITIVE_NUMBER: u64 = 2;
const NEGATIVE_NUMBER: u64 = 3;
/// Our own, of those that are nobody's: a `Some` whose value would read as `None`. Its number is "Some" in ASCII.
const SOME: u64 = 0x536f_6d65;
const SOME_HEAD: [u8; 5] = [TAG << 5 | FOUR_BYTES, b'S', b'o', b'm', b'e'];

/// How deep values may nest: enough for what people write down, and well within a guest's stack. What is written can be
/// read, since reading counts the same and no more.
const DEPTH: u32 = 256;

/// What is wrong, and where in the value.
#[derive(Debug)]
pub struct Error {
    what: String,
    /// From the inside to the outside.
    place: Vec<String>,
}

impl Error {
    fn new(what: impl Into<String>) -> Self {
        Error {
            what: what.into(),
            place: Vec::new(),
        }
    }

    fn too_deep() -> Self {
        Error::new(format!("it is nested more than {} deep", DEPTH))
    }

    /// The same error, of something within `step`: a name, or `[index]`.
    fn within(mut self, step: String) -> Self {
        self.place.push(step);
        self
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dot = "";
        for step in self.place.iter().rev() {
            if step.starts_with('[') {
                dot = "";
            }
            write!(formatter, "{}{}", dot, step)?;
            dot = ".";
        }
        if !self.place.is_empty() {
            formatter.write_str(": ")?;
        }
        formatter.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: Display>(what: T) -> Self {
        Error::new(what.to_string())
    }
}

impl serde::de::Error for Error {
    fn custom<T: Display>(what: T) -> Self {
        Error::new(what.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::new(format!(
            "invalid type: {}, expected {}",
            describe(found),
            expected
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::new(format!(
            "invalid value: {}, expected {}",
            describe(found),
            expected
        ))
    }
}

/// What serde says of it, but in no more than a line, and without the code that prints floating point numbers: that
/// would be a quarter of a small guest.
fn describe(found: Unexpected<'_>) -> Cow<'static, str> {
    let text = match found {
        Unexpected::Bool(value) => return format!("boolean `{}`", value).into(),
        Unexpected::Unsigned(value) => return format!("integer `{}`", value).into(),
        Unexpected::Signed(value) => return format!("integer `{}`", value).into(),
        Unexpected::Char(value) => return format!("character `{}`", value).into(),
        Unexpected::Str(value) => return format!("string {:?}", start(value)).into(),
        Unexpected::Float(_) => "floating point number",
        Unexpected::Bytes(_) => "byte array",
        Unexpected::Unit => "unit value",
        Unexpected::Option => "Option value",
        Unexpected::NewtypeStruct => "newtype struct",
        Unexpected::Seq => "sequence",
        Unexpected::Map => "map",
        Unexpected::Enum => "enum",
        Unexpected::UnitVariant => "unit variant",
        Unexpected::NewtypeVariant => "newtype variant",
        Unexpected::TupleVariant => "tuple variant",
        Unexpected::StructVariant => "struct variant",
        Unexpected::Other(what) => return what.to_string().into(),
    };
    text.into()
}

/// As much of a text as has its place in a sentence.
fn start(text: &str) -> &str {
    match text.char_indices().nth(60) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
