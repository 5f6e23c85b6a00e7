//! The next version of `ledger-1`: it takes over its state, and answers `total` in another way. It is also written in
//! another way, without async; the state does not mind.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Serialize, Deserialize)]
struct Ledger {
    /// Renamed: it was `owner`.
    #[serde(alias = "owner")]
    holder: String,
    /// Changed: a balance was a number.
    balances: BTreeMap<String, Balance>,
    /// New.
    #[serde(default = "euro")]
    currency: String,
    // Gone: `messages`.
}

fn euro() -> String {
    String::from("EUR")
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger {
            holder: String::new(),
            balances: BTreeMap::new(),
            currency: euro(),
        }
    }
}

impl State for Ledger {
    const NAME: &'static str = "ledger";
}

#[derive(Default, Serialize, Deserialize)]
#[serde(from = "AnyBalance")]
struct Balance {
    cents: u64,
}

/// A balance of this version, or of the one before it.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyBalance {
    Cents { cents: u64 },
    Units(u32),
}

impl From<AnyBalance> for Balance {
    fn from(any: AnyBalance) -> Self {
        match any {
            AnyBalance::Cents { cents } => Balance { cents },
            AnyBalance::Units(units) => Balance {
                cents: u64::from(units) * 100,
            },
        }
    }
}

impl Balance {
    fn units(&self) -> u64 {
        self.cents / 100
    }
}

#[wasmbox_sync(upgradable)]
struct Program {
    callback: Box<dyn Fn(String) + Send + Sync>,
    ledger: Shared<Ledger>,
    since: u32,
}

impl UpgradableWasmBox for Program {
    type Input = String;
    type Output = String;
    type State = Ledger;

    fn init(callback: Box<dyn Fn(String) + Send + Sync>, ledger: Shared<Ledger>) -> Self {
        let accounts = ledger.borrow().balances.len();
        callback(format!("ledger 2, accounts={}", accounts));
        Program {
            callback,
            ledger,
            since: 0,
        }
    }

    fn message(&mut self, message: String) {
        self.since += 1;
        let words: Vec<&str> = message.split_whitespace().collect();
        let mut ledger = self.ledger.borrow_mut();
        (self.callback)(match words[..] {
            ["add", name, amount] => match amount.parse::<u32>() {
                Ok(amount) => {
                    let balance = ledger.balances.entry(name.to_string()).or_default();
                    balance.cents += u64::from(amount) * 100;
                    format!("{}={}", name, balance.units())
                }
                Err(_) => format!("{} is not an amount", amount),
            },
            ["balance", name] => match ledger.balances.get(name) {
                Some(balance) => format!("{}={}", name, balance.units()),
                None => format!("no {}", name),
            },
            ["total"] => {
                let cents: u64 = ledger.balances.values().map(|balance| balance.cents).sum();
                let (units, cents) = (cents / 100, cents % 100);
                format!("total={}.{:02} {}", units, cents, ledger.currency)
            }
            ["owner", name] => {
                ledger.holder = name.to_string();
                format!("owner={}", ledger.holder)
            }
            ["owner"] => format!("owner={}", ledger.holder),
            ["since"] => format!("since={}", self.since),
            _ => String::from("add NAME AMOUNT, balance NAME, total, owner NAME, owner, or since"),
        });
    }
}
