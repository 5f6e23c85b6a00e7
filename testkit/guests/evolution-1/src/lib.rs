//! A cart, as it was yesterday; `evolution-2` is that of today.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Deserialize, Schema)]
enum Command {
    /// Answered with `Understood`, as are all that put something into the cart.
    Add {
        name: String,
        cents: u32,
    },
    Put(Item),
    PutAll(Vec<Item>),
    /// By the shelf that it comes from.
    PutFrom(BTreeMap<String, Item>),
    PutMaybe(Option<Item>),
    /// Answered with `Cart`.
    Look,
}

#[derive(Clone, Deserialize, Schema, Serialize)]
struct Item {
    name: String,
    cents: u32,
}

#[derive(Schema, Serialize)]
enum Answer {
    /// Says in words what was put into the cart.
    Understood(String),
    Cart {
        items: Vec<Item>,
        by_name: BTreeMap<String, Item>,
        last: Option<Item>,
        total_cents: u64,
    },
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, Answer>) {
    let mut items = Vec::new();
    loop {
        let added = match ctx.next().await {
            Command::Add { name, cents } => vec![Item { name, cents }],
            Command::Put(item) => vec![item],
            Command::PutAll(items) => items,
            Command::PutFrom(shelves) => shelves.into_values().collect(),
            Command::PutMaybe(item) => item.into_iter().collect(),
            Command::Look => {
                ctx.send(look(&items));
                continue;
            }
        };
        let words: Vec<String> = added.iter().map(Item::to_words).collect();
        items.extend(added);
        ctx.send(Answer::Understood(words.join(", ")));
    }
}

impl Item {
    fn to_words(&self) -> String {
        format!("{} for {}", self.name, self.cents)
    }
}

fn look(items: &[Item]) -> Answer {
    let by_name = items.iter().map(|item| (item.name.clone(), item.clone()));
    Answer::Cart {
        items: items.to_vec(),
        by_name: by_name.collect(),
        last: items.last().cloned(),
        total_cents: items.iter().map(|item| u64::from(item.cents)).sum(),
    }
}
