//! What a box costs in the original: what `bench/run` measures of ours, on its own counter.
//!
//! Usage: original MODULE FOLDER MILLISECONDS
//!
//! The folder is for a compiled module. Each operation warms up and is measured for so many milliseconds. Prints a line for
//! each: its name, the best and the median time in nanoseconds, and how often it was measured, with tabs between.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmbox_host::{prepare_module, Snapshot, WasmBoxHost};

type OriginalBox = WasmBoxHost<String, String>;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let module = &arguments[1];
    let compiled = format!("{}/original.compiled", arguments[2]);
    let millis = arguments[3].parse().expect("how many milliseconds");
    let measure = |name: &str, operation: &mut dyn FnMut()| {
        measure(name, Duration::from_millis(millis), operation)
    };

    // There is no start without a load: each box has an engine and a module of its own.
    measure("load and start", &mut || {
        drop(OriginalBox::from_wasm_file(module, |_| {}).expect("a box"))
    });
    prepare_module(module, &compiled).expect("a compiled module");
    measure("start of a compiled module", &mut || {
        drop(OriginalBox::from_compiled_module(&compiled, |_| {}).expect("a box"))
    });

    let answers = Arc::new(AtomicUsize::new(0));
    let counted = answers.clone();
    let answered = move |_: String| {
        counted.fetch_add(1, Ordering::Relaxed);
    };
    let mut running = OriginalBox::from_compiled_module(&compiled, answered).expect("a box");
    let up = "up".to_string();
    let mut messages = 0;
    measure("message", &mut || {
        running.message(&up);
        messages += 1;
    });
    assert_eq!(
        answers.load(Ordering::Relaxed),
        messages,
        "each message has an answer"
    );

    measure("snapshot", &mut || {
        drop(running.snapshot_state().expect("a snapshot"))
    });
    let mut bytes = Vec::new();
    measure("snapshot to bytes", &mut || {
        bytes = bincode::serialize(&running.snapshot_state().expect("a snapshot")).expect("bytes");
    });
    println!("snapshot size\t{}", bytes.len());
    let snapshot: Snapshot = bincode::deserialize(&bytes).expect("a snapshot");
    measure("restore", &mut || {
        running.restore_snapshot(&snapshot).expect("a state")
    });
    measure("restore from bytes", &mut || {
        let snapshot = bincode::deserialize(&bytes).expect("a snapshot");
        running.restore_snapshot(&snapshot).expect("a state");
    });
}

fn measure(name: &str, duration: Duration, operation: &mut dyn FnMut()) {
    repeat(duration, operation);
    let mut nanos = repeat(duration, operation);
    nanos.sort_unstable();
    println!(
        "{name}\t{}\t{}\t{}",
        nanos[0],
        nanos[nanos.len() / 2],
        nanos.len()
    );
}

fn repeat(duration: Duration, operation: &mut dyn FnMut()) -> Vec<u128> {
    let mut nanos = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < duration {
        let start = Instant::now();
        operation();
        nanos.push(start.elapsed().as_nanos());
    }
    nanos
}
