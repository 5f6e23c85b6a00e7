//! The programs natively: the measure of how fast they can be. What a harness does and prints says
//! dev.wasmbox.bench.compute.Harness.
//!
//! Usage: programs MILLISECONDS_PER_PASS

mod programs;

use programs::PROGRAMS;
use std::time::{Duration, Instant};

const PASSES: usize = 2;

type Results = [u64; PROGRAMS.len()];

fn main() {
    let millis = std::env::args()
        .nth(1)
        .and_then(|argument| argument.parse().ok());
    let duration = Duration::from_millis(millis.expect("how many milliseconds a pass takes"));
    let results = PROGRAMS.map(|(_, run)| run());
    passes(results, duration);
    let times = passes(results, duration);
    for (((name, _), result), mut nanos) in PROGRAMS.into_iter().zip(results).zip(times) {
        nanos.sort_unstable();
        println!(
            "{name}\t{result:016x}\t{}\t{}\t{}",
            nanos[0],
            nanos[nanos.len() / 2],
            nanos.len()
        );
    }
}

fn passes(expected: Results, duration: Duration) -> Vec<Vec<u128>> {
    let mut times = vec![Vec::new(); PROGRAMS.len()];
    for _ in 0..PASSES {
        for (((_, run), result), times) in PROGRAMS.into_iter().zip(expected).zip(&mut times) {
            repeat(run, result, duration, times);
        }
    }
    times
}

fn repeat(run: fn() -> u64, expected: u64, duration: Duration, times: &mut Vec<u128>) {
    let begin = Instant::now();
    while begin.elapsed() < duration {
        let start = Instant::now();
        let result = run();
        times.push(start.elapsed().as_nanos());
        assert_eq!(result, expected, "a program gives now this, now that");
    }
}
