//! A document of JSON that is written, read, and written again: a tree of small objects, numbers to and from text.

use super::{digest, prose, Random};
use std::fmt::Write;

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

#[inline(never)]
pub fn run() -> u64 {
    let document = document(1_100);
    let mut text = String::new();
    write(&document, &mut text);
    let read = parse(&text).expect("what was written can be read");
    assert!(read == document, "what was read is what was written");
    let mut again = String::new();
    write(&read, &mut again);
    digest(again.as_bytes())
}

/// A list of so many people.
fn document(count: u32) -> Value {
    let mut random = Random(11);
    let words = prose(12, 4_000);
    let words: Vec<&str> = words.split_whitespace().collect();
    let word = |random: &mut Random| words[random.below(words.len() as u32) as usize].to_string();
    let text = |text: &str| Value::Text(text.to_string());
    let field = |name: &str, value: Value| (name.to_string(), value);
    let person = |id: u32, random: &mut Random| {
        Value::Object(vec![
            field("id", Value::Number(f64::from(id))),
            field("name", Value::Text(word(random))),
            field(
                "note",
                Value::Text(format!("{} \"{}\"\n\té", word(random), word(random))),
            ),
            field("active", Value::Boolean(random.below(2) == 0)),
            field(
                "balance",
                Value::Number(f64::from(random.below(1_000_000)) / 100.0),
            ),
            field(
                "position",
                Value::Object(vec![
                    field("x", Value::Number(f64::from(random.next()) / 4096.0 - 5e5)),
                    field("y", Value::Number(f64::from(random.next()) * 1e-12)),
                ]),
            ),
            field(
                "tags",
                Value::List(
                    (0..random.below(5))
                        .map(|_| Value::Text(word(random)))
                        .collect(),
                ),
            ),
            field(
                "parent",
                if id == 0 {
                    Value::Null
                } else {
                    Value::Number(f64::from(random.below(id)))
                },
            ),
            field(
                "kind",
                text(["person", "robot", "cat"][random.below(3) as usize]),
            ),
        ])
    };
    Value::List((0..count).map(|id| person(id, &mut random)).collect())
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => write!(out, "{value}").expect("a string takes all"),
        Value::Text(text) => write_text(text, out),
        Value::List(values) => {
            out.push('[');
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(value, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (i, (name, value)) in fields.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' => {
                write!(out, "\\u{:04x}", character as u32).expect("a string takes all")
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// The value that the text is, or nothing if it is not JSON.
fn parse(text: &str) -> Option<Value> {
    let mut parser = Parser { text, position: 0 };
    let value = parser.value()?;
    parser.skip_space();
    (parser.position == text.len()).then(|| value)
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.position += 1;
        }
    }

    /// Whether this byte comes next, after white space; if so it is passed.
    fn pass(&mut self, byte: u8) -> bool {
        self.skip_space();
        let comes = self.peek() == Some(byte);
        self.position += usize::from(comes);
        comes
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let comes = self.text.as_bytes()[self.position..].starts_with(word.as_bytes());
        self.position += word.len();
        comes.then(|| value)
    }

    fn value(&mut self) -> Option<Value> {
        self.skip_space();
        match self.peek()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'"' => self.quoted().map(Value::Text),
            b'[' => self.list(),
            b'{' => self.object(),
            _ => self.number(),
        }
    }

    fn list(&mut self) -> Option<Value> {
        let mut values = Vec::new();
        self.position += 1;
        if self.pass(b']') {
            return Some(Value::List(values));
        }
        loop {
            values.push(self.value()?);
            if self.pass(b']') {
                return Some(Value::List(values));
            }
            self.pass(b',').then(|| ())?;
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut fields = Vec::new();
        self.position += 1;
        if self.pass(b'}') {
            return Some(Value::Object(fields));
        }
        loop {
            self.skip_space();
            let name = self.quoted()?;
            self.pass(b':').then(|| ())?;
            fields.push((name, self.value()?));
            if self.pass(b'}') {
                return Some(Value::Object(fields));
            }
            self.pass(b',').then(|| ())?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.position;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.position += 1;
        }
        self.text[start..self.position]
            .parse()
            .ok()
            .map(Value::Number)
    }

    fn quoted(&mut self) -> Option<String> {
        (self.peek()? == b'"').then(|| ())?;
        self.position += 1;
        let mut text = String::new();
        loop {
            let start = self.position;
            while !matches!(self.peek()?, b'"' | b'\\') {
                self.position += 1;
            }
            text.push_str(&self.text[start..self.position]);
            self.position += 1;
            if self.text.as_bytes()[self.position - 1] == b'"' {
                return Some(text);
            }
            let escaped = self.peek()?;
            self.position += 1;
            text.push(match escaped {
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'b' => '\x08',
                b'f' => '\x0c',
                b'u' => {
                    let digits = self.text.get(self.position..self.position + 4)?;
                    self.position += 4;
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                other => char::from(other),
            });
        }
    }
}

#[test]
fn reads_and_writes() {
    let text = r#"[null,true,false,-1.5,"a\"b\\\n\u0001é",[],{},{"x":[1,{"y":2}]}]"#;
    let mut written = String::new();
    write(&parse(text).unwrap(), &mut written);
    assert_eq!(written, text);
    assert_eq!(parse(" [ 1e3 , \"\\u0041\" ] "), parse("[1000,\"A\"]"));
    for wrong in ["", "[1", "[1,]", "{\"a\"}", "\"a", "nul", "1 2", "{1:2}"] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
}
