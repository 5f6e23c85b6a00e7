//! Words that are written, joined, taken apart, sorted and counted: small objects, and copies of memory.

use super::{digest, Random};
use std::fmt::Write;

#[inline(never)]
pub fn run() -> u64 {
    let mut text = String::new();
    let mut random = Random(3);
    for i in 0..24_000 {
        write!(text, "{}-{:x} ", i % 97, random.below(5_000)).expect("a string takes all");
    }
    let mut words: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
    words.sort();
    words.dedup();
    digest(words.join("/").as_bytes()) ^ words.len() as u64
}
