//! A map of numbers that is filled, read and emptied by half: accesses all over some megabytes.

use super::Random;
use std::collections::hash_map::DefaultHasher;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

#[inline(never)]
pub fn run() -> u64 {
    let mut map: HashMap<u32, u32, BuildHasherDefault<DefaultHasher>> = HashMap::default();
    let mut random = Random(1);
    for i in 0..120_000 {
        *map.entry(random.below(65_536)).or_insert(0) += i;
    }
    for i in 0..32_768 {
        map.remove(&(i * 2));
    }
    (0..65_536)
        .filter_map(|key| map.get(&key))
        .fold(map.len() as u64, |sum, &value| {
            sum.wrapping_mul(31).wrapping_add(u64::from(value))
        })
}
