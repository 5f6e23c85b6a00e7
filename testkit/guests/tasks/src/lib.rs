//! Several tasks in one box: join, select, a channel, and an executor that polls only what was woken.
//!
//! - `a TEXT` and `b TEXT` go to one of two workers through a channel; it answers `a1: TEXT`, then `a2: ...`
//! - `pair` answers `pair=X,Y` with the next two messages, awaited at once
//! - `race N` lets the next message race a future that yields N times and then wins: `race=yielded`; nothing is lost
//! - `either` answers `either=X` with the next message, awaited by two futures of which the other is dropped
//! - `stop` ends the channels, then the workers, then the box

mod combinators;

use combinators::{channel, join, select, yields, Either, Receiver, Tasks};
use std::future::Future;
use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let (to_a, from_a) = channel();
    let (to_b, from_b) = channel();
    let mut tasks = Tasks::default();
    tasks.spawn(worker("a", from_a, ctx.clone()));
    tasks.spawn(worker("b", from_b, ctx.clone()));
    let main = ctx.clone();
    tasks.spawn(async move {
        loop {
            let message = main.next().await;
            let words: Vec<&str> = message.splitn(2, ' ').collect();
            match words[..] {
                ["a", text] => to_a.send(text.to_string()),
                ["b", text] => to_b.send(text.to_string()),
                ["pair"] => {
                    let (first, second) = join(main.next(), main.next()).await;
                    main.send(format!("pair={},{}", first, second));
                }
                ["race", count] => match select(main.next(), yields(number(count))).await {
                    Either::Left(message) => main.send(format!("race={}", message)),
                    Either::Right(()) => main.send(String::from("race=yielded")),
                },
                ["either"] => match select(main.next(), main.next()).await {
                    Either::Left(message) | Either::Right(message) => {
                        main.send(format!("either={}", message))
                    }
                },
                ["stop"] => break,
                _ => main.send(format!("unknown: {}", message)),
            }
        }
    });
    tasks.await;
    ctx.send(String::from("stopped"));
}

fn worker(
    name: &'static str,
    mut inbox: Receiver<String>,
    ctx: WasmBoxContext,
) -> impl Future<Output = ()> {
    async move {
        let mut count = 0;
        while let Some(text) = inbox.receive().await {
            count += 1;
            ctx.send(format!("{}{}: {}", name, count, text));
        }
        ctx.send(format!("{} did {}", name, count));
    }
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}
