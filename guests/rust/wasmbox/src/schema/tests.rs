//! All texts are put together by the compiler, as in a program.

use super::*;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::*;
use std::marker::PhantomData;
use std::num::*;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

macro_rules! text_of {
    ($node:expr) => {{
        const NODE: Node = $node;
        const TEXT: [u8; NODE.length()] = NODE.text();
        std::str::from_utf8(&TEXT).unwrap()
    }};
}

macro_rules! all {
    ($expected:expr; $($of:ty),+) => {$(
        assert_eq!(text_of!(<$of as Schema>::SCHEMA), $expected);
    )+};
}

#[test]
fn numbers_and_other_words() {
    all!("bool"; bool);
    all!("char"; char);
    all!("f32"; f32);
    all!("f64"; f64);
    all!("u8"; u8, NonZeroU8);
    all!("u16"; u16, NonZeroU16);
    all!("u32"; u32, NonZeroU32);
    all!("u64"; u64, NonZeroU64, usize, NonZeroUsize);
    all!("u128"; u128, NonZeroU128);
    all!("i8"; i8, NonZeroI8);
    all!("i16"; i16, NonZeroI16);
    all!("i32"; i32, NonZeroI32);
    all!("i64"; i64, NonZeroI64, isize, NonZeroIsize);
    all!("i128"; i128, NonZeroI128);
    all!("Duration"; Duration);
    all!("SystemTime"; SystemTime);
    all!("()"; (), PhantomData<Node>);
}

#[test]
fn strings_borrowed_or_not() {
    all!("String"; String, &str, Box<str>, Rc<str>, Arc<str>, Cow<'static, str>, &mut String);
}

#[test]
fn what_holds_a_value_is_that_value() {
    all!("u8"; &u8, &mut u8, Box<u8>, Rc<u8>, Arc<u8>, Cow<'static, u8>);
    all!("u8"; Cell<u8>, RefCell<u8>, Wrapping<u8>, Reverse<u8>, Box<Rc<RefCell<u8>>>);
}

#[test]
fn collections() {
    all!("Vec<u8>"; Vec<u8>, VecDeque<u8>, LinkedList<u8>, BinaryHeap<u8>, &[u8], Box<[u8]>, Cow<'static, [u8]>);
    all!("Set<u8>"; HashSet<u8>, BTreeSet<u8>, HashSet<u8, Node>);
    all!("Map<String, Vec<bool>>"; HashMap<String, Vec<bool>>, BTreeMap<&str, &[bool]>, HashMap<String, Vec<bool>, Node>);
    all!("[[i8; 2]; 32]"; [[i8; 2]; 32]);
    all!("[u64; 0]"; [u64; 0]);
    all!("[bool; 1000]"; [bool; 1000]);
}

#[test]
fn what_may_be_or_may_be_something_else() {
    all!("Option<Option<u8>>"; Option<Option<u8>>);
    all!("enum Result { Ok(u8), Err(String) }"; Result<u8, String>);
}

#[test]
fn ranges() {
    all!("struct Range { start: u8, end: u8 }"; std::ops::Range<u8>);
    all!("struct RangeInclusive { start: u8, end: u8 }"; std::ops::RangeInclusive<u8>);
}

#[test]
fn tuples() {
    all!("(u8,)"; (u8,));
    all!("(u8, (bool, char))"; (u8, (bool, char)));
    type Sixteen<A> = (A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A);
    all!("(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8)"; Sixteen<u8>);
}

#[test]
fn numbers_of_any_length() {
    assert_eq!(text_of!(Node::Number(0)), "0");
    assert_eq!(text_of!(Node::Number(9)), "9");
    assert_eq!(text_of!(Node::Number(10)), "10");
    assert_eq!(text_of!(Node::Number(usize::MAX)), usize::MAX.to_string());
}

#[test]
fn identifiers_in_paths_are_not_raw() {
    assert_eq!(
        text_of!(Node::Path("r::r#type::r#match::r", None)),
        "r::type::match::r"
    );
}

#[test]
fn a_text_may_be_long() {
    const LINE: Node = Node::All(&[Node::Text("0123456789"); 1000]);
    assert_eq!(text_of!(LINE), "0123456789".repeat(1000));
}

fn one() -> &'static [Definition] {
    &[Definition(two)]
}

fn two() -> &'static [Definition] {
    &[Definition(one)]
}

#[test]
fn definitions_of_this_crate_are_not_asked_for() {
    const NODE: Node = Node::All(&[
        Node::Path("here::A", Some(Definition(one))),
        Node::All(&[Node::Path("hereafter::A", Some(Definition(two)))]),
        Node::Text("there::A"),
        Node::Path("there::A", None),
        Node::Path("there::here::A", Some(Definition(one))),
    ]);
    fn others<const N: usize>(definitions: [Definition; N]) -> Vec<usize> {
        definitions.iter().map(|one| one.0 as usize).collect()
    }
    let (one, two) = (one as usize, two as usize);
    assert_eq!(
        others::<{ NODE.count("") }>(NODE.definitions("")),
        [one, two, one]
    );
    const HERE: &str = "here::module";
    assert_eq!(
        others::<{ NODE.count(HERE) }>(NODE.definitions(HERE)),
        [two, one]
    );
    const THERE: &str = "there";
    assert_eq!(
        others::<{ NODE.count(THERE) }>(NODE.definitions(THERE)),
        [one, two]
    );
}
