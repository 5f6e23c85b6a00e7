//! Sends back what comes in, for the codecs and the contract: a variant for each shape that a value can have.

use serde_derive::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};
use wasmbox::prelude::*;

#[derive(Deserialize, Schema, Serialize)]
enum Mirror {
    Bool(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    U128(u128),
    Usize(usize),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    I128(i128),
    Isize(isize),
    F32(f32),
    F64(f64),
    Char(char),
    String(String),
    Option(Option<u32>),
    NestedOption(Option<Option<String>>),
    Vec(Vec<i16>),
    Bytes(Vec<u8>),
    NestedVec(Vec<Vec<String>>),
    HashSet(HashSet<u32>),
    BTreeSet(BTreeSet<String>),
    HashMap(HashMap<String, u64>),
    BTreeMap(BTreeMap<i32, Vec<Point>>),
    Unit,
    UnitValue(()),
    Empty {},
    Two(u8, String),
    Tuple1((u8,)),
    Tuple2((char, i64)),
    Tuple5((bool, u8, (u16, u32), String, Option<char>)),
    Array([u8; 4]),
    ArrayOfPairs([(i8, bool); 2]),
    UnitStruct(Nothing),
    NewtypeStruct(Meters),
    TupleStruct(Color),
    Struct(Person),
    Enum(Figure),
    Level(Level),
    Recursive(Tree),
    Mutual(Folder),
    PageOfNumbers(Page<u16>),
    PageOfPeople(Page<Person>),
    Duration(Duration),
    SystemTime(SystemTime),
    Result(Result<u32, String>),
    Boxed(Box<Point>),
    Names {
        #[serde(rename = "type")]
        kind: String,
        #[serde(rename = "not an \"identifier\"")]
        other: u8,
        r#match: bool,
    },
    #[serde(rename = "another-name")]
    Renamed(u8),
    /// Answered with these very bytes, whatever they mean.
    Garble(Vec<u8>),
}

#[derive(Deserialize, Schema, Serialize)]
struct Nothing;

#[derive(Deserialize, Schema, Serialize)]
struct Meters(f64);

#[derive(Deserialize, Schema, Serialize)]
struct Color(u8, u8, u8);

#[derive(Deserialize, Schema, Serialize)]
struct Point {
    x: i32,
    y: i32,
}

#[derive(Deserialize, Schema, Serialize)]
struct Person {
    name: String,
    age: Option<u8>,
    address: Address,
    nicknames: Vec<String>,
}

#[derive(Deserialize, Schema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    street_name: String,
    house_number: u16,
}

#[derive(Deserialize, Schema, Serialize)]
enum Figure {
    Nothing,
    Circle(Point, f32),
    Polygon(Vec<Point>),
    Text { at: Point, text: String },
}

#[derive(Deserialize, Schema, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Level {
    Low,
    Medium,
    VeryHigh,
}

#[derive(Deserialize, Schema, Serialize)]
enum Tree {
    Leaf(i64),
    Pair(Box<Tree>, Box<Tree>),
    Many(Vec<Tree>),
}

/// Contains entries, which may be folders.
#[derive(Deserialize, Schema, Serialize)]
struct Folder {
    name: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize, Schema, Serialize)]
enum Entry {
    File { name: String, size: u64 },
    Folder(Folder),
}

#[derive(Deserialize, Schema, Serialize)]
struct Page<T> {
    items: Vec<T>,
    first: Option<T>,
    next: Option<u32>,
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Mirror, Mirror>) {
    loop {
        match ctx.next().await {
            Mirror::Garble(bytes) => send_raw(&bytes),
            other => ctx.send(other),
        }
    }
}

/// Sends bytes as they are, past the SDK.
fn send_raw(bytes: &[u8]) {
    #[link(wasm_import_module = "env")]
    extern "C" {
        fn wasmbox_callback(pointer: *const u8, length: usize);
    }
    // SAFETY: the host reads `length` bytes at `pointer` before it returns, and writes nothing.
    unsafe { wasmbox_callback(bytes.as_ptr(), bytes.len()) }
}
