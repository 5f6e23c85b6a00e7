//! Says of its messages what is not true: the types that it names in the section `wasmbox` are not those that it uses.

use serde_derive::{Deserialize, Serialize};
use wasmbox::prelude::*;

/// What it says.
#[link_section = "wasmbox"]
pub static SECTION: [u8; include_bytes!("section.txt").len()] = *include_bytes!("section.txt");

/// What it understands.
#[derive(Deserialize)]
enum Question {
    Say(String),
    Bool,
    Option,
    Char,
    String,
    Vec,
    Variant,
    Short,
    Long,
}

/// What it answers.
#[derive(Serialize)]
enum Answer {
    Said(String),
    Bool(u8),
    Option(u8),
    Char([u8; 4]),
    String(Vec<u8>),
    Vec(u64),
    Variant(u32),
    Short(u8),
    Long(u64),
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Question, Answer>) {
    loop {
        ctx.send(match ctx.next().await {
            Question::Say(text) => Answer::Said(text),
            Question::Bool => Answer::Bool(2),
            Question::Option => Answer::Option(7),
            Question::Char => Answer::Char([0xED, 0xA0, 0x80, 0]),
            Question::String => Answer::String(vec![b'a', 0xFF]),
            Question::Vec => Answer::Vec(u64::MAX),
            Question::Variant => Answer::Variant(2),
            Question::Short => Answer::Short(1),
            Question::Long => Answer::Long(1),
        });
    }
}
