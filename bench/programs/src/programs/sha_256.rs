//! SHA-256 of a megabyte: shifts, and a small table that is written for every block.

use super::Random;

#[inline(never)]
pub fn run() -> u64 {
    let mut random = Random(5);
    let data: Vec<u8> = (0..1 << 20).map(|_| random.next() as u8).collect();
    let state = hash(data);
    u64::from(state[0]) << 32 | u64::from(state[1])
}

fn hash(mut data: Vec<u8>) -> [u32; 8] {
    let constants = constants();
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
        0x5be0cd19,
    ];
    let bits = data.len() as u64 * 8;
    data.push(0x80);
    while data.len() % 64 != 56 {
        data.push(0);
    }
    data.extend_from_slice(&bits.to_be_bytes());
    for block in data.chunks_exact(64) {
        compress(&mut state, block, &constants);
    }
    state
}

fn compress(state: &mut [u32; 8], block: &[u8], constants: &[u32; 64]) {
    let mut schedule = [0u32; 64];
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
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
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

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
fn constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let mut count = 0;
    let mut candidate = 2u64;
    while count < 64 {
        if (2..candidate).all(|divisor| candidate % divisor != 0) {
            // The largest integer whose cube is at most candidate * 2^96, found bit by bit.
            let mut root = 0u128;
            for bit in (0..36).rev() {
                let larger = root | 1 << bit;
                if larger * larger * larger <= u128::from(candidate) << 96 {
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

#[test]
fn hashes_as_the_standard_says() {
    assert_eq!(
        hash(b"abc".to_vec()),
        [
            0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61,
            0xf20015ad
        ]
    );
}
