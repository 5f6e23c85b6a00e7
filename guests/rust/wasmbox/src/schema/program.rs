//! What the macros need to know of types that only the compiler knows.

use super::{Node, Schema};
use crate::WasmBoxContext;
use std::marker::PhantomData;

/// A type whose definition is in the section by itself.
pub trait Named: Schema {
    /// That definition.
    const DEFINITION: Node;
}

/// A context, of which the types are asked for.
pub trait Types {
    /// What the program receives.
    type Input;
    /// What it sends.
    type Output;
}

impl<Input, Output> Types for WasmBoxContext<Input, Output> {
    type Input = Input;
    type Output = Output;
}

/// Has the statements about a type that has a schema; and none, by way of [`Unknown`], about any other: what a type has
/// by itself goes before what it has of a trait.
pub struct Known<T>(PhantomData<T>);

impl<T: Schema> Known<T> {
    /// Says that it is the input.
    pub const INPUT: Node = Node::All(&[Node::Text("input "), T::SCHEMA, Node::Text(";\n")]);
    /// Says that it is the output.
    pub const OUTPUT: Node = Node::All(&[Node::Text("output "), T::SCHEMA, Node::Text(";\n")]);
}

/// Says nothing of any type.
pub trait Unknown {
    /// Nothing.
    const INPUT: Node = Node::Text("");
    /// Nothing.
    const OUTPUT: Node = Node::Text("");
}

impl<T> Unknown for Known<T> {}
