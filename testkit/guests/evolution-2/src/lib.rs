//! The cart of `evolution-1`, as it is today: what is new is at the end of what was there.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Deserialize, Schema)]
enum Command {
    /// Answered with `Understood`, as are all that put something into the cart.
    Add {
        name: String,
        cents: u32,
        /// New.
        note: Option<String>,
    },
    Put(Item),
    PutAll(Vec<Item>),
    /// By the shelf that it comes from.
    PutFrom(BTreeMap<String, Item>),
    PutMaybe(Option<Item>),
    /// Answered with `Cart`.
    Look,
    /// New: answered with `Redeemed`.
    Redeem {
        coupon: String,
        percent: u8,
    },
}

#[derive(Clone, Deserialize, Schema, Serialize)]
struct Item {
    name: String,
    cents: u32,
    /// New.
    note: Option<String>,
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
        /// New.
        coupon: Option<Coupon>,
    },
    /// New.
    Redeemed(Coupon),
}

/// New.
#[derive(Clone, Schema, Serialize)]
struct Coupon {
    coupon: String,
    percent: u8,
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, Answer>) {
    let mut items = Vec::new();
    let mut redeemed = None;
    loop {
        let added = match ctx.next().await {
            Command::Add { name, cents, note } => vec![Item { name, cents, note }],
            Command::Put(item) => vec![item],
            Command::PutAll(items) => items,
            Command::PutFrom(shelves) => shelves.into_values().collect(),
            Command::PutMaybe(item) => item.into_iter().collect(),
            Command::Look => {
                ctx.send(look(&items, &redeemed));
                continue;
            }
            Command::Redeem { coupon, percent } => {
                let coupon = Coupon { coupon, percent };
                redeemed = Some(coupon.clone());
                ctx.send(Answer::Redeemed(coupon));
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
        match &self.note {
            Some(note) => format!("{} for {} ({})", self.name, self.cents, note),
            None => format!("{} for {}", self.name, self.cents),
        }
    }
}

fn look(items: &[Item], coupon: &Option<Coupon>) -> Answer {
    let by_name = items.iter().map(|item| (item.name.clone(), item.clone()));
    let full: u64 = items.iter().map(|item| u64::from(item.cents)).sum();
    let percent = coupon.as_ref().map_or(0, |coupon| coupon.percent.min(100));
    Answer::Cart {
        items: items.to_vec(),
        by_name: by_name.collect(),
        last: items.last().cloned(),
        total_cents: full - full * u64::from(percent) / 100,
        coupon: coupon.clone(),
    }
}
