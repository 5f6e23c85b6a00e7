//! A program whose types are in another crate: it adds lengths up.

use shared::length::Length;
use shared::product::Product;
use shared::sum::{Answer, Sum};
use shared::unit::Unit;
use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext<Sum, Answer<f64>>) {
    loop {
        let mut parts = Vec::new();
        add(ctx.next().await, 1.0, &mut parts);
        let value = parts.iter().map(meters).sum();
        ctx.send(Answer { value, parts });
    }
}

fn add(sum: Sum, factor: f64, parts: &mut Vec<Length>) {
    for product in sum.0 {
        match product {
            Product::Once(length) => parts.push(Length {
                number: length.number * factor,
                ..length
            }),
            Product::Times(times, sum) => add(sum, times * factor, parts),
        }
    }
}

fn meters(length: &Length) -> f64 {
    match length.unit {
        Unit::Meter => length.number,
        Unit::Foot => length.number * 0.3048,
    }
}
