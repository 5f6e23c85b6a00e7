//! The primes below two millions, struck out in a byte each: stores, one after the other.

#[inline(never)]
pub fn run() -> u64 {
    primes_below(2_000_000)
}

fn primes_below(size: usize) -> u64 {
    let mut composite = vec![false; size];
    let mut primes = 0;
    for number in 2..size {
        if !composite[number] {
            primes += 1;
            // Beyond the root of the size, all is struck out.
            if number < 1_500 {
                for multiple in (number * number..size).step_by(number) {
                    composite[multiple] = true;
                }
            }
        }
    }
    primes
}

#[test]
fn counts_primes() {
    assert_eq!(primes_below(1_000_000), 78_498);
}
