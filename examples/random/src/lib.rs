//! Entropy and clocks, as any Rust program gets them: in a box, both are the host's to choose.

use std::time::{Instant, SystemTime, UNIX_EPOCH};
use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext<String, String>) {
    let start = Instant::now();
    loop {
        let answer = match ctx.next().await.as_ref() {
            "time" => format!("time={}", millis_since_epoch()),
            "elapsed" => format!("elapsed={}", start.elapsed().as_millis()),
            _ => format!("random={}", random()),
        };
        ctx.send(answer);
    }
}

fn millis_since_epoch() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is before 1970")
        .as_millis()
}

/// A number from the operating system's entropy.
fn random() -> u32 {
    let mut bytes = [0; 4];
    // SAFETY: WASI writes as many bytes as the buffer is long.
    let errno = unsafe { random_get(bytes.as_mut_ptr(), bytes.len()) };
    assert_eq!(errno, 0, "no entropy");
    u32::from_le_bytes(bytes)
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
extern "C" {
    fn random_get(pointer: *mut u8, length: usize) -> i32;
}
