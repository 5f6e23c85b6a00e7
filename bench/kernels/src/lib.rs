//! Programs that compute and little else, to measure a memory with. Each export takes a few milliseconds, keeps
//! nothing, and returns a number that depends on all that it did.

use std::collections::hash_map::DefaultHasher;
use std::collections::HashMap;
use std::fmt::Write;
use std::hash::BuildHasherDefault;

extern "C" {
    fn __wasm_call_ctors();
}

/// To be called first and once. Calling the constructors keeps the linker from doing it around every export.
#[no_mangle]
pub extern "C" fn initialize() {
    unsafe { __wasm_call_ctors() }
}

struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }
}

/// The primes below a million, struck out in a byte each: stores, one after the other.
#[no_mangle]
pub extern "C" fn sieve() -> u32 {
    let size = 1_000_000;
    let mut composite = vec![false; size];
    let mut primes = 0;
    for number in 2..size {
        if !composite[number] {
            primes += 1;
            let mut multiple = number * number;
            while multiple < size && number < 1_000 {
                composite[multiple] = true;
                multiple += number;
            }
        }
    }
    primes
}

/// A map of numbers that is filled, read and emptied by half: accesses all over some megabytes.
#[no_mangle]
pub extern "C" fn hash_map() -> u32 {
    let mut map: HashMap<u32, u32, BuildHasherDefault<DefaultHasher>> = HashMap::default();
    let mut random = Random(1);
    for i in 0..100_000 {
        *map.entry(random.next() % 65_536).or_insert(0) += i;
    }
    for i in 0..32_768 {
        map.remove(&(i * 2));
    }
    (0..65_536)
        .filter_map(|key| map.get(&key))
        .fold(map.len() as u32, |sum, value| {
            sum.wrapping_mul(31).wrapping_add(*value)
        })
}

/// Five bodies that attract each other: floating point on few addresses.
#[no_mangle]
pub extern "C" fn n_body() -> u32 {
    let mut random = Random(7);
    let mut number = || random.next() as f64 / u32::MAX as f64 - 0.5;
    let mut bodies: Vec<[f64; 7]> = (0..5)
        .map(|_| {
            [
                number(),
                number(),
                number(),
                number(),
                number(),
                number(),
                number() + 1.0,
            ]
        })
        .collect();
    let step = 0.001;
    for _ in 0..15_000 {
        for i in 0..bodies.len() {
            for j in i + 1..bodies.len() {
                let mut apart = [0.0; 3];
                let mut square = 0.01;
                for axis in 0..3 {
                    apart[axis] = bodies[i][axis] - bodies[j][axis];
                    square += apart[axis] * apart[axis];
                }
                let force = step / (square * square.sqrt());
                for axis in 0..3 {
                    let (first, second) = (bodies[i][6], bodies[j][6]);
                    bodies[i][3 + axis] -= apart[axis] * second * force;
                    bodies[j][3 + axis] += apart[axis] * first * force;
                }
            }
        }
        for body in &mut bodies {
            for axis in 0..3 {
                body[axis] += step * body[3 + axis];
            }
        }
    }
    bodies.iter().flatten().fold(0, |sum, value| {
        (sum * 31u64).wrapping_add(value.to_bits() >> 20) & u32::MAX as u64
    }) as u32
}

/// Words that are written, joined, taken apart, sorted and counted: small objects, and copies of memory.
#[no_mangle]
pub extern "C" fn strings() -> u32 {
    let mut text = String::new();
    let mut random = Random(3);
    for i in 0..8_000 {
        write!(text, "{}-{:x} ", i % 97, random.next() % 5_000).unwrap();
    }
    let mut words: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
    words.sort();
    words.dedup();
    words
        .join("/")
        .bytes()
        .fold(words.len() as u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte as u32)
        })
}

/// SHA-256 of a quarter of a megabyte: shifts, and a small table that is written for every block.
#[no_mangle]
pub extern "C" fn sha_256() -> u32 {
    let mut random = Random(5);
    let data: Vec<u8> = (0..1 << 18).map(|_| random.next() as u8).collect();
    let constants = sha_constants();
    let mut state = [
        0x6a09e667u32,
        0xbb67ae85,
        0x3c6ef372,
        0xa54ff53a,
        0x510e527f,
        0x9b05688c,
        0x1f83d9ab,
        0x5be0cd19,
    ];
    let mut padded = data;
    let bits = padded.len() as u64 * 8;
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&bits.to_be_bytes());
    let mut schedule = [0u32; 64];
    for block in padded.chunks_exact(64) {
        for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        for i in 16..64 {
            let (a, b) = (schedule[i - 15], schedule[i - 2]);
            let small0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let small1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            schedule[i] = schedule[i - 16]
                .wrapping_add(small0)
                .wrapping_add(schedule[i - 7])
                .wrapping_add(small1);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for i in 0..64 {
            let big1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let first = h
                .wrapping_add(big1)
                .wrapping_add((e & f) ^ (!e & g))
                .wrapping_add(constants[i])
                .wrapping_add(schedule[i]);
            let big0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = big0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d.wrapping_add(first);
            d = c;
            c = b;
            b = a;
            a = first.wrapping_add(second);
        }
        for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(value);
        }
    }
    state[0]
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
fn sha_constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let mut count = 0;
    let mut candidate = 2u64;
    while count < 64 {
        if (2..candidate).all(|divisor| candidate % divisor != 0) {
            // The largest integer whose cube is at most candidate * 2^96, found bit by bit.
            let mut root = 0u128;
            for bit in (0..36).rev() {
                let larger = root | 1 << bit;
                if larger * larger * larger <= (candidate as u128) << 96 {
                    root = larger;
                }
            }
            constants[count] = root as u32;
            count += 1;
        }
        candidate += 1;
    }
    constants
}
