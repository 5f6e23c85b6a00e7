//! A version of `ledger-1` whose author forgot the ledgers that are there already: a field is new and has no default. As
//! a new box it works; taking over a state of version 1 is a panic that says why.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Default, Serialize, Deserialize)]
struct Ledger {
    balances: BTreeMap<String, u32>,
    approved_by: String,
}

impl State for Ledger {
    const NAME: &'static str = "ledger";
}

#[wasmbox]
async fn run(ctx: WasmBoxContext, ledger: Shared<Ledger>) {
    let accounts = ledger.borrow().balances.len();
    ctx.send(format!("ledger broken, accounts={}", accounts));
    loop {
        let message = ctx.next().await;
        let mut ledger = ledger.borrow_mut();
        ctx.send(match message.strip_prefix("approve ") {
            Some(name) => {
                ledger.approved_by = name.to_string();
                format!("approved by {}", ledger.approved_by)
            }
            None => format!("total={}", ledger.balances.values().sum::<u32>()),
        });
    }
}
