//! A ledger whose state survives an upgrade; `ledger-2` is its next version, `ledger-broken` one that cannot be.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Default, Serialize, Deserialize)]
struct Ledger {
    owner: String,
    /// Whole units of a currency that nobody wrote down.
    balances: BTreeMap<String, u32>,
    /// How many messages there were. Nobody asked for it: it is gone in version 2.
    messages: u64,
}

impl State for Ledger {
    const NAME: &'static str = "ledger";
}

#[wasmbox]
async fn run(ctx: WasmBoxContext, ledger: Shared<Ledger>) {
    let accounts = ledger.borrow().balances.len();
    ctx.send(format!("ledger 1, accounts={}", accounts));
    // A local variable, which does not survive an upgrade.
    let mut since = 0;
    loop {
        let message = ctx.next().await;
        since += 1;
        let words: Vec<&str> = message.split_whitespace().collect();
        let mut ledger = ledger.borrow_mut();
        ledger.messages += 1;
        ctx.send(match words[..] {
            ["add", name, amount] => match amount.parse::<u32>() {
                Ok(amount) => {
                    let balance = ledger.balances.entry(name.to_string()).or_default();
                    *balance += amount;
                    format!("{}={}", name, balance)
                }
                Err(_) => format!("{} is not an amount", amount),
            },
            ["balance", name] => match ledger.balances.get(name) {
                Some(balance) => format!("{}={}", name, balance),
                None => format!("no {}", name),
            },
            ["total"] => format!("total={}", ledger.balances.values().sum::<u32>()),
            ["owner", name] => {
                ledger.owner = name.to_string();
                format!("owner={}", ledger.owner)
            }
            ["owner"] => format!("owner={}", ledger.owner),
            ["since"] => format!("since={}", since),
            _ => String::from("add NAME AMOUNT, balance NAME, total, owner NAME, owner, or since"),
        });
    }
}
