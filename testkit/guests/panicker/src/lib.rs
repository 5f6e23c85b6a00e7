//! Everything that a program should not do, by command; anything else is echoed.

use std::time::Duration;
use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        let message = ctx.next().await;
        let (command, rest) = message.split_once(' ').unwrap_or((&message, ""));
        match command {
            "panic" => panic!("{}", rest),
            "unwrap" => drop(nothing().unwrap()),
            "assert" => assert_eq!(rest, "something else"),
            // The engine's stack: nothing of a frame is in memory.
            "overflow" if rest.is_empty() => ctx.send(recurse(0, limit()).to_string()),
            // The stack in memory: it runs into the bottom of memory first.
            "overflow" => ctx.send(recurse_in_memory(0, limit()).to_string()),
            "loop" => spin(),
            "alloc" => {
                let size = number(rest).checked_mul(1024 * 1024).expect("a size");
                kept.push(vec![1; size]);
                let bytes: usize = kept.iter().map(Vec::len).sum();
                ctx.send(format!("allocated={}", bytes / 1024 / 1024));
            }
            "abort" => std::process::abort(),
            "exit" => std::process::exit(number(rest) as i32),
            "print" => {
                println!("{}", rest);
                ctx.send(String::from("printed"));
            }
            "eprint" => {
                eprintln!("{}", rest);
                ctx.send(String::from("printed"));
            }
            "sleep" => {
                std::thread::sleep(Duration::from_millis(number(rest) as u64));
                ctx.send(String::from("slept"));
            }
            "send" => {
                for index in 0..number(rest) {
                    ctx.send(index.to_string());
                }
            }
            "large" => ctx.send("x".repeat(number(rest))),
            _ => ctx.send(message),
        }
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number after the command")
}

fn nothing() -> Option<String> {
    None
}

/// A number so large that nothing gets there, and that the compiler does not know.
fn limit() -> u64 {
    static LIMIT: u64 = u64::MAX;
    // SAFETY: it is a valid reference.
    unsafe { std::ptr::read_volatile(&LIMIT) }
}

#[inline(never)]
fn recurse(depth: u64, limit: u64) -> u64 {
    if depth == limit {
        return 1;
    }
    // Work after the call, so that the call cannot become a jump.
    recurse(depth + 1, limit).wrapping_mul(31) ^ depth
}

#[inline(never)]
fn recurse_in_memory(depth: u64, limit: u64) -> u64 {
    let mut frame = [depth; 32];
    if depth == limit {
        return 1;
    }
    // SAFETY: it is a valid reference.
    unsafe { std::ptr::write_volatile(&mut frame[(depth % 32) as usize], limit) };
    recurse_in_memory(depth + 1, limit) ^ frame[((depth + 1) % 32) as usize]
}

#[allow(clippy::empty_loop)]
fn spin() {
    loop {}
}
