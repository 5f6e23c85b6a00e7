//! A text that is compressed and decompressed by references to what came before: a table of hashes, and copies of a few
//! bytes.

use super::{digest, prose};

/// How far back a reference goes.
const WINDOW: usize = 1 << 15;
const HASH_BITS: u32 = 14;
const LEAST_MATCH: usize = 4;
/// How many places with the same hash are looked at.
const ATTEMPTS: usize = 16;

#[inline(never)]
pub fn run() -> u64 {
    let text = prose(31, 256 * 1024);
    let compressed = compress(text.as_bytes());
    let decompressed = decompress(&compressed);
    assert!(
        decompressed == text.as_bytes(),
        "what was decompressed is what was compressed"
    );
    digest(&compressed) ^ compressed.len() as u64
}

/// Pairs of literal bytes and a reference: how many bytes, those bytes, then how many to copy from how far back. The last
/// reference copies nothing.
fn compress(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // One more than the last place with a hash, and than the one before a place.
    let mut last = vec![0u32; 1 << HASH_BITS];
    let mut before = vec![0u32; WINDOW];
    let mut literals = 0;
    let mut position = 0;
    while position + LEAST_MATCH <= data.len() {
        let (length, distance) = longest_match(data, position, last[hash(data, position)], &before);
        let end = position + length.max(1);
        while position < end && position + LEAST_MATCH <= data.len() {
            let first = &mut last[hash(data, position)];
            before[position % WINDOW] = *first;
            position += 1;
            *first = position as u32;
        }
        position = end;
        if length > 0 {
            write_pair(&mut out, &data[literals..end - length], length, distance);
            literals = end;
        }
    }
    write_pair(&mut out, &data[literals..], 0, 0);
    out
}

fn longest_match(data: &[u8], position: usize, first: u32, before: &[u32]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut candidate = first as usize;
    for _ in 0..ATTEMPTS {
        if candidate == 0 || position - (candidate - 1) >= WINDOW {
            break;
        }
        let start = candidate - 1;
        let length = data[position..]
            .iter()
            .zip(&data[start..])
            .take_while(|(one, other)| one == other)
            .count();
        if length >= LEAST_MATCH && length > best.0 {
            best = (length, position - start);
        }
        candidate = before[start % WINDOW] as usize;
    }
    best
}

fn hash(data: &[u8], position: usize) -> usize {
    let bytes = [
        data[position],
        data[position + 1],
        data[position + 2],
        data[position + 3],
    ];
    (u32::from_le_bytes(bytes).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

fn write_pair(out: &mut Vec<u8>, literals: &[u8], length: usize, distance: usize) {
    write_number(out, literals.len());
    out.extend_from_slice(literals);
    write_number(out, length);
    write_number(out, distance);
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

fn decompress(compressed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut position = 0;
    while position < compressed.len() {
        let literals = read_number(compressed, &mut position);
        out.extend_from_slice(&compressed[position..position + literals]);
        position += literals;
        let length = read_number(compressed, &mut position);
        let distance = read_number(compressed, &mut position);
        // Byte by byte, since what is copied may begin to be written only now.
        for _ in 0..length {
            out.push(out[out.len() - distance]);
        }
    }
    out
}

fn read_number(compressed: &[u8], position: &mut usize) -> usize {
    let mut number = 0;
    let mut shift = 0;
    loop {
        let byte = compressed[*position];
        *position += 1;
        number |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return number;
        }
        shift += 7;
    }
}

#[test]
fn gives_back_what_it_took() {
    for text in [
        "",
        "a",
        "abcabcabcabcabcabcabcabc",
        "aaaaaaaaaaaaaaaaaaaaaa",
        &prose(1, 100_000),
    ] {
        assert_eq!(decompress(&compress(text.as_bytes())), text.as_bytes());
    }
    let compressed = compress(prose(1, 100_000).as_bytes()).len();
    assert!(compressed < 60_000, "{compressed}");
}
