//! The schemas of the standard library's types, as serde writes them.

use super::{Node, Schema};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::num::{
    NonZeroI128, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI8, NonZeroIsize, NonZeroU128,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU8, NonZeroUsize, Wrapping,
};
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

macro_rules! words {
    ($($word:literal: $($of:ty),+;)+) => {$($(
        impl Schema for $of {
            const SCHEMA: Node = Node::Text($word);
        }
    )+)+};
}

words! {
    "bool": bool;
    "char": char;
    "String": str, String;
    "f32": f32;
    "f64": f64;
    "u8": u8, NonZeroU8;
    "u16": u16, NonZeroU16;
    "u32": u32, NonZeroU32;
    "u64": u64, NonZeroU64, usize, NonZeroUsize;
    "u128": u128, NonZeroU128;
    "i8": i8, NonZeroI8;
    "i16": i16, NonZeroI16;
    "i32": i32, NonZeroI32;
    "i64": i64, NonZeroI64, isize, NonZeroIsize;
    "i128": i128, NonZeroI128;
    "Duration": Duration;
    "SystemTime": SystemTime;
    "()": ();
}

impl<T: ?Sized> Schema for PhantomData<T> {
    const SCHEMA: Node = <()>::SCHEMA;
}

/// Types that are what they hold.
macro_rules! holders {
    ($([$($parameters:tt)+] $of:ty;)+) => {$(
        impl<$($parameters)+> Schema for $of {
            const SCHEMA: Node = T::SCHEMA;
        }
    )+};
}

holders! {
    [T: Schema + ?Sized] &T;
    [T: Schema + ?Sized] &mut T;
    [T: Schema + ?Sized] Box<T>;
    [T: Schema + ?Sized] Rc<T>;
    [T: Schema + ?Sized] Arc<T>;
    [T: Schema + ?Sized + ToOwned] Cow<'_, T>;
    [T: Schema] Cell<T>;
    [T: Schema + ?Sized] RefCell<T>;
    [T: Schema] Wrapping<T>;
    [T: Schema] Reverse<T>;
}

/// Types that are a text around those of their parameters.
macro_rules! pieces {
    ($([$($parameters:tt)*] $of:ty: $($piece:expr),+;)+) => {$(
        impl<$($parameters)*> Schema for $of {
            const SCHEMA: Node = Node::All(&[$($piece),+]);
        }
    )+};
}

use Node::{Number, Text};

pieces! {
    [T: Schema] Option<T>: Text("Option<"), T::SCHEMA, Text(">");
    [T: Schema] Vec<T>: Text("Vec<"), T::SCHEMA, Text(">");
    [T: Schema] [T]: Text("Vec<"), T::SCHEMA, Text(">");
    [T: Schema] VecDeque<T>: Text("Vec<"), T::SCHEMA, Text(">");
    [T: Schema] LinkedList<T>: Text("Vec<"), T::SCHEMA, Text(">");
    [T: Schema] BinaryHeap<T>: Text("Vec<"), T::SCHEMA, Text(">");
    [T: Schema] BTreeSet<T>: Text("Set<"), T::SCHEMA, Text(">");
    [T: Schema, S] HashSet<T, S>: Text("Set<"), T::SCHEMA, Text(">");
    [K: Schema, V: Schema] BTreeMap<K, V>: Text("Map<"), K::SCHEMA, Text(", "), V::SCHEMA, Text(">");
    [K: Schema, V: Schema, S] HashMap<K, V, S>: Text("Map<"), K::SCHEMA, Text(", "), V::SCHEMA, Text(">");
    [T: Schema, const N: usize] [T; N]: Text("["), T::SCHEMA, Text("; "), Number(N), Text("]");
    [T: Schema, E: Schema] Result<T, E>:
        Text("enum Result { Ok("), T::SCHEMA, Text("), Err("), E::SCHEMA, Text(") }");
    [T: Schema] Range<T>:
        Text("struct Range { start: "), T::SCHEMA, Text(", end: "), T::SCHEMA, Text(" }");
    [T: Schema] RangeInclusive<T>:
        Text("struct RangeInclusive { start: "), T::SCHEMA, Text(", end: "), T::SCHEMA, Text(" }");
}

macro_rules! tuples {
    // As in Rust, a tuple of one is told from parentheses.
    (end) => { Text(",)") };
    (end $($rest:ident)+) => { Text(")") };
    ($first:ident $($rest:ident)*) => {
        impl<$first: Schema, $($rest: Schema),*> Schema for ($first, $($rest,)*) {
            const SCHEMA: Node = Node::All(&[
                Text("("), $first::SCHEMA, $(Text(", "), $rest::SCHEMA,)* tuples!(end $($rest)*),
            ]);
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P);
