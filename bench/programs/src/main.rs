//! The programs natively: the measure of how fast they can be. What a harness does and prints says
//! dev.wasmbox.bench.compute.Harness.
//!
//! Usage: programs MILLISECONDS_PER_PASS

mod programs;

use programs::PROGRAMS;
use std::time::Duration;

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
            nanos[0].as_nanos(),
            nanos[nanos.len() / 2].as_nanos(),
            nanos.len()
        );
    }
}

fn passes(expected: Results, duration: Duration) -> Vec<Vec<Duration>> {
    let mut times = vec![Vec::new(); PROGRAMS.len()];
    for _ in 0..PASSES {
        for (((_, run), result), times) in PROGRAMS.into_iter().zip(expected).zip(&mut times) {
            repeat(run, result, duration, times);
        }
    }
    times
}

fn repeat(run: fn() -> u64, expected: u64, duration: Duration, times: &mut Vec<Duration>) {
    let end = thread_time() + duration;
    while thread_time() < end {
        let start = thread_time();
        let result = run();
        times.push(thread_time() - start);
        assert_eq!(result, expected, "a program gives now this, now that");
    }
}

/// The processor time of this thread, which Linux tells and Rust's library does not.
fn thread_time() -> Duration {
    const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
    extern "C" {
        fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    let mut time = [0; 2];
    let failed = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "there is such a clock");
    Duration::new(time[0] as u64, time[1] as u32)
}
