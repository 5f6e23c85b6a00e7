//! Programs that compute and little else. Each takes some milliseconds, keeps nothing, and returns a number that depends
//! on all that it did. None is inlined into another: they are as large as their authors made them.

mod chess;
mod hash_map;
mod interpreter;
mod json;
mod lz77;
mod n_body;
mod regex;
mod sha_256;
mod sieve;
mod strings;

/// What runs, and what it is called, in the order of the indices that a message names.
pub const PROGRAMS: [(&str, fn() -> u64); 10] = [
    ("sieve", sieve::run),
    ("hash_map", hash_map::run),
    ("n_body", n_body::run),
    ("strings", strings::run),
    ("sha_256", sha_256::run),
    ("json", json::run),
    ("regex", regex::run),
    ("lz77", lz77::run),
    ("chess", chess::run),
    ("interpreter", interpreter::run),
];

/// Xorshift: the same numbers everywhere.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }
}

/// Words and punctuation as they come in a text: made of syllables, the same words again and again.
fn prose(seed: u32, length: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "cor", "di", "en", "fu", "gal", "ho", "in", "ka", "lu", "mer", "no", "or", "pi",
        "sta", "ter",
    ];
    let mut random = Random(seed);
    let words: Vec<String> = (0..700)
        .map(|_| {
            let syllables = 1 + random.below(4);
            (0..syllables)
                .map(|_| SYLLABLES[random.below(16) as usize])
                .collect()
        })
        .collect();
    let mut text = String::with_capacity(length + 32);
    while text.len() < length {
        // Few words often, many words seldom.
        let range = 1 + random.below(words.len() as u32);
        text += &words[random.below(range) as usize];
        text += match random.below(12) {
            0 => ", ",
            1 => ".\n",
            _ => " ",
        };
    }
    text.truncate(length);
    text
}

/// FNV-1a: a number that depends on every byte and on their order.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
