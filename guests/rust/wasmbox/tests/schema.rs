//! What `#[derive(Schema)]` makes of types. Names are held against those that serde has.

// Most types here are never made, and none is sent.
#![allow(dead_code)]

use serde::de::value::{Error, MapDeserializer, StrDeserializer};
use serde::de::IntoDeserializer;
use serde::Deserialize;
use serde_derive::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use wasmbox::Schema;

/// A text that the compiler puts together.
macro_rules! text {
    ($node:expr) => {{
        const NODE: wasmbox::__private::Node = $node;
        const TEXT: [u8; NODE.length()] = NODE.text();
        std::str::from_utf8(&TEXT).unwrap()
    }};
}

/// What stands where a type is used.
macro_rules! used {
    ($of:ty) => {
        text!(<$of as Schema>::SCHEMA)
    };
}

/// What is in the section.
macro_rules! defined {
    ($of:ty) => {
        text!(<$of as wasmbox::__private::Named>::DEFINITION)
    };
}

#[derive(Schema)]
struct Unit;

#[derive(Schema)]
struct Nothing {}

#[derive(Schema)]
struct NoFields();

#[derive(Schema)]
struct Newtype(u8);

#[derive(Schema)]
struct Tuple(u8, Vec<Unit>);

#[derive(Schema)]
struct Named {
    pub x: i32,
    y: Option<Newtype>,
}

#[test]
fn structs() {
    assert_eq!(used!(Unit), "schema::Unit");
    assert_eq!(defined!(Unit), "struct schema::Unit {}\n");
    assert_eq!(defined!(Nothing), "struct schema::Nothing {}\n");
    assert_eq!(defined!(NoFields), "struct schema::NoFields()\n");
    assert_eq!(defined!(Newtype), "struct schema::Newtype(u8)\n");
    assert_eq!(
        defined!(Tuple),
        "struct schema::Tuple(u8, Vec<schema::Unit>)\n"
    );
    assert_eq!(
        defined!(Named),
        "struct schema::Named { x: i32, y: Option<schema::Newtype> }\n"
    );
}

#[derive(Schema)]
enum Never {}

#[derive(Schema)]
enum Numbered {
    Seven = 7,
    One = 1,
}

#[derive(Schema)]
enum Many {
    Unit,
    Empty {},
    None(),
    One(u8),
    Two(u8, (char, bool)),
    Named { name: String, many: Vec<Many> },
}

#[test]
fn enums() {
    assert_eq!(used!(Vec<Many>), "Vec<schema::Many>");
    assert_eq!(defined!(Never), "enum schema::Never {}\n");
    assert_eq!(defined!(Numbered), "enum schema::Numbered { Seven, One }\n");
    assert_eq!(
        defined!(Many),
        "enum schema::Many { Unit, Empty {}, None(), One(u8), Two(u8, (char, bool)), \
         Named { name: String, many: Vec<schema::Many> } }\n"
    );
}

mod r#mod {
    #[derive(wasmbox::Schema)]
    pub struct r#Fn {
        pub(super) r#type: super::Expression,
    }
}

#[derive(Schema)]
enum Expression {
    Block(Vec<Statement>),
    Function(Box<r#mod::Fn>),
}

#[derive(Schema)]
struct Statement {
    condition: Option<Expression>,
    then: Expression,
}

#[test]
fn types_that_contain_each_other_in_modules_with_odd_names() {
    assert_eq!(
        [
            defined!(Expression),
            defined!(Statement),
            defined!(r#mod::Fn)
        ],
        [
            "enum schema::Expression { Block(Vec<schema::Statement>), Function(schema::mod::Fn) }\n",
            "struct schema::Statement { condition: Option<schema::Expression>, then: schema::Expression }\n",
            "struct schema::mod::Fn { type: schema::Expression }\n",
        ]
    );
}

#[derive(Schema)]
struct Borrowed<'a, 'b: 'a>
where
    'a: 'a,
{
    text: &'a str,
    more: Cow<'b, [Option<&'a str>]>,
    same: Option<Box<Borrowed<'a, 'b>>>,
}

#[test]
fn lifetimes() {
    assert_eq!(used!(Borrowed<'_, '_>), "schema::Borrowed");
    assert_eq!(
        defined!(Borrowed<'_, '_>),
        "struct schema::Borrowed { text: String, more: Vec<Option<String>>, same: Option<schema::Borrowed> }\n"
    );
}

#[derive(Schema)]
struct Page<'a, T, M = (), const N: usize = 2>
where
    T: Clone,
{
    title: &'a str,
    items: [T; N],
    unit: Unit,
    marker: PhantomData<M>,
    #[serde(skip)]
    other: Option<M>,
}

#[derive(Schema)]
enum Either<A, B> {
    Left(A),
    Right {
        right: B,
        pages: Vec<Page<'static, u8>>,
    },
}

/// Has no schema.
struct Opaque;

#[test]
fn generic_types_are_defined_where_they_are_used() {
    assert_eq!(
        used!(Page<'_, u8, Opaque>),
        "struct schema::Page { title: String, items: [u8; 2], unit: schema::Unit, marker: () }"
    );
    assert_eq!(
        used!(Option<Either<Page<'_, char, (), 7>, Many>>),
        "Option<enum schema::Either { \
         Left(struct schema::Page { title: String, items: [char; 7], unit: schema::Unit, marker: () }), \
         Right { right: schema::Many, pages: Vec<struct schema::Page { title: String, items: [u8; 2], \
         unit: schema::Unit, marker: () }> } }>"
    );
}

/// What belongs to a parameter is the user's to bound.
#[derive(Schema)]
struct All<I: IntoIterator>(Vec<I::Item>)
where
    I::Item: Schema;

#[test]
fn what_belongs_to_a_parameter() {
    assert_eq!(
        used!(All<std::iter::Empty<u8>>),
        "struct schema::All(Vec<u8>)"
    );
}

#[derive(Schema, Deserialize, Serialize)]
#[serde(rename = "Other", default, deny_unknown_fields, crate = "serde")]
#[serde(bound = "")]
struct Renamed {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename(serialize = "über", deserialize = "über"))]
    over: u8,
    #[serde(rename = r#"say "\""#, alias = "another")]
    say: u8,
    #[serde(rename = "_")]
    nothing: u8,
    #[serde(rename = "")]
    empty: u8,
    #[serde(rename = "2nd")]
    second: u8,
    größe: u8,
}

impl Default for Renamed {
    fn default() -> Self {
        unimplemented!()
    }
}

#[test]
fn names_that_are_no_identifiers_are_strings() {
    assert_eq!(
        defined!(Renamed),
        r#"struct schema::Renamed { type: String, "über": u8, "say \"\\\"": u8, "_": u8, "": u8, "2nd": u8, "größe": u8 }
"#
    );
}

#[derive(Schema, Deserialize, Serialize)]
struct Skipping {
    kept: u8,
    #[serde(skip)]
    gone: u8,
    #[serde(skip, default)]
    opaque: PhantomData<Opaque>,
    #[serde(skip_serializing, skip_deserializing)]
    both: u8,
    #[serde(default)]
    last: u8,
}

#[derive(Schema, Deserialize, Serialize)]
struct SkippingTuple(#[serde(skip)] u8, u16, #[serde(skip)] u32);

#[derive(Schema, Deserialize, Serialize)]
enum SkippingEnum {
    All(#[serde(skip)] u8),
    Some {
        #[serde(skip)]
        gone: u8,
        kept: u16,
    },
    None {
        #[serde(skip)]
        gone: u8,
    },
}

#[test]
fn skipped_fields_are_not_there() {
    assert_eq!(
        defined!(Skipping),
        "struct schema::Skipping { kept: u8, last: u8 }\n"
    );
    assert_eq!(
        defined!(SkippingTuple),
        "struct schema::SkippingTuple(u16)\n"
    );
    assert_eq!(
        defined!(SkippingEnum),
        "enum schema::SkippingEnum { All(), Some { kept: u16 }, None {} }\n"
    );
    let bytes = |value: &SkippingEnum| bincode::serialize(value).unwrap();
    assert_eq!(bytes(&SkippingEnum::All(1)), [0, 0, 0, 0]);
    assert_eq!(
        bytes(&SkippingEnum::Some { gone: 1, kept: 2 }),
        [1, 0, 0, 0, 2, 0]
    );
}

#[derive(Schema, Deserialize, Serialize)]
#[serde(transparent)]
struct Wrapper {
    #[serde(skip)]
    gone: u8,
    marker: PhantomData<Opaque>,
    inside: Vec<u8>,
}

#[derive(Schema, Deserialize, Serialize)]
#[serde(transparent)]
struct Generic<T>(T);

#[test]
fn transparent_types_are_their_field() {
    assert_eq!(used!(Wrapper), "Vec<u8>");
    assert_eq!(used!(Generic<Generic<Newtype>>), "schema::Newtype");
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        number.to_string().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Schema, Deserialize, Serialize)]
struct With {
    #[serde(with = "as_text")]
    #[schema(as = String)]
    number: u64,
    #[schema(as = BTreeMap<String, [u8; 40]>)]
    opaque: u8,
}

#[derive(Clone, Schema, Deserialize, Serialize)]
#[serde(from = "u8", into = "u8")]
#[schema(as = u8)]
enum Small {
    Number(u64),
}

impl From<u8> for Small {
    fn from(number: u8) -> Self {
        Small::Number(number.into())
    }
}

impl From<Small> for u8 {
    fn from(small: Small) -> Self {
        let Small::Number(number) = small;
        number as u8
    }
}

#[derive(Schema)]
#[schema(as = Option<T>)]
union Zero<T: Copy> {
    value: T,
    number: u64,
}

#[test]
fn a_type_may_be_sent_as_another() {
    assert_eq!(
        defined!(With),
        "struct schema::With { number: String, opaque: Map<String, [u8; 40]> }\n"
    );
    assert_eq!(used!(Vec<Small>), "Vec<u8>");
    assert_eq!(used!(Zero<char>), "Option<char>");
}

macro_rules! by_a_macro {
    ($name:ident, $field:ident: $of:ty) => {
        #[derive(Schema)]
        struct $name {
            $field: $of,
        }
    };
}

by_a_macro!(Made, field: Vec<u8>);

#[test]
fn types_made_by_macros() {
    assert_eq!(defined!(Made), "struct schema::Made { field: Vec<u8> }\n");
}

/// The names of the variants or the fields of a type, as serde says that it expected them.
fn expected_names<T>(result: Result<T, Error>) -> Vec<String> {
    let message = match result {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.to_string(),
    };
    let names = message.split('`').skip(3).step_by(2);
    names.map(String::from).collect()
}

/// The names of the variants or the fields of a type, as its definition has them.
fn defined_names(definition: &str) -> Vec<String> {
    let (_, inside) = definition.split_once('{').unwrap();
    let names = inside
        .split(',')
        .map(|part| part.split(':').next().unwrap());
    names
        .map(|name| name.trim_matches(&[' ', '}', '\n', '"'][..]).to_string())
        .collect()
}

macro_rules! rules {
    ($($rule:literal $name:ident)+) => {$(
        mod $name {
            use super::*;

            #[derive(Schema, Deserialize)]
            #[serde(rename_all = $rule)]
            enum Variants {
                One,
                TwoWords,
                R2D2,
                Größer,
                #[serde(rename = "asItIs")]
                Other,
            }

            #[derive(Schema, Deserialize)]
            #[serde(rename_all = $rule, deny_unknown_fields)]
            struct Fields {
                one: u8,
                two_words: u8,
                _begins: u8,
                ends_: u8,
                r2d2: u8,
                größer: u8,
                #[serde(rename = "asItIs")]
                other: u8,
            }

            #[test]
            fn names_are_those_of_serde() {
                let none: StrDeserializer<'_, Error> = "none".into_deserializer();
                assert_eq!(
                    defined_names(defined!(Variants)),
                    expected_names(Variants::deserialize(none))
                );
                let fields = MapDeserializer::new([("none", 1u8)].into_iter());
                assert_eq!(
                    defined_names(defined!(Fields)),
                    expected_names(Fields::deserialize(fields))
                );
            }
        }
    )+};
}

rules! {
    "lowercase" lower
    "UPPERCASE" upper
    "PascalCase" pascal
    "camelCase" camel
    "snake_case" snake
    "SCREAMING_SNAKE_CASE" screaming_snake
    "kebab-case" kebab
    "SCREAMING-KEBAB-CASE" screaming_kebab
}

#[derive(Schema)]
#[serde(
    rename_all(serialize = "camelCase", deserialize = "camelCase"),
    rename_all_fields = "UPPERCASE"
)]
enum RenamedWithin {
    FirstOne {
        a_field: u8,
    },
    #[serde(rename_all = "kebab-case")]
    SecondOne {
        a_field: u8,
    },
}

#[test]
fn the_fields_of_variants_have_rules_of_their_own() {
    assert_eq!(
        defined!(RenamedWithin),
        "enum schema::RenamedWithin { firstOne { A_FIELD: u8 }, secondOne { \"a-field\": u8 } }\n"
    );
}
