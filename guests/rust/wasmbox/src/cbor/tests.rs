use super::*;
use serde::{de::DeserializeOwned, Serialize};
use serde_derive::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

const NAME: [u8; 3] = [0x82, 0x61, b'n'];

fn encode<T: Serialize>(value: T) -> Vec<u8> {
    let bytes = write("n", &value).unwrap();
    assert_eq!(bytes[..3], NAME);
    bytes[3..].to_vec()
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    read("n", &[&NAME, bytes].concat()).map_err(|error| error.to_string())
}

fn error_of<T: DeserializeOwned + Debug>(bytes: &[u8]) -> String {
    decode::<T>(bytes).unwrap_err()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Is written like this, and read again.
fn is<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, bytes: &str) {
    assert_eq!(encode(&value), hex(bytes), "{:?}", value);
    assert_eq!(decode::<T>(&hex(bytes)).as_ref(), Ok(&value));
}

/// Is read like this, though written differently.
fn reads<T: DeserializeOwned + PartialEq + Debug>(bytes: &str, value: T) {
    assert_eq!(decode::<T>(&hex(bytes)), Ok(value), "{}", bytes);
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    assert_eq!(decode::<T>(&encode(&value)).as_ref(), Ok(&value));
}

#[test]
fn the_examples_of_rfc_8949_are_written_and_read() {
    is(0u8, "00");
    is(23i32, "17");
    is(24u16, "1818");
    is(100i64, "1864");
    is(1000u32, "1903e8");
    is(1_000_000u32, "1a000f4240");
    is(1_000_000_000_000u64, "1b000000e8d4a51000");
    is(u64::MAX, "1bffffffffffffffff");
    is(18_446_744_073_709_551_616u128, "c249010000000000000000");
    is(-18_446_744_073_709_551_616i128, "3bffffffffffffffff");
    is(-18_446_744_073_709_551_617i128, "c349010000000000000000");
    is(-1i8, "20");
    is(-10i64, "29");
    is(-100i128, "3863");
    is(-1000i16, "3903e7");
    is(1.1f64, "fb3ff199999999999a");
    is(100_000.0f32, "fa47c35000");
    is(f32::MAX, "fa7f7fffff");
    is(1.0e300f64, "fb7e37e43c8800759c");
    is(f64::NEG_INFINITY, "fbfff0000000000000");
    is(false, "f4");
    is(true, "f5");
    is((), "f6");
    is(None::<u8>, "f6");
    is(String::new(), "60");
    is(String::from("IETF"), "6449455446");
    is('\u{6c34}', "63e6b0b4");
    is(Vec::<u8>::new(), "80");
    is(vec![1, 2, 3], "83010203");
    is((1, (2, 3), (4, 5)), "8301820203820405");
    is(
        (1..=25).collect::<Vec<u32>>(),
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
    );
    is(BTreeMap::from([(1, 2), (3, 4)]), "a201020304");
    is(
        BTreeMap::from([("a".to_string(), "A".to_string())]),
        "a161616141",
    );

    reads("f90000", 0.0f32);
    reads("f93c00", 1.0f64);
    reads("f93e00", 1.5f64);
    reads("f97bff", 65504.0f32);
    reads("f90001", 5.960_464_477_539_063e-8f64);
    reads("f90400", 0.000_061_035_156_25f64);
    reads("f9c400", -4.0f64);
    reads("f97c00", f64::INFINITY);
    reads("f9fc00", f32::NEG_INFINITY);
    assert!(decode::<f64>(&hex("f97e00")).unwrap().is_nan());
    reads("f7", None::<u8>);
    reads(
        "c074323031332d30332d32315432303a30343a30305a",
        "2013-03-21T20:04:00Z".to_string(),
    );
    reads("d818456449455446", Bytes(b"dIETF".to_vec()));
    reads("5f42010243030405ff", Bytes(vec![1, 2, 3, 4, 5]));
    reads("7f657374726561646d696e67ff", "streaming".to_string());
    reads("9fff", Vec::<u8>::new());
    reads("9f018202039f0405ffff", (1u8, vec![2u8, 3], [4u8, 5]));
    reads(
        "bf61610161629f0203ffff",
        Mixed {
            a: 1,
            b: vec![2, 3],
        },
    );
    // Not in the shortest form.
    reads("1b0000000000000005", 5u8);
    reads("3b0000000000000004", -5i8);
    reads("c2420005", 5u8);
    reads("c34104", -5i8);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Mixed {
    a: u8,
    b: Vec<u8>,
}

/// Written as bytes, as by the crate `serde_bytes`.
#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Bytes;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

#[test]
fn bytes_are_read_as_lists() {
    is(Bytes(vec![1, 2, 255]), "430102ff");
    reads("430102ff", vec![1u8, 2, 255]);
    reads("430102ff", [1u64, 2, 255]);
    assert!(error_of::<[u8; 2]>(&hex("430102ff")).starts_with("invalid length 3"));
}

#[test]
fn every_bit_of_a_float_is_kept() {
    for bits in [
        0x7ff8_0000_0000_0001u64,
        0xfff0_dead_beef_0000,
        0x8000_0000_0000_0000,
        1,
    ] {
        let read: f64 = decode(&encode(f64::from_bits(bits))).unwrap();
        assert_eq!(read.to_bits(), bits);
    }
    for bits in [0x7fc0_0001u32, 0x8000_0000, 1] {
        let read: f32 = decode(&encode(f32::from_bits(bits))).unwrap();
        assert_eq!(read.to_bits(), bits);
    }
}

#[test]
fn numbers_at_their_limits_survive() {
    survives((i8::MIN, i8::MAX, u8::MAX, i16::MIN, i16::MAX, u16::MAX));
    survives((i32::MIN, i32::MAX, u32::MAX, i64::MIN, i64::MAX, u64::MAX));
    survives((i128::MIN, i128::MAX, u128::MAX, u128::from(u64::MAX) + 1));
    survives((i128::from(i64::MIN) - 1, i128::from(u64::MAX)));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u32, String);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Event {
    Idle,
    Paid(u32),
    Moved(i32, i32),
    Named { name: String, nick: Option<String> },
}

fn events() -> Vec<Event> {
    vec![
        Event::Idle,
        Event::Paid(5),
        Event::Moved(-1, 2),
        Event::Named {
            name: "a".into(),
            nick: None,
        },
    ]
}

#[test]
fn structs_and_variants_have_their_names() {
    is(Unit, "f6");
    is(Newtype(7), "07");
    is(Pair(7, "x".into()), "82076178");
    is(Event::Idle, "6449646c65");
    is(Event::Paid(5), "a1645061696405");
    is(Event::Moved(-1, 2), "a1654d6f766564822002");
    is(
        Event::Named {
            name: "a".into(),
            nick: None,
        },
        "a1654e616d6564a2646e616d656161646e69636bf6",
    );
    reads("bf645061696405ff", Event::Paid(5));
    reads("bf7f625061626964ff05ff", Event::Paid(5));
}

#[test]
fn anything_may_be_a_key() {
    survives(BTreeMap::from([((1, -2), events()), ((3, 4), vec![])]));
    survives(
        events()
            .into_iter()
            .map(|event| (event, 1.5))
            .collect::<BTreeMap<_, _>>(),
    );
    survives(HashMap::from([(
        vec!['a', 'b'],
        BTreeSet::from([true, false]),
    )]));
    survives(BTreeMap::from([(Some(1), ()), (None, ())]));
}

#[test]
fn what_is_in_an_option_is_not_confused_with_nothing() {
    for value in [None, Some(None), Some(Some(None)), Some(Some(Some(1)))] {
        survives::<Option<Option<Option<u8>>>>(value);
    }
    for value in [None, Some(())] {
        survives(value);
    }
    for value in [None, Some(Unit)] {
        survives(value);
    }
    is(Some(Some(1u8)), "01");
    is(Some(None::<u8>), "da536f6d65f6");
    survives((
        Some(None::<u8>),
        vec![Some(()), None],
        Some(Some("x".to_string())),
    ));
    // Whoever does not know the mark sees the value.
    reads("da536f6d6505", 5u8);
    reads("da536f6d65f6", ());
    // Other tags do not hide what is nothing.
    reads("d9d9f7f6", None::<u8>);
    reads("d9d9f7da536f6d65f6", Some(None::<u8>));
}

/// A list whose length serde does not know.
struct Stream(u32);

impl Serialize for Stream {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut list = serializer.serialize_seq(None)?;
        (0..self.0).try_for_each(|number| list.serialize_element(&number))?;
        list.end()
    }
}

/// A list that does not keep its word.
struct Liar(usize);

impl Serialize for Liar {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(self.0))?;
        map.serialize_entry("a", &1)?;
        map.serialize_entry("b", &2)?;
        map.end()
    }
}

#[test]
fn lengths_may_be_unknown_but_not_wrong() {
    assert_eq!(encode(Stream(3)), hex("9f000102ff"));
    assert_eq!(decode(&encode((Stream(3), 7))), Ok((vec![0, 1, 2], 7)));
    assert_eq!(encode(Liar(2)), hex("a2616101616202"));
    for wrong in [0, 1, 3] {
        let error = write("n", &Liar(wrong)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("its `Serialize` announced {} entries and gave 2", wrong)
        );
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: BTreeMap<String, Event>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    a: u8,
    b: Option<String>,
    c: f32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    A { value: i64 },
    B(Inner),
    C,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    A { value: i64 },
    B(u8, u8),
    C,
}

#[test]
fn what_serde_does_by_itself_works() {
    let inner = || Inner {
        a: 1,
        b: Some("x".into()),
        c: 0.5,
    };
    survives(Flat {
        inner: inner(),
        rest: events()
            .into_iter()
            .enumerate()
            .map(|(index, event)| (index.to_string(), event))
            .collect(),
    });
    survives(vec![Tagged::A { value: -1 }, Tagged::B(inner()), Tagged::C]);
    survives(vec![
        Adjacent::A { value: -1 },
        Adjacent::B(1, 2),
        Adjacent::C,
    ]);
    survives("127.0.0.1".parse::<std::net::IpAddr>().unwrap());
    survives(std::time::Duration::new(1, 2));
    survives(Ok::<u8, String>(1));
}

// ---------------------------------------------------------------------------------------------------------------------
// Another version

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Old {
    name: String,
    score: u8,
    notes: Vec<Event>,
    last: Event,
}

fn old() -> Vec<u8> {
    encode(Old {
        name: "ada".into(),
        score: 7,
        notes: events(),
        last: Event::Moved(1, 2),
    })
}

#[test]
fn a_newer_type_reads_an_older_value() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct New {
        score: f64,
        #[serde(alias = "name")]
        title: String,
        #[serde(default)]
        added: Option<u8>,
        #[serde(default = "five")]
        five: u8,
        last: Last,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    enum Last {
        Idle,
        #[serde(other)]
        Unknown,
    }
    fn five() -> u8 {
        5
    }
    let expected = New {
        score: 7.0,
        title: "ada".into(),
        added: None,
        five: 5,
        last: Last::Unknown,
    };
    assert_eq!(decode(&old()), Ok(expected));
}

#[test]
fn a_newer_type_converts_an_older_one() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(from = "Either")]
    struct Score {
        half_points: u32,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        New { half_points: u32 },
        Old(u32),
    }
    impl From<Either> for Score {
        fn from(either: Either) -> Self {
            match either {
                Either::New { half_points } => Score { half_points },
                Either::Old(points) => Score {
                    half_points: points * 2,
                },
            }
        }
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct New {
        score: Score,
    }
    let expected = || New {
        score: Score { half_points: 14 },
    };
    assert_eq!(decode(&old()), Ok(expected()));
    let new = encode(BTreeMap::from([(
        "score",
        BTreeMap::from([("half_points", 14)]),
    )]));
    assert_eq!(decode(&new), Ok(expected()));
}

#[test]
fn errors_say_what_and_where() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[allow(dead_code)]
        name: String,
    }
    #[derive(Debug, Deserialize)]
    struct Deep {
        #[allow(dead_code)]
        by_name: BTreeMap<String, Vec<Old>>,
    }
    assert!(error_of::<Strict>(&old()).starts_with("unknown field `score`, expected `name`"));
    assert_eq!(
        error_of::<Old>(&encode(BTreeMap::from([("name", 1)]))),
        "name: invalid type: integer `1`, expected a string"
    );
    assert_eq!(
        error_of::<Old>(&encode(BTreeMap::from([("name", "a")]))),
        "missing field `score`"
    );
    let deep = BTreeMap::from([(
        "by_name",
        BTreeMap::from([("ada", vec![Unit]), ("eve", vec![])]),
    )]);
    assert_eq!(
        error_of::<Deep>(&encode(deep)),
        "by_name.ada[0]: invalid type: unit value, expected struct Old"
    );
    assert_eq!(
        error_of::<BTreeMap<u8, bool>>(&encode(BTreeMap::from([(7, 7)]))),
        "7: invalid type: integer `7`, expected a boolean"
    );
    assert_eq!(
        error_of::<BTreeMap<(u8, u8), bool>>(&encode(BTreeMap::from([((7, 7), 7)]))),
        "[0]: invalid type: integer `7`, expected a boolean"
    );
    assert_eq!(
        error_of::<Event>(&encode(7)),
        "invalid type: integer `7`, expected a variant of Event"
    );
    assert!(
        error_of::<Event>(&encode("Gone")).starts_with("unknown variant `Gone`, expected one of")
    );
    assert!(error_of::<Event>(&encode(BTreeMap::from([("Gone", 1)])))
        .starts_with("unknown variant `Gone`"));
    assert!(error_of::<Event>(&encode("Paid")).contains("unit variant, expected newtype variant"));
    assert!(error_of::<u8>(&encode(256)).starts_with("invalid value: integer `256`"));
    assert!(error_of::<u64>(&encode(u128::MAX)).contains("expected u64"));
    assert_eq!(
        error_of::<(u8, u8)>(&encode([1, 2, 3])),
        "there are more than the 2 entries that are expected"
    );
    assert_eq!(
        error_of::<(u8, u8)>(&hex("9f010203ff")),
        "there are more than the 2 entries that are expected"
    );
    assert!(error_of::<(u8, u8)>(&encode([1])).starts_with("invalid length 1"));
    assert_eq!(
        error_of::<bool>(&encode(1.5)),
        "invalid type: floating point number, expected a boolean"
    );
    assert_eq!(
        error_of::<String>(&encode(true)),
        "invalid type: boolean `true`, expected a string"
    );
    assert_eq!(
        error_of::<u8>(&encode(-1)),
        "invalid value: integer `-1`, expected u8"
    );
    assert_eq!(
        error_of::<u8>(&encode("\u{e9}\n".repeat(1000))),
        format!(
            "invalid type: string \"{}\", expected u8",
            "\u{e9}\\n".repeat(30)
        )
    );
    let long = "x".repeat(1000);
    assert!(error_of::<BTreeMap<String, bool>>(&encode(BTreeMap::from([(long, 7)]))).len() < 200);
}

#[test]
fn errors_in_writing_say_where() {
    struct Fails;
    impl Serialize for Fails {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no way"))
        }
    }
    #[derive(Serialize)]
    struct Holder {
        list: Vec<Fails>,
    }
    let holder = Holder { list: vec![Fails] };
    assert_eq!(
        write("n", &holder).unwrap_err().to_string(),
        "list[0]: no way"
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Bytes that nobody wrote

#[test]
fn the_name_is_checked_before_anything_else() {
    let bytes = write("counter", &5).unwrap();
    let error = read::<u8>("ledger", &bytes).unwrap_err().to_string();
    assert_eq!(
        error,
        "it is the state of `counter`, and that of `ledger` is expected"
    );
    for wrong in [
        "",
        "05",
        "80",
        "81616e",
        "8205f6",
        "83616ef6f6",
        "a1616ef6",
        "82",
        "8263616e",
        "9f616ef6ff",
    ] {
        let error = read::<()>("n", &hex(wrong)).unwrap_err().to_string();
        assert_eq!(
            error, "it does not begin with the name of a state, and is in another form",
            "{}",
            wrong
        );
    }
}

#[test]
fn what_follows_is_refused() {
    assert_eq!(error_of::<u8>(&hex("0500")), "1 bytes follow its end");
}

#[test]
fn every_truncation_is_refused() {
    let bytes = old();
    for length in 0..bytes.len() {
        assert!(decode::<Old>(&bytes[..length]).is_err(), "{}", length);
        assert!(
            decode::<serde::de::IgnoredAny>(&bytes[..length]).is_err(),
            "{}",
            length
        );
    }
    assert_eq!(
        error_of::<u8>(&[]),
        "the bytes end too early: 1 more are announced and 0 are there"
    );
}

#[test]
fn a_length_that_is_not_there_is_refused_without_allocating_it() {
    for bytes in [
        "7b00ffffffffffffff",
        "5b00ffffffffffffff",
        "9b00ffffffffffffff",
        "bb00ffffffffffffff",
    ] {
        let bytes = hex(bytes);
        assert!(decode::<String>(&bytes).is_err());
        assert!(decode::<Vec<u64>>(&bytes).is_err());
        assert!(decode::<Bytes>(&bytes).is_err());
        assert!(decode::<BTreeMap<String, String>>(&bytes).is_err());
        assert!(decode::<HashMap<u8, u8>>(&bytes).is_err());
        assert!(decode::<serde::de::IgnoredAny>(&bytes).is_err());
    }
}

#[test]
fn what_is_no_cbor_is_refused() {
    for bytes in [
        "1c", "1f", "3d", "5e", "7c", "9e", "df", "ff", "fc", "e0", "f800", "82ff01", "9f",
    ] {
        assert!(decode::<Vec<u8>>(&hex(bytes)).is_err(), "{}", bytes);
        assert!(decode::<Vec<Option<u8>>>(&hex(bytes)).is_err(), "{}", bytes);
    }
    assert_eq!(
        error_of::<u8>(&hex("ff")),
        "byte 3, which is 0xff, begins no value of CBOR"
    );
    assert_eq!(error_of::<String>(&hex("61ff")), "a string is not UTF-8");
    assert_eq!(
        error_of::<String>(&hex("7f4161ff")),
        "a string in pieces has a piece that is no string"
    );
    assert_eq!(
        error_of::<u128>(&hex("c205")),
        "a large number is not made of bytes"
    );
    assert_eq!(
        error_of::<u128>(&hex("c2510100000000000000000000000000000000")),
        "a number has more than 128 bits"
    );
    assert_eq!(
        error_of::<i128>(&hex("c350ffffffffffffffffffffffffffffffff")),
        "a number has more than 128 bits"
    );
    assert_eq!(error_of::<Event>(&hex("bfff")), "a variant has no name");
    assert!(error_of::<Event>(&hex("a0")).contains("map"));
}

/// A long linked list, and a type that nests without a byte.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    next: Option<Box<Node>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Shell(Option<Box<Shell>>);

fn nodes(count: u32) -> Node {
    (1..count).fold(Node { next: None }, |next, _| Node {
        next: Some(Box::new(next)),
    })
}

fn shells(count: u32) -> Shell {
    (1..count).fold(Shell(None), |inner, _| Shell(Some(Box::new(inner))))
}

#[test]
fn depth_has_a_limit_and_what_is_written_can_be_read() {
    survives(nodes(DEPTH / 2));
    survives(shells(DEPTH + 1));
    let sentence = "it is nested more than 256 deep";
    assert!(write("n", &nodes(DEPTH))
        .unwrap_err()
        .to_string()
        .ends_with(sentence));
    assert_eq!(
        write("n", &shells(DEPTH + 2)).unwrap_err().to_string(),
        sentence
    );
    for deep in [[0x81], [0x9f]] {
        let deep = deep.repeat(100_000);
        assert!(error_of::<serde::de::IgnoredAny>(&deep).ends_with(sentence));
    }
    let shells = SOME_HEAD.repeat(100_000);
    assert!(error_of::<Shell>(&shells).ends_with(sentence));
    // Tags that say nothing do not nest.
    let mut tags = vec![0xc0; 100_000];
    tags.push(5);
    assert_eq!(decode::<u8>(&tags), Ok(5));
    assert_eq!(decode::<Option<u8>>(&tags), Ok(Some(5)));
}

/// Bytes of chance are read as something or refused, and never do anything else.
#[test]
fn noise_does_no_harm() {
    let mut seed = 1u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let good = old();
    for _ in 0..20_000 {
        let mut bytes = good.clone();
        for _ in 0..=random() % 3 {
            let at = random() as usize % bytes.len();
            bytes[at] = random() as u8;
        }
        let _ = decode::<Old>(&bytes);
        let _ = decode::<Flat>(&bytes);
        let _ = decode::<serde::de::IgnoredAny>(&bytes);
        let noise: Vec<u8> = (0..random() % 40).map(|_| random() as u8).collect();
        let _ = decode::<Old>(&noise);
        let _ = decode::<Vec<Event>>(&noise);
        let _ = decode::<BTreeMap<String, Vec<Option<Tagged>>>>(&noise);
        let _ = decode::<serde::de::IgnoredAny>(&noise);
    }
}
