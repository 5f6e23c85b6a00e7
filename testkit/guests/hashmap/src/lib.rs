//! A store in a `HashMap`, whose order of iteration is that of its random seed.

use std::collections::HashMap;
use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext) {
    let mut store: HashMap<String, i64> = HashMap::new();
    loop {
        let message = ctx.next().await;
        let words: Vec<&str> = message.split_whitespace().collect();
        ctx.send(match words[..] {
            ["set", key, value] => match value.parse() {
                Ok(value) => match store.insert(key.to_string(), value) {
                    Some(old) => format!("{}={} was {}", key, value, old),
                    None => format!("{}={}", key, value),
                },
                Err(_) => format!("{} is not a number", value),
            },
            ["get", key] => match store.get(key) {
                Some(value) => format!("{}={}", key, value),
                None => format!("no {}", key),
            },
            ["sum"] => format!("sum={}", store.values().sum::<i64>()),
            ["list"] => {
                let entries: Vec<String> = store
                    .iter()
                    .map(|(key, value)| format!("{}={}", key, value))
                    .collect();
                entries.join(" ")
            }
            _ => String::from("set KEY VALUE, get KEY, sum, or list"),
        });
    }
}
