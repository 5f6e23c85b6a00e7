//! A text in pieces, put together by the compiler.
//!
//! A piece may be of a type that is not known yet, so it is an associated constant. Only what a `static` is made of has
//! to be whole. All of it has to do with what functions of Rust 1.63 can do when they are run by the compiler.

/// A piece of a text.
#[derive(Clone, Copy)]
pub enum Node {
    /// As it stands.
    Text(&'static str),
    /// In decimal.
    Number(usize),
    /// The name of a type, as `module_path!` begins it; and where it is defined, unless that is here.
    Path(&'static str, Option<Definition>),
    /// One after the other.
    All(&'static [Node]),
}

/// Stands for the definition of a type that is in the section by itself.
///
/// Nobody calls the function. A linker takes out of a library only those files whose symbols are asked for, and a section
/// is not: so whoever needs a definition refers to this function, which is in the same file. It refers in turn to those of
/// the types that the definition names.
#[derive(Clone, Copy)]
pub struct Definition(pub fn() -> &'static [Definition]);

impl Node {
    /// How many bytes the text has.
    pub const fn length(&self) -> usize {
        match self {
            Node::Text(text) => text.len(),
            Node::Number(number) => {
                let mut digits = 1;
                let mut rest = *number / 10;
                while rest > 0 {
                    digits += 1;
                    rest /= 10;
                }
                digits
            }
            Node::Path(path, _) => {
                let path = path.as_bytes();
                let mut length = 0;
                let mut index = 0;
                while index < path.len() {
                    if !is_raw(path, index) {
                        length += 1;
                    }
                    index += 1;
                }
                length
            }
            Node::All(nodes) => {
                let mut length = 0;
                let mut index = 0;
                while index < nodes.len() {
                    length += nodes[index].length();
                    index += 1;
                }
                length
            }
        }
    }

    /// The text, which has `N` bytes.
    pub const fn text<const N: usize>(&self) -> [u8; N] {
        self.write(Text {
            bytes: [0; N],
            length: 0,
        })
        .bytes
    }

    const fn write<const N: usize>(&self, mut text: Text<N>) -> Text<N> {
        match self {
            Node::Text(part) => {
                let part = part.as_bytes();
                let mut index = 0;
                while index < part.len() {
                    text.bytes[text.length] = part[index];
                    text.length += 1;
                    index += 1;
                }
            }
            Node::Number(number) => {
                let mut rest = *number;
                text.length += self.length();
                let mut index = text.length;
                loop {
                    index -= 1;
                    text.bytes[index] = b'0' + (rest % 10) as u8;
                    rest /= 10;
                    if rest == 0 {
                        break;
                    }
                }
            }
            Node::Path(path, _) => {
                let path = path.as_bytes();
                let mut index = 0;
                while index < path.len() {
                    if !is_raw(path, index) {
                        text.bytes[text.length] = path[index];
                        text.length += 1;
                    }
                    index += 1;
                }
            }
            Node::All(nodes) => {
                let mut index = 0;
                while index < nodes.len() {
                    text = nodes[index].write(text);
                    index += 1;
                }
            }
        }
        text
    }

    /// How many definitions it needs that are not in this crate.
    pub const fn count(&self, but: &str) -> usize {
        match self {
            Node::Path(path, Some(_)) if !is_in(path, but) => 1,
            Node::All(nodes) => {
                let mut count = 0;
                let mut index = 0;
                while index < nodes.len() {
                    count += nodes[index].count(but);
                    index += 1;
                }
                count
            }
            _ => 0,
        }
    }

    /// The definitions it needs that are not in this crate, of which there are `N`.
    pub const fn definitions<const N: usize>(&self, but: &str) -> [Definition; N] {
        self.collect(
            but,
            Definitions {
                definitions: [Definition(|| &[]); N],
                count: 0,
            },
        )
        .definitions
    }

    const fn collect<const N: usize>(
        &self,
        but: &str,
        mut found: Definitions<N>,
    ) -> Definitions<N> {
        match self {
            Node::Path(path, Some(definition)) if !is_in(path, but) => {
                found.definitions[found.count] = *definition;
                found.count += 1;
            }
            Node::All(nodes) => {
                let mut index = 0;
                while index < nodes.len() {
                    found = nodes[index].collect(but, found);
                    index += 1;
                }
            }
            _ => {}
        }
        found
    }
}

struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

struct Definitions<const N: usize> {
    definitions: [Definition; N],
    count: usize,
}

/// Whether that byte of a path belongs to the `r#` of an identifier.
const fn is_raw(path: &[u8], index: usize) -> bool {
    path[index] == b'#' || index + 1 < path.len() && path[index + 1] == b'#'
}

/// Whether a path begins with the crate of the other.
const fn is_in(path: &str, other: &str) -> bool {
    let (path, other) = (path.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < other.len() && other[index] != b':' {
        if index >= path.len() || path[index] != other[index] {
            return false;
        }
        index += 1;
    }
    index > 0 && index < path.len() && path[index] == b':'
}
